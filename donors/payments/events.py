"""Which Stripe events this site acts on, and what it does: each is a hint to look at Stripe once more.

A handler answers whether the event's object is ours. Every other event is kept and ignored."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from donors.gifts.models import Donation
from donors.payments.alarms import raise_alarm
from donors.payments.errors import NotYetHere
from donors.payments.gateway.payments import fetch_fraud_warning
from donors.payments.models import Alarm, CheckoutAttempt, StripeEvent
from donors.payments.monthly_events import MONTHLY_HANDLERS
from donors.payments.payouts import reconcile_event
from donors.payments.sync import sync_donation
from donors.payments.sync_monthly import sync_gift
from donors.payments.told_along import named_uuid


def sync_page(event: StripeEvent, at: datetime) -> bool:
    """The gift of a payment page, and the promise that it began. Raises as `sync_payment`."""
    donation = find_donation(event)
    if donation is None:
        return False
    sync_gift(donation.pk, because=event.stripe_event_id, at=at, session_id=event.object_id)
    return True


def sync_payment(event: StripeEvent, at: datetime) -> bool:
    """The gift's payment, read again. Raises NotYetHere, StripeUnavailable, StripeRefused."""
    return _sync(event, at, thorough=False)


def sync_payment_and_returns(event: StripeEvent, at: datetime) -> bool:
    """The same, with its refunds and disputes also when the charge shows none any more."""
    return _sync(event, at, thorough=True)


def _sync(event: StripeEvent, at: datetime, *, thorough: bool) -> bool:
    donation = find_donation(event)
    if donation is None:
        return False
    sync_donation(donation.pk, because=event.stripe_event_id, at=at, thorough=thorough)
    return True


def warn_of_fraud(event: StripeEvent, at: datetime) -> bool:
    """A card issuer suspects fraud: a refund now costs less than a dispute later, so a person decides."""
    donation = find_donation(event)
    if donation is None:
        return False
    if fetch_fraud_warning(event.object_id).actionable:
        raise_alarm(
            Alarm.Kind.FRAUD_WARNING,
            key=f"fraud_warning:{event.object_id}",
            text=f"La banque soupçonne une fraude sur le don n° {donation.pk}. Si vous ne reconnaissez pas ce"
            " donateur, remboursez-le avant qu’une contestation n’ajoute des frais.",
            at=at,
            donation=donation,
        )
    return True


def find_donation(event: StripeEvent) -> Donation | None:
    """The gift that an event speaks of; None when the object is not ours. Raises NotYetHere.

    What we noted ourselves comes first: a page, then a payment. What Stripe was told along comes last."""
    found = event.payload["data"]["object"]
    return _by_page(event) or _by_payment(event, found) or _by_metadata(found)


def _by_page(event: StripeEvent) -> Donation | None:
    if not event.type.startswith("checkout.session."):
        return None
    pages = CheckoutAttempt.objects.select_related("donation")
    page: CheckoutAttempt | None = pages.filter(
        stripe_session_id=event.object_id, livemode=event.livemode
    ).first()
    return page.donation if page else None


def _by_payment(event: StripeEvent, found: dict[str, Any]) -> Donation | None:
    intent = event.object_id if event.type.startswith("payment_intent.") else found.get("payment_intent")
    if not intent:
        return None
    paid: Donation | None = Donation.objects.filter(
        stripe_payment_intent_id=intent, livemode=event.livemode
    ).first()
    return paid


def _by_metadata(found: dict[str, Any]) -> Donation | None:
    uuid = named_uuid(found.get("metadata") or {}, "donation")
    if uuid is None:
        return None
    named: Donation | None = Donation.objects.filter(uuid=uuid).first()
    if named is None:
        raise NotYetHere(f"donation {uuid}")
    return named


type Handler = Callable[[StripeEvent, datetime], bool]

HANDLERS: dict[str, Handler] = {
    "checkout.session.async_payment_failed": sync_page,
    "checkout.session.async_payment_succeeded": sync_page,
    "checkout.session.completed": sync_page,
    "checkout.session.expired": sync_page,
    "charge.dispute.closed": sync_payment_and_returns,
    "charge.dispute.created": sync_payment_and_returns,
    "charge.dispute.funds_reinstated": sync_payment_and_returns,
    "charge.dispute.funds_withdrawn": sync_payment_and_returns,
    "charge.dispute.updated": sync_payment_and_returns,
    "charge.failed": sync_payment,
    "charge.refunded": sync_payment_and_returns,
    "charge.succeeded": sync_payment,
    "charge.updated": sync_payment,
    "payment_intent.canceled": sync_payment,
    "payment_intent.payment_failed": sync_payment,
    "payment_intent.processing": sync_payment,
    "payment_intent.succeeded": sync_payment,
    "payout.failed": reconcile_event,
    "payout.paid": reconcile_event,
    "payout.reconciliation_completed": reconcile_event,
    "radar.early_fraud_warning.created": warn_of_fraud,
    "radar.early_fraud_warning.updated": warn_of_fraud,
    "refund.created": sync_payment_and_returns,
    "refund.failed": sync_payment_and_returns,
    "refund.updated": sync_payment_and_returns,
    **MONTHLY_HANDLERS,
}
