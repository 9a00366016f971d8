"""A form field that shows euros and stores cents."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from donors.money import AmountError, parse_euros, plain_amount


class EuroField(forms.CharField):
    """Shows "50" or "12,50", takes whatever parse_euros takes, and gives integer cents."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "max_length": 20, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return written_euros(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return cents_of(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != parse_euros(data or ""))
        except AmountError:
            return True


def written_euros(cents: int) -> str:
    return plain_amount(cents).removesuffix(",00")


def cents_of(text: str) -> int:
    """Cents, at least one. Raises ValidationError with the sentence for the person who typed it."""
    try:
        cents = parse_euros(text)
    except AmountError as error:
        raise ValidationError(str(error), code="amount") from error
    if cents == 0:
        raise ValidationError("Le montant doit être supérieur à zéro.", code="zero")
    return cents
