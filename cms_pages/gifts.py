"""The ways into the gift form that a page offers."""

from dataclasses import dataclass

from django.urls import reverse

from donors.campaigns.models import Campaign, Frequency
from donors.money import format_euros, plain_amount


@dataclass(frozen=True)
class GiftLink:
    """One preset amount with the text that the editor wrote under it."""

    amount: str
    text: str
    address: str


def gift_links(campaign: Campaign) -> list[GiftLink]:
    """The campaign's presets for gifts in one go, smallest first; one query."""
    form = reverse("give", args=[campaign.code])
    return [
        GiftLink(
            amount=format_euros(preset.amount_cents),
            text=preset.text,
            address=f"{form}?montant={_bare(preset.amount_cents)}",
        )
        for preset in campaign.presets.all()
        if preset.frequency == Frequency.ONCE
    ]


def _bare(cents: int) -> str:
    """ "50" or "25,50": what a person would write into an address."""
    return plain_amount(cents).removesuffix(",00")
