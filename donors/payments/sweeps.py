"""What is found without any webhook: each sweep names the rows that are worth another look."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from donors.gifts.models import Donation, Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.returns import Dispute, Refund
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.models import CheckoutAttempt
from donors.payments.sync import sync_donation
from donors.payments.sync_monthly import sync_gift, sync_monthly_gift

log = logging.getLogger(__name__)

PAGE_AGE = timedelta(minutes=10)
FEE_AGE = timedelta(minutes=2)
FEES_UNTIL = timedelta(days=30)
UNDER_WAY_FOR = timedelta(days=1)
NOT_SEEN_FOR = timedelta(hours=20)
A_WEEK = timedelta(days=7)
_BATCH = 200
_PENDING = [Refund.Status.PENDING, Refund.Status.REQUIRES_ACTION]
_UNDECIDED = [Dispute.Stage.INQUIRY, Dispute.Stage.OPEN]


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """`name` goes into the history, `label` is for people; `read` asks Stripe about one row."""

    name: str
    label: str
    find: Callable[[datetime], QuerySet[Any]]
    read: Callable[[int, str, datetime], object]


def _with_open_page(at: datetime) -> QuerySet[Any]:
    """Payment pages of more than ten minutes, also those that were paid by a debit an instant ago."""
    fresh_debit = Q(status=Status.PROCESSING, processing_at__gt=at - UNDER_WAY_FOR)
    return Donation.objects.in_site_mode().filter(
        Q(status__in=[Status.CREATED, Status.OPEN]) | fresh_debit,
        attempts__state__in=[CheckoutAttempt.State.OPEN, CheckoutAttempt.State.COMPLETE],
        attempts__created_at__lte=at - PAGE_AGE,
    )


def _with_fee_to_come(at: datetime) -> QuerySet[Any]:
    paid = Donation.objects.in_site_mode().succeeded()
    recent = paid.filter(succeeded_at__lte=at - FEE_AGE, succeeded_at__gte=at - FEES_UNTIL)
    return recent.exclude(stripe_charge_id="").exclude(ledger__kind="fee")


def _under_way(at: datetime) -> QuerySet[Any]:
    """Debits that take their days: one look a day is enough."""
    return (
        Donation.objects.in_site_mode()
        .filter(status=Status.PROCESSING, processing_at__lte=at - UNDER_WAY_FOR)
        .exclude(synced_at__gt=at - NOT_SEEN_FOR)
    )


def _with_returns_under_way(at: datetime) -> QuerySet[Any]:
    """Refunds that have not arrived, disputes that nobody has decided."""
    undecided = Q(refunds__status__in=_PENDING) | Q(disputes__stage__in=_UNDECIDED)
    return Donation.objects.in_site_mode().filter(undecided).exclude(synced_at__gt=at - NOT_SEEN_FOR)


def _not_seen_for_a_week(at: datetime) -> QuerySet[Any]:
    """Monthly gifts that may still bring a month; an ended one may do so for some weeks."""
    over = Q(status=MonthlyGift.Status.CANCELED, canceled_at__lt=at - FEES_UNTIL)
    over |= Q(status=MonthlyGift.Status.INCOMPLETE_EXPIRED)
    begun = MonthlyGift.objects.in_site_mode().exclude(stripe_subscription_id="").exclude(over)
    return begun.exclude(synced_at__gt=at - A_WEEK)


def _read_gift(pk: int, because: str, at: datetime) -> None:
    sync_gift(pk, because=because, at=at)


def _read_with_returns(pk: int, because: str, at: datetime) -> None:
    sync_donation(pk, because=because, at=at, thorough=True)


def _read_monthly(pk: int, because: str, at: datetime) -> None:
    sync_monthly_gift(pk, because=because, at=at)


OPEN_PAGES = Sweep(
    name="sweep of open pages", label="Pages de paiement ouvertes", find=_with_open_page, read=_read_gift
)
FEES = Sweep(name="sweep of fees", label="Frais à venir", find=_with_fee_to_come, read=_read_gift)
UNDER_WAY = Sweep(
    name="sweep of debits under way", label="Prélèvements en cours", find=_under_way, read=_read_gift
)
RETURNS = Sweep(
    name="sweep of refunds and disputes",
    label="Remboursements et contestations",
    find=_with_returns_under_way,
    read=_read_with_returns,
)
MONTHLY = Sweep(
    name="sweep of monthly gifts", label="Dons mensuels", find=_not_seen_for_a_week, read=_read_monthly
)
SWEEPS = (OPEN_PAGES, UNDER_WAY, MONTHLY, FEES, RETURNS)


def sweep_open_checkouts(*, at: datetime) -> int:
    """Read every payment page that has been open for ten minutes; answers how many were read."""
    return run_sweep(OPEN_PAGES, at=at)


def sweep_fees(*, at: datetime) -> int:
    """Read the paid card gifts whose fee has not come yet; answers how many were read."""
    return run_sweep(FEES, at=at)


def sweep_slow_money(*, at: datetime) -> int:
    """Read what takes days or weeks: debits, refunds, disputes, monthly gifts; answers how many were read."""
    return sum(run_sweep(sweep, at=at) for sweep in (UNDER_WAY, RETURNS, MONTHLY))


def run_sweep(sweep: Sweep, *, at: datetime, most: int | None = _BATCH) -> int:
    """Read each row of a sweep again; answers how many were read. `most` bounds one turn on the schedule.

    One refusal does not stop the others; silence from Stripe stops the sweep until its next turn."""
    done = 0
    for pk in list(to_read(sweep, at=at).values_list("pk", flat=True)[:most]):
        try:
            sweep.read(pk, sweep.name, at)
        except StripeRefused:
            log.error("Stripe does not show row %s of the %s", pk, sweep.name)
        except StripeUnavailable:
            log.warning("Stripe is silent: the %s goes on at its next turn", sweep.name)
            break
        done += 1
    return done


def to_read(sweep: Sweep, *, at: datetime) -> QuerySet[Any]:
    """The rows that the sweep would read, longest unseen first."""
    return sweep.find(at).order_by("synced_at", "pk").distinct()
