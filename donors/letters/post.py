"""How every letter leaves: the row first, one sender at a time, then the mark."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.letters.models import Letter
from donors.letters.receipt_story import receipt_file_name
from donors.receipts.document import read_document
from donors.receipts.models import Receipt

LEASE = timedelta(seconds=60)  # longer than a mail server may take, shorter than the claim on what we follow


class LetterInHand(Exception):
    """Another worker is sending this letter right now; ask again later."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What a letter is about. `fact` tells two letters of one kind apart, e.g. a refund's number."""

    kind: Letter.Kind
    about: Donation | MonthlyGift
    fact: str = ""

    @property
    def key(self) -> str:
        named = self.about.pk if isinstance(self.about, Donation) else f"monthly-{self.about.pk}"
        return ":".join(part for part in (self.kind.value, str(named), self.fact) if part)

    @property
    def message_id(self) -> str:
        """The same for the same fact, for ever: it tells a letter that is sent twice from two letters."""
        words = ".".join(part for part in (self.kind.value, self.fact, str(self.about.uuid)) if part)
        return f"<{words.replace(':', '.')}@{urlsplit(settings.SITE_URL).hostname}>"

    @property
    def links(self) -> dict[str, Donation | MonthlyGift]:
        return {"donation" if isinstance(self.about, Donation) else "monthly_gift": self.about}


def send_once(
    occasion: Occasion, write: Callable[[Letter], EmailMultiAlternatives], *, at: datetime
) -> Letter:
    """Write and send the letter of this occasion. Idempotent; call it outside a transaction.

    The row is committed first, then claimed by a conditional UPDATE, then the letter is sent and marked, so
    two workers send one. One window cannot be closed: a worker that dies after the mail server said yes and
    before the mark leaves a letter that the next one sends again, with the same Message-ID, by which the
    receiving side can recognise the repeat. Raises LetterInHand, what `write` raises and what the mail server
    raises; the claim is then given back."""
    facts = {"kind": occasion.kind, "email": occasion.about.donor.email, "message_id": occasion.message_id}
    letter, _ = Letter.objects.get_or_create(
        key=occasion.key, defaults={**facts, **occasion.links, "created_at": at}
    )
    if letter.sent_at:
        return letter
    if not _claim(letter, at=at):
        letter.refresh_from_db()
        if letter.sent_at:
            return letter
        raise LetterInHand(f"letter {letter.pk} is being sent")
    try:
        write(letter).send()
    except BaseException:
        Letter.objects.filter(pk=letter.pk).update(claimed_until=None)
        raise
    Letter.objects.filter(pk=letter.pk, sent_at__isnull=True).update(sent_at=at, claimed_until=None)
    letter.refresh_from_db()
    return letter


def _claim(letter: Letter, *, at: datetime) -> bool:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    waiting = Letter.objects.filter(free, pk=letter.pk, sent_at__isnull=True)
    return waiting.update(claimed_until=at + LEASE) == 1


def compose(letter: Letter, subject: str, template: str, words: dict[str, object]) -> EmailMultiAlternatives:
    """Text and HTML that say the same, from `letters/<template>.txt` and `.html`, with `words`.

    The templates also find `donor`, `campaign`, `organisation` and `is_trial`."""
    about = letter.donation or letter.monthly_gift
    assert about is not None  # noqa: S101  the table's constraint says so
    campaign = about.campaign
    shared: dict[str, object] = {
        "donor": about.donor,
        "campaign": campaign,
        "organisation": campaign.organisation,
    }
    shared["is_trial"] = not about.livemode
    email = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"letters/{template}.txt", {**shared, **words}),
        to=[letter.email],
        reply_to=[campaign.organisation.email],
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )
    email.attach_alternative(render_to_string(f"letters/{template}.html", {**shared, **words}), "text/html")
    return email


def attach_receipt(email: EmailMultiAlternatives, letter: Letter, receipt: Receipt) -> None:
    """Attach the PDF, and note on the letter that it carries this receipt. Raises TamperedDocument."""
    email.attach(receipt_file_name(receipt), read_document(receipt), "application/pdf")
    Letter.objects.filter(pk=letter.pk).update(receipt=receipt)


def printable(text: str) -> str:
    """The text without line breaks and control characters, fit for a header."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
