"""What a donor may choose on the pages of a monthly gift."""

from typing import Any

from django import forms

from donors.campaigns.models import Campaign
from donors.money import AmountError, format_euros, parse_euros
from donors.payments.monthly_desk import MOST_MONTHS


class AmountForm(forms.Form):
    """Another amount, within the campaign's bounds; `cleaned_data["amount"]` is in cents."""

    amount = forms.CharField(
        label="Nouveau montant de chaque mois, en euros",
        error_messages={"required": "Indiquez un montant, par exemple 25 ou 25,50."},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = campaign.minimum_cents, campaign.maximum_cents
        bounds = f"De {format_euros(self.least)} à {format_euros(self.most)}"
        self.fields["amount"].help_text = f"{bounds}, par exemple 25 ou 25,50."

    def clean_amount(self) -> int:
        try:
            cents = parse_euros(self.cleaned_data["amount"])
        except AmountError as error:
            raise forms.ValidationError(str(error)) from error
        if not self.least <= cents <= self.most:
            bounds = f"de {format_euros(self.least)} à {format_euros(self.most)}"
            raise forms.ValidationError(f"Choisissez un montant {bounds}.")
        return cents


class PauseForm(forms.Form):
    """How many debits are left out."""

    months = forms.TypedChoiceField(
        label="Durée de la pause",
        coerce=int,
        choices=[(1, "1 mois"), *((number, f"{number} mois") for number in range(2, MOST_MONTHS + 1))],
        initial=1,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la durée de la pause."},
    )
