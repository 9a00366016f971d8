"""The addresses of a donor's own pages."""

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from donors.gifts.models import Donation
from donors.giving.presets import amount_value
from donors.giving.tokens import Scope, is_alive, link_token
from donors.payments.checkout import ReturnAddresses


def thanks_path(donation: Donation) -> str:
    return reverse("thanks", args=[link_token(donation, Scope.THANKS)])


def receipt_path(donation: Donation) -> str:
    return reverse("thanks_receipt", args=[link_token(donation, Scope.THANKS)])


def resume_path(donation: Donation) -> str:
    query = urlencode({"reprise": link_token(donation, Scope.RESUME)})
    return f"{reverse('give', args=[donation.campaign.code])}?{query}"


def retry_path(donation: Donation, *, at: datetime) -> str:
    """The form again: with all that was typed for a day, afterwards with the amount alone."""
    if is_alive(donation, Scope.RESUME, at=at):
        return resume_path(donation)
    query = urlencode({"montant": amount_value(donation.amount_cents)})
    return f"{reverse('give', args=[donation.campaign.code])}?{query}"


def return_addresses(donation: Donation) -> ReturnAddresses:
    """Where Stripe sends the donor back to. Always the same for the same gift."""
    return ReturnAddresses(
        # Stripe fills in the braces.
        success_url=f"{settings.SITE_URL}{thanks_path(donation)}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings.SITE_URL}{resume_path(donation)}",
    )
