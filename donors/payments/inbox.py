"""Stripe's webhook events: stored before they are believed, handled by re-reading Stripe.

An event's payload only tells which donation to look at; what the donation becomes is decided by what Stripe
answers when asked. Facts: docs.stripe.com/webhooks."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from donors.payments.errors import NotFromStripe
from donors.payments.events import HANDLERS
from donors.payments.gateway.webhooks import read_event
from donors.payments.models import StripeEvent

log = logging.getLogger(__name__)


def receive(body: bytes, signature: str, *, at: datetime) -> StripeEvent:
    """Store a webhook event, once however often it comes. Raises NotFromStripe; then nothing is stored."""
    stored = keep(read_event(body, signature), at=at)
    if stored.missed:
        # It came after all: the webhooks are alive.
        StripeEvent.objects.filter(pk=stored.pk).update(missed=False, received_at=at)
    return stored


def keep(event: dict[str, Any], *, at: datetime, missed: bool = False) -> StripeEvent:
    """Store an event of Stripe's, once; `missed` says that no webhook brought it. Raises NotFromStripe."""
    try:
        found = event["data"]["object"]
        facts: dict[str, Any] = {
            "type": event["type"],
            "object_id": str(found.get("id") or ""),
            "account": event.get("account") or "",
            "livemode": bool(event["livemode"]),
            "api_version": event.get("api_version") or "",
            "payload": event,
            "created_at": datetime.fromtimestamp(event["created"], tz=UTC),
            "missed": missed,
        }
        event_id = str(event["id"])
    except (KeyError, TypeError, AttributeError) as error:
        raise NotFromStripe("the body is no snapshot event") from error
    ours = facts["type"] in HANDLERS and facts["livemode"] == settings.STRIPE_LIVEMODE
    state = StripeEvent.State.NEW if ours else StripeEvent.State.IGNORED
    stored, _ = StripeEvent.objects.get_or_create(
        stripe_event_id=event_id,
        defaults={**facts, "state": state, "received_at": at, "next_try_at": at},
    )
    return stored


def process_event(event_pk: int, *, at: datetime) -> StripeEvent.State | None:
    """Handle one stored event; None if it is done already, not due, or in another worker's hands.

    Never raises for what Stripe or the payload do: the failure is written on the row, and the next try is
    dated, later each time."""
    if not StripeEvent.objects.claim(event_pk, at=at):
        return None
    event = StripeEvent.objects.get(pk=event_pk)
    try:
        handled = HANDLERS[event.type](event, at)
    except Exception as error:
        log.exception("Event %s (%s) failed", event.stripe_event_id, event.type)
        event.note_failure(error, at=at, state=StripeEvent.State.FAILED)
        return StripeEvent.State.FAILED
    state = StripeEvent.State.DONE if handled else StripeEvent.State.IGNORED
    StripeEvent.objects.filter(pk=event.pk).update(
        state=state, handled_at=at, claimed_until=None, last_error="", attempts=F("attempts") + 1
    )
    return state


def retry_event(event_pk: int, *, at: datetime) -> bool:
    """Make a failed event due now, however long its next wait would be. Idempotent.

    False if it is not failed any more, or in a worker's hands: then nothing is changed."""
    failed = StripeEvent.objects.filter(pk=event_pk, state=StripeEvent.State.FAILED)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
    return failed.filter(free).update(next_try_at=at, claimed_until=None) == 1


def sweep_inbox(*, at: datetime, enqueue: Callable[[int], object]) -> int:
    """Enqueue every stored event that is due: what a lost task or a dead worker left behind."""
    due = list(StripeEvent.objects.due(at).values_list("pk", flat=True)[:500])
    for pk in due:
        enqueue(pk)
    return len(due)
