"""All that can follow from a change, in one place, as thin tasks around use cases.

A task may be lost and may run twice: what is left to do stands in the tables (StripeEvent, DonationEvent),
each row is claimed by a conditional UPDATE, and every step carries its own mark of being done."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F
from django.tasks import task
from django.utils import timezone

from donors.gifts.models import DonationEvent, Status
from donors.letters.thank_you import send_thank_you
from donors.payments import inbox, sweeps
from donors.receipts.document import make_document
from donors.receipts.eligibility import obstacles
from donors.receipts.issue import issue_receipt

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)


@task
def process_stripe_event(event_pk: int) -> None:
    """Handle one stored event, then at once what follows from the change it brought."""
    now = timezone.now()
    inbox.process_event(event_pk, at=now)
    follow_due_events(at=timezone.now())


@task
def follow_up() -> None:
    """Wake up for a donation that has just changed."""
    follow_due_events(at=timezone.now())


@task
def sweep_inbox() -> None:
    inbox.sweep_inbox(at=timezone.now(), enqueue=process_stripe_event.enqueue)


@task
def sweep_follow_ups() -> None:
    follow_due_events(at=timezone.now())


@task
def sweep_open_checkouts() -> None:
    sweeps.sweep_open_checkouts(at=timezone.now())
    follow_due_events(at=timezone.now())


@task
def sweep_fees() -> None:
    sweeps.sweep_fees(at=timezone.now())


def follow_due_events(*, at: datetime) -> int:
    """Do what follows from every change not followed yet; answers how many were followed.

    Safe for many workers. A failure is written on its row and tried again later, without stopping others."""
    done = 0
    for pk in list(DonationEvent.objects.due(at).values_list("pk", flat=True)[:200]):
        done += follow_event(pk, at=at)
    return done


def follow_event(event_pk: int, *, at: datetime) -> bool:
    """Receipt and letters for one change; False if it is followed already, not due, or claimed."""
    if not DonationEvent.objects.due(at).filter(pk=event_pk).update(claimed_until=at + LEASE):
        return False
    event = DonationEvent.objects.select_related("donation__donor", "donation__campaign__organisation").get(
        pk=event_pk
    )
    try:
        for step in FOLLOW_UPS.get(Status(event.to_status), ()):
            step(event, at)
    except Exception as error:
        log.exception("What follows from %s of donation %s failed", event.to_status, event.donation_id)
        wait = min(FIRST_WAIT * 2 ** min(event.attempts, 10), LONGEST_WAIT)
        DonationEvent.objects.filter(pk=event.pk).update(
            attempts=F("attempts") + 1,
            next_try_at=at + wait,
            claimed_until=None,
            last_error=f"{type(error).__name__}: {error}"[:2000],
        )
        return False
    DonationEvent.objects.filter(pk=event.pk).update(followed_at=at, claimed_until=None, last_error="")
    return True


def _receipt(event: DonationEvent, at: datetime) -> None:
    """A receipt at once for a card gift that may have one. Who cannot get one yet shows in the office."""
    if not obstacles(event.donation):
        make_document(issue_receipt(event.donation, at=at), at=at)


def _thank_you(event: DonationEvent, at: datetime) -> None:
    if event.donation.is_paid:
        send_thank_you(event.donation, at=at)


FOLLOW_UPS: dict[Status, tuple[Callable[[DonationEvent, datetime], None], ...]] = {
    Status.SUCCEEDED: (_receipt, _thank_you),
}
