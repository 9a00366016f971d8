"""The gift form: one page, the names of which other sites' links and tests rely on."""

import re
from datetime import datetime
from typing import Any

from django import forms

from donors.campaigns.models import Campaign, Frequency, local_day
from donors.giving import wording
from donors.giving.amount_part import AmountPart
from donors.giving.begin import GiftWishes
from donors.giving.donor_part import DonorPart
from donors.giving.text_fields import ParagraphField

LONGEST_MESSAGE = 280
_FIRST_RADIO = {"amount": "id_amount_0", "frequency": "id_frequency_once"}
_SOURCE = re.compile(r"[A-Za-z0-9_-]{1,50}")


def clean_source(text: str) -> str:
    """Where the visitor came from, as a slug of 50 letters at most; empty if it is anything else."""
    return text if _SOURCE.fullmatch(text) else ""


class GiftForm(DonorPart, AmountPart):
    """All that a gift needs. Which gift it is stands outside, in the page's signed key."""

    anonymous = forms.BooleanField(label=wording.ANONYMOUS, help_text=wording.ANONYMOUS_HELP, required=False)
    message = ParagraphField(
        label="Un mot de soutien",
        required=False,
        help_text=f"{LONGEST_MESSAGE} caractères au plus. L’équipe le relit avant de le publier.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    newsletter = forms.BooleanField(
        label=wording.NEWSLETTER, help_text=wording.NEWSLETTER_HELP, required=False
    )
    source = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, campaign: Campaign, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, campaign=campaign, on=local_day(at), **kwargs)
        self.offers_receipt = campaign.organisation.receipts_enabled

    def clean_wants_receipt(self) -> bool:
        return bool(self.cleaned_data["wants_receipt"]) and self.offers_receipt

    def clean_source(self) -> str:
        return clean_source(self.cleaned_data["source"])

    def clean_message(self) -> str:
        message: str = self.cleaned_data["message"]
        if len(message) > LONGEST_MESSAGE:
            raise forms.ValidationError(
                f"Votre message a {len(message)} caractères : gardez-en {LONGEST_MESSAGE} au plus."
            )
        return message

    def problems(self) -> list[tuple[str, str]]:
        """For the summary above the form: the id of the field to mend, and the sentence beside it."""
        return [
            (_FIRST_RADIO.get(field.name, field.auto_id), str(sentence))
            for field in self
            for sentence in field.errors
        ]

    def wishes(self) -> GiftWishes:
        """What a valid form asks for."""
        cleaned = self.cleaned_data
        return GiftWishes(
            amount_cents=cleaned["amount_cents"],
            monthly=cleaned["frequency"] == Frequency.MONTHLY,
            donor=self.donor_details(),
            wants_receipt=cleaned["wants_receipt"],
            anonymous=cleaned["anonymous"],
            message=cleaned["message"],
            newsletter=cleaned["newsletter"],
            source=cleaned["source"],
        )
