"""Which Stripe events speak of a monthly gift, and of which one. Each is a hint to look at Stripe again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift, MonthlyGiftQuerySet
from donors.payments.alarms import raise_alarm
from donors.payments.customers import forget_customer
from donors.payments.errors import NotYetHere
from donors.payments.gateway.subscriptions import fetch_invoice_subscription, mandate_holds
from donors.payments.models import Alarm, StripeCustomer, StripeEvent
from donors.payments.monthly_alarms import tell_of_second
from donors.payments.sync_monthly import sync_monthly_gift
from donors.payments.told_along import named_uuid


def sync_promise(event: StripeEvent, at: datetime) -> bool:
    """The monthly gift that a subscription or an invoice belongs to. Raises as `sync_monthly_gift`."""
    found = event.payload["data"]["object"]
    subscription_id, metadata = _named(event, found)
    promise = _promise(subscription_id, metadata, livemode=event.livemode)
    if promise is None:
        return False
    if subscription_id and promise.stripe_subscription_id not in {"", subscription_id}:
        tell_of_second(promise.pk, subscription_id, at=at)
    sync_monthly_gift(promise.pk, because=event.stripe_event_id, at=at, subscription_id=subscription_id)
    return True


def sync_promise_of_payment(event: StripeEvent, at: datetime) -> bool:
    """The monthly gift whose invoice was paid: this object names the invoice alone."""
    invoice_id = str(event.payload["data"]["object"].get("invoice") or "")
    subscription_id = fetch_invoice_subscription(invoice_id) if invoice_id else ""
    promises = MonthlyGift.objects.filter(livemode=event.livemode).exclude(stripe_subscription_id="")
    return _sync_all(promises.filter(stripe_subscription_id=subscription_id), event, at)


def sync_promises_of_payer(event: StripeEvent, at: datetime) -> bool:
    """The bank has renewed a card: every promise of that customer is looked at."""
    customer_id = str(event.payload["data"]["object"].get("customer") or "")
    return _sync_all(_paid_by(customer_id, event), event, at)


def drop_customer(event: StripeEvent, at: datetime) -> bool:
    """Deleted at Stripe: our donor stays, the promises have ended, and the next one has a new customer."""
    ours = StripeCustomer.objects.filter(stripe_customer_id=event.object_id, livemode=event.livemode)
    if not ours.exists():
        return False
    forget_customer(event.object_id, at=at)
    _sync_all(_paid_by(event.object_id, event), event, at)
    return True


def check_mandate(event: StripeEvent, at: datetime) -> bool:
    """A mandate that its owner has withdrawn debits nothing any more: a person asks what the donor wants."""
    months = Donation.objects.filter(stripe_mandate_id=event.object_id, livemode=event.livemode)
    month = months.filter(monthly_gift__isnull=False).order_by("-pk").first()
    if month is None:
        return False
    if not mandate_holds(event.object_id):
        raise_alarm(
            Alarm.Kind.MONTHLY,
            key=f"mandate:{event.object_id}",
            text=f"Le mandat de prélèvement du don mensuel n° {month.monthly_gift_id} n’est plus valable."
            " Demandez au donateur s’il souhaite continuer par carte ; sinon, arrêtez-le.",
            at=at,
            donation=month,
        )
    return True


def _paid_by(customer_id: str, event: StripeEvent) -> MonthlyGiftQuerySet:
    promises = MonthlyGift.objects.filter(livemode=event.livemode).exclude(stripe_customer_id="")
    return promises.filter(stripe_customer_id=customer_id)


def _sync_all(promises: MonthlyGiftQuerySet, event: StripeEvent, at: datetime) -> bool:
    pks = list(promises.values_list("pk", flat=True))
    for pk in pks:
        sync_monthly_gift(pk, because=event.stripe_event_id, at=at)
    return bool(pks)


def _named(event: StripeEvent, found: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The subscription that the object is, or belongs to, and its metadata."""
    if event.type.startswith("customer.subscription."):
        return event.object_id, found.get("metadata") or {}
    parent = (found.get("parent") or {}).get("subscription_details") or {}
    return str(parent.get("subscription") or ""), parent.get("metadata") or {}


def _promise(subscription_id: str, metadata: dict[str, Any], *, livemode: bool) -> MonthlyGift | None:
    """What we noted ourselves comes first, what Stripe was told along comes last. Raises NotYetHere."""
    promises = MonthlyGift.objects.filter(livemode=livemode)
    known: MonthlyGift | None = promises.filter(stripe_subscription_id=subscription_id or "-").first()
    if known is not None:
        return known
    uuid = named_uuid(metadata, "monthly_gift")
    if uuid is None:
        return None
    named: MonthlyGift | None = promises.filter(uuid=uuid).first()
    if named is None:
        raise NotYetHere(f"monthly gift {uuid}")
    return named


MONTHLY_HANDLERS: dict[str, Callable[[StripeEvent, datetime], bool]] = {
    "customer.deleted": drop_customer,
    "customer.subscription.created": sync_promise,
    "customer.subscription.deleted": sync_promise,
    "customer.subscription.paused": sync_promise,
    "customer.subscription.resumed": sync_promise,
    "customer.subscription.updated": sync_promise,
    "invoice.marked_uncollectible": sync_promise,
    "invoice.paid": sync_promise,
    "invoice.payment_action_required": sync_promise,
    "invoice.payment_failed": sync_promise,
    "invoice.voided": sync_promise,
    "invoice_payment.paid": sync_promise_of_payment,
    "mandate.updated": check_mandate,
    "payment_method.automatically_updated": sync_promises_of_payer,
}
