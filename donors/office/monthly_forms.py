"""What the treasurer may choose for a monthly gift."""

from typing import Any

from django import forms

from donors.campaigns.models import Campaign
from donors.money import format_euros
from donors.office.euros import EuroField
from donors.payments.monthly_desk import MOST_MONTHS


class AmountForm(forms.Form):
    """Another amount, within the bounds of the campaign; `cleaned_data["amount"]` is in cents."""

    amount = EuroField(
        label="Nouveau montant par mois, en euros",
        error_messages={"required": "Indiquez un montant, par exemple 25 ou 25,50."},
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = campaign.minimum_cents, campaign.maximum_cents
        self.bounds = f"de {format_euros(self.least)} à {format_euros(self.most)}"
        self.fields["amount"].help_text = f"Pour cette campagne, {self.bounds}."

    def clean_amount(self) -> int:
        cents: int = self.cleaned_data["amount"]
        if not self.least <= cents <= self.most:
            raise forms.ValidationError(f"Choisissez un montant {self.bounds}.")
        return cents


class PauseForm(forms.Form):
    """How many debits are left out."""

    months = forms.TypedChoiceField(
        label="Durée de la pause",
        coerce=int,
        choices=[(number, f"{number}\u00a0mois") for number in range(1, MOST_MONTHS + 1)],
        initial=1,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la durée de la pause."},
    )
