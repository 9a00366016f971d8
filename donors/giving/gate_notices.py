"""What the gate in front of Stripe says to people, and the two traps that only machines step into."""

import copy
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from donors.campaigns.models import Campaign
from donors.gifts.progress import progress_of
from donors.giving.answers import gauge_words, keep_private
from donors.giving.tokens import is_rushed
from donors.money import FIXED_SPACE
from donors.payments.gate.admit import Reason
from donors.payments.gate.limits import limits

# Hidden from people and from screen readers; no browser fills in a field of this name by itself.
TRAP = "sujet"

NOTICES = {
    Reason.ADDRESS: "limited",
    Reason.DECLINES: "limited",
    Reason.EMAIL: "limited_email",
    Reason.IN_ALL: "limited",
    Reason.NO_PROOF: "proof",
    Reason.TOO_LITTLE: "too_little",
}


def suspicion(request: HttpRequest, campaign: Campaign, *, at: datetime) -> str:
    """The notice for a form that a machine seems to have sent; empty for all others."""
    if request.POST.get(TRAP):
        return "trap"
    least = timedelta(seconds=settings.GATE_SECONDS_TO_FILL)
    key = request.POST.get("form_key", "")
    return "rushed" if is_rushed(key, campaign, least=least, at=at) else ""


def tightened(campaign: Campaign) -> Campaign:
    """The campaign as the form shows it during an attack: a higher minimum, never above its maximum.

    A copy that is never saved."""
    tight = copy.copy(campaign)
    wanted = max(campaign.minimum_cents, limits(attacked=True).minimum_cents)
    tight.minimum_cents = min(wanted, campaign.maximum_cents)
    return tight


def other_ways(campaign: Campaign) -> dict[str, Any]:
    """How to give without this site: the words of templates/giving/parts/other_ways.html."""
    iban = campaign.organisation.iban.replace(" ", "")
    groups = [iban[start : start + 4] for start in range(0, len(iban), 4)]
    return {
        "campaign": campaign,
        "organisation": campaign.organisation,
        "iban": FIXED_SPACE.join(groups),
        "reference": f"DON {campaign.code.upper()}",
    }


def paused_page(request: HttpRequest, campaign: Campaign, *, at: datetime) -> HttpResponse:
    """Online gifts are switched off: 200, for nothing is wrong, with every other way to give."""
    words = {**other_ways(campaign), **gauge_words(progress_of(campaign, at=at))}
    return keep_private(render(request, "giving/paused.html", words))
