"""A letter as the donor's program shows it."""

from typing import Any

from django.core import mail


def the_letter() -> Any:
    (letter,) = mail.outbox
    return letter


def both_parts(letter: Any) -> tuple[str, str]:
    """The text and the HTML, lines joined and spaces made alike."""
    ((html, _),) = letter.alternatives
    return " ".join(str(letter.body).split()), " ".join(str(html).replace("&nbsp;", " ").split())
