"""The form of a campaign: dates and limits, proposed amounts, goals. Amounts are typed in euros."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm

from donors.campaigns.models import Campaign, GiftPreset, Goal
from donors.office.children import rows_kept
from donors.office.euros import EuroField, cents_of, written_euros

STRIPE_LEAST = MinValueValidator(50, message="Stripe n’accepte rien au-dessous de 0,50 €.")
STRIPE_MOST = MaxValueValidator(99_999_999, message="Stripe n’accepte rien au-dessus de 999 999,99 €.")


class CampaignForm(WagtailAdminModelForm):
    minimum_cents = EuroField(label="Don minimum", help_text="En euros.", validators=[], initial=500)
    maximum_cents = EuroField(label="Don maximum", help_text="En euros.", initial=1_000_000)

    def clean_minimum_cents(self) -> int:
        return _within_stripe(self.cleaned_data["minimum_cents"])

    def clean_maximum_cents(self) -> int:
        return _within_stripe(self.cleaned_data["maximum_cents"])

    @transaction.atomic
    def save(self, commit: bool = True) -> Campaign:
        """Presets are written anew, with their keys: moving 20/50 up to 50/80 one row after another would
        meet the amount, or the ticked one, that the next row still holds."""
        campaign: Campaign = self.instance
        if commit and campaign.pk:
            campaign.presets.set(list(campaign.presets.all()))  # held in memory until the form is saved
            GiftPreset.objects.filter(campaign=campaign).delete()
        saved: Campaign = super().save(commit=commit)
        return saved


def _within_stripe(cents: int) -> int:
    STRIPE_LEAST(cents)
    STRIPE_MOST(cents)
    return cents


class PresetForm(WagtailAdminModelForm):
    amount_cents = EuroField(label="Montant", help_text="En euros.")


class PresetFormSet(BaseChildFormSet):
    def clean(self) -> None:
        kept = rows_kept(self)
        amounts = [
            (facts.get("frequency"), facts["amount_cents"]) for facts in kept if facts.get("amount_cents")
        ]
        if len(set(amounts)) < len(amounts):
            raise ValidationError("Le même montant est proposé deux fois.")
        ticked = [facts.get("frequency") for facts in kept if facts.get("selected")]
        if len(set(ticked)) < len(ticked):
            raise ValidationError("Un seul montant par fréquence peut être coché au départ.")
        super().clean()


class GoalForm(WagtailAdminModelForm):
    """A goal in euros, or a number of donors. What an existing goal counts stays: add another one instead."""

    target = forms.CharField(
        label="Objectif",
        max_length=20,
        help_text="En euros, ou en nombre de donateurs.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["kind"].disabled = True
            if self.instance.kind == Goal.Kind.RAISED:
                self.initial["target"] = written_euros(self.instance.target)

    def clean_target(self) -> int:
        """`kind` stands before `target` in the form, so it is cleaned already."""
        text: str = self.cleaned_data["target"]
        if self.cleaned_data.get("kind") == Goal.Kind.RAISED:
            return cents_of(text)
        digits = "".join(text.split())
        if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits) < 2_000_000_000:
            raise ValidationError("Indiquez un nombre entier de donateurs, par exemple 250.")
        return int(digits)


class GoalFormSet(BaseChildFormSet):
    def clean(self) -> None:
        kept = rows_kept(self)
        kinds = [facts["kind"] for facts in kept if facts.get("kind")]
        if len(set(kinds)) < len(kinds):
            raise ValidationError("Deux objectifs comptent la même chose : gardez-en un.")
        super().clean()
