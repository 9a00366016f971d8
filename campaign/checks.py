"""System checks: what must never be combined."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils import timezone

from donors.campaigns.models import local_day
from donors.gifts.models import Donation
from donors.payments.gateway.connection import API_VERSION
from donors.payments.gateway.endpoints import sdk_api_version
from donors.receipts.seal import SealUnusable, current_seal
from donors.receipts.tax.checked import is_stale, rows_in_force

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


@register
def stripes_version_is_pinned_on_purpose(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A new SDK speaks a new API version; what that changes is read before the pin moves."""
    if sdk_api_version() == API_VERSION:
        return []
    return [
        Error(
            f"The site is written for Stripe's API {API_VERSION}, the package for {sdk_api_version()}.",
            hint="Read Stripe's changelog, adapt donors/payments/gateway, then move API_VERSION.",
            id="campaign.E005",
        )
    ]


@register
def seal_can_be_used(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A site that was set up to seal its receipts must not start to hand out unsealed ones in silence."""
    try:
        seal = current_seal()
    except SealUnusable as error:
        return [Error(str(error), id="campaign.E007")]
    at = timezone.now()
    if seal is None or (seal.holds(at) and not seal.expires_soon(at)):
        return []
    life = f"valid from {seal.valid_from:%Y-%m-%d} until {seal.valid_until:%Y-%m-%d}"
    if seal.holds(at):
        return [
            Warning(
                f"The certificate of the receipts' seal ends soon: it is {life}.",
                hint="Order the next one now; put its file in the place of this one.",
                id="campaign.W004",
            )
        ]
    return [
        Error(
            f"The certificate of the receipts' seal is {life}, and not today.",
            hint="Name a valid one in RECEIPT_SEAL_PKCS12, or leave it empty to hand out unsealed receipts.",
            id="campaign.E008",
        )
    ]


@register(Tags.database)
def tax_rules_were_checked_within_a_year(
    app_configs: Any, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """An upgrade is the moment to look at the law again, so `migrate` says it; nothing stops for it.

    No part of every start or of `check --deploy`: the day alone must not turn those red."""
    today = local_day(timezone.now())
    stale = [row for row in rows_in_force(today) if is_stale(row, today)]
    if not stale or not databases:
        return []
    oldest = min(row.checked_on for row in stale)
    return [
        Warning(
            f"{len(stale)} tax rules in force were checked more than a year ago, the oldest on {oldest}.",
            hint="Compare donors/receipts/tax/rows.py with the law, and note the day.",
            id="campaign.W003",
        )
    ]


@register(Tags.database)
def key_and_database_agree(
    app_configs: Any, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """A test key on real books hides them; a live key on a trial's database deserves a second look.

    Reads the database, so Django runs it for `migrate` and for `check --database default` alone."""
    return [message for name in databases or [] for message in _modes_in(name)]


def _modes_in(database: str) -> list[CheckMessage]:
    if Donation._meta.db_table not in connections[database].introspection.table_names():
        return []  # before the first migration
    gifts = Donation.objects.using(database)
    has_live, has_test = (gifts.filter(livemode=mode).exists() for mode in (True, False))
    if has_live and not settings.STRIPE_LIVEMODE:
        return [
            Error(
                "The database holds real gifts, but Stripe's key is a test key: the site would show empty "
                "gauges, and its donors would pay nothing.",
                hint="Use the live key here, and a database of its own for tests.",
                id="campaign.E006",
            )
        ]
    if settings.STRIPE_LIVEMODE and has_test and not has_live:
        return [
            Warning(
                "Stripe's key is live, and the database holds test gifts only.",
                hint="They stay apart from gauges, numbers and exports. A fresh database is better still.",
                id="campaign.W002",
            )
        ]
    return []
