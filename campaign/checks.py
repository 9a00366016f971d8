"""System checks: what must never be combined."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

STRIPE = "https://api.stripe.com"


@register(Tags.security)
def live_money_is_guarded(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A live key beside a pretend Stripe, debug pages or plain http would leak or lose real money."""
    if not settings.STRIPE_LIVEMODE:
        return []
    wrong = [
        (settings.STRIPE_API_BASE != STRIPE, "STRIPE_API_BASE names another host than Stripe", "E001"),
        (settings.DEBUG, "DEBUG is on", "E002"),
        (not settings.HTTPS, "SITE_URL is plain http", "E003"),
        (settings.DEMO, "DEMO is on", "E004"),
    ]
    return [
        Error(f"The Stripe key is live, but {what}.", id=f"campaign.{number}")
        for found, what, number in wrong
        if found
    ]


@register
def webhooks_can_be_verified(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if settings.STRIPE_WEBHOOK_SECRETS:
        return []
    return [
        Warning(
            "STRIPE_WEBHOOK_SECRETS is empty: every webhook is refused, and only the sweeps find gifts.",
            id="campaign.W001",
        )
    ]
