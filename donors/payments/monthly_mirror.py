"""The pure rules: what a monthly gift becomes, given what Stripe says now, and what a person must hear of.

No clock, no network, no writes: any order and any number of readings end in the same row and events."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.monthly import MonthlyGift
from donors.payments.monthly_facts import InvoiceFacts, SubscriptionFacts

type Kind = MonthlyGiftEvent.Kind

_KINDS = MonthlyGiftEvent.Kind
_STATUS = MonthlyGift.Status
_ENDED = {_STATUS.CANCELED, _STATUS.INCOMPLETE_EXPIRED}
# A month is a draft for an hour before it is debited: a stop in that hour and the debit may cross.
CROSSING = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class News:
    """One thing to tell. The same key is told once, whoever finds it out, and however often."""

    kind: Kind
    key: str
    detail: dict[str, Any] = field(default_factory=dict)


def contradicts(promise: MonthlyGift, facts: SubscriptionFacts) -> str:
    """Why this cannot be the subscription of our promise, in one sentence; empty if it can."""
    if facts.livemode != promise.livemode:
        return f"livemode is {facts.livemode}, ours {promise.livemode}"
    if facts.monthly_uuid != str(promise.uuid):
        return f"the subscription belongs to {facts.monthly_uuid or 'nobody'}"
    if facts.currency != "eur":
        return f"currency is {facts.currency!r}"
    if facts.amount_cents <= 0:
        return f"amount is {facts.amount_cents} cents"
    return ""


def mirrored(promise: MonthlyGift, facts: SubscriptionFacts, *, at: datetime) -> dict[str, Any]:
    """The columns that are to change. A status that we do not know leaves ours."""
    known = facts.status in _STATUS.values
    paused_at = (promise.paused_at or at) if facts.paused else None
    wanted = {
        "status": facts.status if known else promise.status,
        "stripe_subscription_id": facts.subscription_id,
        "stripe_customer_id": facts.customer_id,
        "amount_cents": facts.amount_cents,
        "started_at": facts.started_at,
        "next_debit_at": facts.next_debit_at,
        "paused_at": paused_at,
        "resumes_at": facts.resumes_at,
        "ends_at_period_end": facts.ends_at_period_end,
        "canceled_at": facts.ended_at,
        "card_last4": facts.card_last4,
        "card_expires_on": facts.card_expires_on,
    }
    return {name: value for name, value in wanted.items() if getattr(promise, name) != value}


def news(
    promise: MonthlyGift, facts: SubscriptionFacts, invoices: tuple[InvoiceFacts, ...]
) -> Iterator[News]:
    """What is new against the row as it stood. `promise` is not changed yet."""
    known_before = promise.synced_at is not None
    was_over, is_over = promise.status in _ENDED, facts.status in _ENDED
    version = promise.sync_version
    if promise.started_at is None and facts.status not in {_STATUS.INCOMPLETE, _STATUS.INCOMPLETE_EXPIRED}:
        yield News(kind=_KINDS.STARTED, key=f"started:{promise.pk}")
    if known_before and facts.amount_cents != promise.amount_cents:
        detail = {"from_cents": promise.amount_cents, "to_cents": facts.amount_cents}
        yield News(kind=_KINDS.AMOUNT_CHANGED, key=f"amount_changed:{promise.pk}:{version}", detail=detail)
    if is_over:
        if not was_over and facts.status == _STATUS.CANCELED:
            yield News(
                kind=_KINDS.ENDED, key=f"ended:{promise.pk}", detail={"reason": facts.end_reason or "unknown"}
            )
        return
    if facts.paused and promise.paused_at is None:
        yield News(kind=_KINDS.PAUSED, key=f"paused:{promise.pk}:{version}")
    if promise.paused_at is not None and not facts.paused:
        yield News(kind=_KINDS.RESUMED, key=f"resumed:{promise.pk}:{version}")
    for invoice in invoices:
        if invoice.owed:
            yield from _owed(invoice)


def _owed(invoice: InvoiceFacts) -> Iterator[News]:
    """The first refusal and the last try; and, if the bank asks for the donor, what to confirm."""
    detail = {
        "cents": invoice.amount_cents,
        "page": invoice.page_url,
        "next_try": invoice.next_try_at.isoformat() if invoice.next_try_at else "",
    }
    if invoice.intent_state == "requires_action":
        yield News(kind=_KINDS.ACTION_REQUIRED, key=f"action_required:{invoice.invoice_id}", detail=detail)
    elif invoice.tries < settings.MONTHLY_TRIES - 1:
        yield News(kind=_KINDS.PAYMENT_FAILED, key=f"payment_failed:{invoice.invoice_id}", detail=detail)
    if invoice.tries >= settings.MONTHLY_TRIES - 1 and invoice.next_try_at is not None:
        yield News(kind=_KINDS.LAST_TRY, key=f"last_try:{invoice.invoice_id}", detail=detail)


def crossed(facts: SubscriptionFacts, invoices: tuple[InvoiceFacts, ...]) -> list[InvoiceFacts]:
    """Later months that were debited while the gift was being stopped, or after."""
    end = facts.ended_at
    if end is None:
        return []
    return [one for one in invoices if not one.first and one.paid_at and one.paid_at >= end - CROSSING]
