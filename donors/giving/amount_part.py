"""How much, and how often: the part of the gift form that no error may guess at."""

from datetime import date
from typing import Any, cast

from django import forms

from donors.campaigns.models import Campaign, Frequency
from donors.giving.presets import OTHER, PresetOption, preset_options, tax_hint
from donors.money import AmountError, format_euros, parse_euros

_CHOOSE = "Choisissez un montant, ou écrivez le vôtre dans « Autre montant »."
_HOW_OFTEN = "Choisissez si vous donnez en une fois ou chaque mois."
_ONLY_ONCE = "Cette campagne propose seulement le don en une fois."


class AmountPart(forms.Form):
    """`cleaned_data["amount_cents"]` holds the result; errors stand on the field that can mend them."""

    frequency = forms.ChoiceField(
        label="Votre don",
        required=False,
        choices=Frequency.choices,
        initial=Frequency.ONCE.value,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _HOW_OFTEN},
    )
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
        self.tax = tax_hint(campaign.organisation, on)
        self.options = preset_options(campaign, tax=self.tax)
        least, most = format_euros(campaign.minimum_cents), format_euros(campaign.maximum_cents)
        self.fields["other_amount"].help_text = f"De {least} à {most}, par exemple 25 ou 25,50."
        choices = {option.value: option.label for options in self.options.values() for option in options}
        field = cast(forms.ChoiceField, self.fields["amount"])
        field.choices = [*choices.items(), (OTHER, "Autre montant")]
        field.initial = self.selected(Frequency.ONCE)

    @property
    def offers_monthly(self) -> bool:
        """Only where the editor proposes monthly amounts."""
        return bool(self.options[Frequency.MONTHLY])

    @property
    def shown_frequency(self) -> Frequency:
        """The one whose amounts are on the page: once, unless the visitor or a link asked for monthly."""
        asked = self.offers_monthly and self["frequency"].value() == Frequency.MONTHLY
        return Frequency.MONTHLY if asked else Frequency.ONCE

    def selected(self, frequency: Frequency) -> str | None:
        """The amount that the editor ticked for this frequency."""
        return next((option.value for option in self.options[frequency] if option.selected), None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            frequency = self._frequency(cleaned)
            if frequency and "amount" in cleaned and "other_amount" in cleaned:
                options = self.options[frequency]
                cents = self._amount_cents(options, cleaned["amount"], cleaned["other_amount"])
                cleaned["amount_cents"] = cents
        except forms.ValidationError as error:
            self.add_error(None, error)  # it names its field; the rest of the form is still looked at
        return cleaned

    def _frequency(self, cleaned: dict[str, Any]) -> Frequency | None:
        """Once, unless the visitor ticked monthly; None if the field has an error already."""
        if "frequency" not in cleaned:
            return None
        frequency = Frequency(cleaned["frequency"] or Frequency.ONCE)
        if frequency == Frequency.MONTHLY and not self.offers_monthly:
            raise forms.ValidationError({"amount": _ONLY_ONCE})
        return frequency

    def _amount_cents(self, options: list[PresetOption], chosen: str, typed: str) -> int:
        if chosen in {"", OTHER}:
            if not chosen and not typed:
                raise forms.ValidationError({"amount": _CHOOSE})
            return self._typed_cents(typed)
        cents = parse_euros(chosen)
        if typed and _cents_or_none(typed) != cents:
            both = f"Vous avez coché {format_euros(cents)} et écrit « {typed} »."
            way_out = "Effacez ce champ, ou cochez « Autre montant »."
            raise forms.ValidationError({"other_amount": f"{both} {way_out}"})
        if all(option.amount_cents != cents for option in options):
            # Ticked for the other frequency, and out of sight since the visitor changed it.
            raise forms.ValidationError({"amount": _CHOOSE})
        return cents

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
