"""Form fields for what people type in words: tidied, and free of what no keyboard writes."""

import re
import unicodedata
from typing import Any

from django import forms

# They turn the direction of the text that follows, also outside the field: a name could rewrite a sentence.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = "Ce texte contient un caractère invisible qui n’est pas admis. Écrivez-le à la main."


class LineField(forms.CharField):
    """One line; runs of white space become one space."""

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", " ".join((super().to_python(value) or "").split()))

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_invisible(value)


class ParagraphField(forms.CharField):
    """Several lines. A line break counts as one character, as browsers count it."""

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", text)

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_invisible(value.replace("\n", " ").replace("\t", " "))


def refuse_invisible(text: str) -> None:
    """Raises ValidationError for control characters, lone surrogates and changes of direction."""
    if _DIRECTION.search(text) or any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
        raise forms.ValidationError(_INVISIBLE, code="invisible")
