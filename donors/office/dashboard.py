"""The panels on the admin's first page: the gauge for everybody, the books' state for the treasurer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from donors.accounting.declaration_due import declarations_due
from donors.campaigns.models import Campaign, local_day
from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.progress import progress_of
from donors.gifts.queries import day_start
from donors.office.follow_ups import count_failed
from donors.office.tax_rules import rules_to_check
from donors.office.waiting import waiting_for_receipt
from donors.payments.models import Alarm, StripeEvent

MOST_CAMPAIGNS = 3
DAYS = 7


class CampaignPanel(Component):
    """How far the running campaigns are, or the last one: sums only, no donor."""

    name = "campaign_gauge"
    template_name = "office/home_campaigns.html"
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        return {"rows": [(campaign, progress_of(campaign, at=now)) for campaign in campaigns_to_show(now)]}


def campaigns_to_show(at: datetime) -> list[Campaign]:
    today = local_day(at)
    running = list(
        Campaign.objects.filter(starts_on__lte=today, ends_on__gte=today).order_by("ends_on")[:MOST_CAMPAIGNS]
    )
    return running or list(Campaign.objects.order_by("-ends_on")[:1])


@dataclass(frozen=True, kw_only=True)
class TreasuryFigures:
    """What a treasurer looks at first."""

    gifts: int
    gifts_cents: int
    waiting: int
    held: int
    failed_events: int
    failed_follow_ups: int
    alarms: int
    rules: int
    since: datetime


def treasury_figures(at: datetime) -> TreasuryFigures:
    """Gifts of the last seven days from the ledger, and what needs a person. Eight queries."""
    since = day_start(local_day(at) - timedelta(days=DAYS - 1))
    lines = LedgerEntry.objects.in_site_mode().filter(kind=LedgerEntry.Kind.GIFT, occurred_at__gte=since)
    sums = lines.aggregate(cents=Sum("amount_cents"), gifts=Count("donation", distinct=True))
    gifts = Donation.objects.in_site_mode()
    failed = StripeEvent.objects.filter(livemode=settings.STRIPE_LIVEMODE, state=StripeEvent.State.FAILED)
    return TreasuryFigures(
        gifts=sums["gifts"],
        gifts_cents=sums["cents"] or 0,
        waiting=waiting_for_receipt(gifts).count(),
        held=gifts.exclude(hold=Donation.Hold.NONE).count(),
        failed_events=failed.count(),
        failed_follow_ups=count_failed(),
        alarms=Alarm.objects.standing().count(),
        rules=rules_to_check(at),
        since=since,
    )


class TreasuryPanel(Component):
    name = "treasury"
    template_name = "office/home_treasury.html"
    order = 101

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        return {"figures": treasury_figures(now), "due": declarations_due(today=local_day(now))}


def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm("donors.view_campaign"):
        panels.append(CampaignPanel())
    if request.user.has_perm("donors.view_donation"):
        panels.append(TreasuryPanel())
