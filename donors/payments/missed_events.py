"""Events that no webhook brought: found in Stripe's list, put into the same inbox."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from donors.payments.events import HANDLERS
from donors.payments.gateway.event_list import list_events
from donors.payments.inbox import keep
from donors.payments.models import StripeEvent, SweepCursor

KEPT_BY_STRIPE = timedelta(days=30)
# An event may show up in the list a little after its date.
_OVERLAP = timedelta(hours=1)
_CURSOR = "events"


def collect_missed(*, at: datetime, every: bool = False) -> int:
    """Put into the inbox what Stripe lists and we never got; answers how many there were. Idempotent.

    Reads on from where the last sweep ended; `every` also reads what Stripe could not deliver before that.
    The mark moves only once everything was read. Raises StripeUnavailable, StripeRefused."""
    start, found, newest = _start(at), 0, None
    for page in list_events(list(HANDLERS), since=start):
        newest = max(filter(None, (newest, *map(_moment, page))))
        found += _keep(_unknown_among(page), at=at)
    for page in _undelivered(start, at=at) if every else ():
        found += _keep(page, at=at)
    if newest is not None:
        SweepCursor.objects.update_or_create(name=_CURSOR, defaults={"reached_at": newest})
    return found


def missed_pages(at: datetime, *, every: bool = False) -> Iterator[list[dict[str, Any]]]:
    """What `collect_missed` would put into the inbox; writes nothing."""
    start = _start(at)
    for page in list_events(list(HANDLERS), since=start):
        yield _unknown_among(page)
    if every:
        yield from _undelivered(start, at=at)


def _undelivered(start: datetime, *, at: datetime) -> Iterator[list[dict[str, Any]]]:
    for page in list_events(list(HANDLERS), since=at - KEPT_BY_STRIPE, undelivered_until=start):
        yield _unknown_among(page)


def _unknown_among(page: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [event["id"] for event in page]
    known = set(StripeEvent.objects.filter(stripe_event_id__in=ids).values_list("stripe_event_id", flat=True))
    return [event for event in page if event["id"] not in known]


def _start(at: datetime) -> datetime:
    """A little before the last sweep's newest event, and never before what Stripe keeps."""
    cursor = SweepCursor.objects.filter(name=_CURSOR).first()
    oldest = at - KEPT_BY_STRIPE
    return max(oldest, cursor.reached_at - _OVERLAP) if cursor else oldest


def _keep(events: list[dict[str, Any]], *, at: datetime) -> int:
    for event in events:
        keep(event, at=at, missed=True)
    return len(events)


def _moment(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(event["created"], tz=UTC)
