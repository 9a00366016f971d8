"""Play the past in its order: the sandbox's clock goes to each moment, and comes back to today at the end."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from campaign.demo.past_gifts import plan_gifts
from campaign.demo.sandbox_control import go_to, leave_the_past
from campaign.demo.stories import Moment, plan_stories, visit
from donors.campaigns.models import Campaign
from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.queries import DonationQuerySet
from donors.payments.payouts import payouts_to_reconcile, reconcile_payout
from donors.payments.sync import sync_donation

PAST = timedelta(days=120)


def plant_gifts(
    campaign: Campaign, *, at: datetime, count: int, stories: bool, tell: Callable[[str], Any]
) -> None:
    """Make the past gifts that are missing; then let the fees arrive, and reconcile what was paid out.

    Killed half-way, it goes on at the next start; planted whole, it changes nothing."""
    moments = _moments(campaign, at=at, count=count, stories=stories)
    left = [moment for moment in moments if not moment.is_done()]
    if left:
        tell(f"Création de {count} dons passés, un par un, dans le faux Stripe…")
    if not left and not _without_fee().exists():
        return
    if stories:
        tell("Deux contestations et une suspicion de fraude en font partie : voyez Trésorerie, Alertes.")
    try:
        with _planted_alarms_are_no_errors():
            for moment in left:
                if not moment.is_done():
                    go_to(moment.at)
                    moment.act(moment.at)
                    follow_due_events(at=moment.at + timedelta(minutes=2))
    finally:
        leave_the_past()
    _close_the_books(at=at)


@contextmanager
def _planted_alarms_are_no_errors() -> Iterator[None]:
    """An alarm is an ERROR line, for a person to look at; here it was sown on purpose, and was announced."""
    log = logging.getLogger("donors.payments.alarms")
    log.addFilter(_is_no_alarm)
    try:
        yield
    finally:
        log.removeFilter(_is_no_alarm)


def _is_no_alarm(record: logging.LogRecord) -> bool:
    return not record.msg.startswith("Alarm ")


def _moments(campaign: Campaign, *, at: datetime, count: int, stories: bool) -> list[Moment]:
    plans = (
        plan_gifts(count=count, first=at - timedelta(days=12), last=at - timedelta(hours=2)) if count else []
    )
    moments = [visit(plan, campaign) for plan in plans]
    if stories:
        moments += plan_stories(campaign, at=at)
    return sorted(moments, key=lambda moment: moment.at)


def _without_fee() -> DonationQuerySet:
    return Donation.objects.succeeded().exclude(ledger__kind=LedgerEntry.Kind.FEE)


def _close_the_books(*, at: datetime) -> None:
    """What was still to come when each gift was made: fees, and the lines of the payouts."""
    for donation in _without_fee():
        sync_donation(donation.pk, because="fees", at=at, thorough=True)
    follow_due_events(at=at)
    for payout in list(payouts_to_reconcile(since=at - PAST)):
        reconcile_payout(payout.payout_id, at=at)
