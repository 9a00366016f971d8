"""How much, and how often: the part of the gift form that no error may guess at."""

from datetime import date
from typing import Any, cast

from django import forms

from donors.campaigns.models import Campaign
from donors.giving.presets import OTHER, preset_options
from donors.money import AmountError, format_euros, parse_euros

ONCE = "once"
_CHOOSE = "Choisissez un montant, ou écrivez le vôtre dans « Autre montant »."
_ONLY_ONCE = "Pour l’instant, seul le don en une fois est possible."


class AmountPart(forms.Form):
    """`cleaned_data["amount_cents"]` holds the result; errors stand on the field that can mend them."""

    frequency = forms.CharField(required=False, initial=ONCE, widget=forms.HiddenInput)
    amount = forms.ChoiceField(
        label="Montant de votre don",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _CHOOSE},
    )
    other_amount = forms.CharField(
        label="Autre montant, en euros",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, campaign: Campaign, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.options = preset_options(campaign, on=on)
        least, most = format_euros(campaign.minimum_cents), format_euros(campaign.maximum_cents)
        self.fields["other_amount"].help_text = f"De {least} à {most}, par exemple 25 ou 25,50."
        choices = [(option.value, option.label) for option in self.options]
        field = cast(forms.ChoiceField, self.fields["amount"])
        field.choices = [*choices, (OTHER, "Autre montant")]
        field.initial = next((option.value for option in self.options if option.selected), None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            if cleaned.get("frequency") not in {"", ONCE}:
                raise forms.ValidationError({"amount": _ONLY_ONCE})
            if "amount" in cleaned and "other_amount" in cleaned:
                cleaned["amount_cents"] = self._amount_cents(cleaned["amount"], cleaned["other_amount"])
        except forms.ValidationError as error:
            self.add_error(None, error)  # it names its field; the rest of the form is still looked at
        return cleaned

    def _amount_cents(self, chosen: str, typed: str) -> int:
        preset = next((option for option in self.options if option.value == chosen), None)
        if preset is None:
            if not chosen and not typed:
                raise forms.ValidationError({"amount": _CHOOSE})
            return self._typed_cents(typed)
        if typed and _cents_or_none(typed) != preset.amount_cents:
            both = f"Vous avez coché {preset.label} et écrit « {typed} »."
            way_out = "Effacez ce champ, ou cochez « Autre montant »."
            raise forms.ValidationError({"other_amount": f"{both} {way_out}"})
        return preset.amount_cents

    def _typed_cents(self, typed: str) -> int:
        try:
            cents = parse_euros(typed)
        except AmountError as error:
            raise forms.ValidationError({"other_amount": str(error)}) from error
        if problem := self._out_of_bounds(cents):
            raise forms.ValidationError({"other_amount": problem})
        return cents

    def _out_of_bounds(self, cents: int) -> str:
        if cents == 0:
            return "Le montant doit être supérieur à zéro."
        if cents < self.campaign.minimum_cents:
            return f"Le don minimum est de {format_euros(self.campaign.minimum_cents)}."
        if cents > self.campaign.maximum_cents:
            most, contact = format_euros(self.campaign.maximum_cents), self.campaign.organisation.email
            return f"Le don en ligne est limité à {most}. Pour donner davantage, écrivez à {contact}."
        return ""


def _cents_or_none(typed: str) -> int | None:
    try:
        return parse_euros(typed)
    except AmountError:
        return None
