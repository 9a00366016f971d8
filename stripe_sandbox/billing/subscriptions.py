"""Subscriptions with one monthly price. https://docs.stripe.com/api/subscriptions/object"""

import copy
from typing import Any

import stripe

from stripe_sandbox.billing.periods import next_month
from stripe_sandbox.events import emit
from stripe_sandbox.ids import new_id
from stripe_sandbox.listing import list_object
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

LIVING = ("active", "past_due")
"""The states in which a period follows the other."""


def make_subscription(world: World, *, customer: str, price: Obj, method: str, **given: Any) -> Obj:
    """An active subscription whose first month begins now, with its event and its first renewal planned."""
    subscription_id, now = new_id("sub"), world.now()
    item = _item(world, subscription_id, price)
    subscription = world.create(
        stripe.Subscription,
        "sub",
        id=subscription_id,
        billing_cycle_anchor=now,
        billing_mode={"type": "flexible", "flexible": {"proration_discounts": "included"}},
        cancellation_details={},
        currency=price["currency"],
        customer=customer,
        default_payment_method=method,
        items=list_object(f"/v1/subscription_items?subscription={subscription_id}", [item], has_more=False),
        payment_settings={"save_default_payment_method": "off"},
        start_date=now,
        status="active",
        **given,
    )
    emit(world, "customer.subscription.created", subscription)
    world.plan("renew", subscription_id, at=item["current_period_end"])
    return subscription


def _item(world: World, subscription_id: str, price: Obj) -> Obj:
    now = world.now()
    given = {
        "id": new_id("si"),
        "created": now,
        "current_period_start": now,
        "current_period_end": next_month(now, now),
        "plan": plan_of(price),
        "price": price,
        "quantity": 1,
        "subscription": subscription_id,
        "tax_rates": [],
    }
    return build(stripe.SubscriptionItem, given)


def plan_of(price: Obj) -> Obj:
    """The older name of a recurring price, which items still carry."""
    given = {
        "id": price["id"],
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "metadata": price["metadata"],
        "product": price["product"],
    }
    return build(stripe.Plan, given)


def item_of(subscription: Obj) -> Obj:
    """Its one item; the period stands there since API version basil."""
    item: Obj = subscription["items"]["data"][0]
    return item


def change(world: World, before: Obj, **changes: Any) -> Obj:
    """`before` with `changes`, saved; `customer.subscription.updated` if something is other than it was."""
    after = build(stripe.Subscription, copy.deepcopy(before) | changes)
    world.save(after)
    if after != before:
        emit(world, "customer.subscription.updated", after, before=before)
    return after


def end(world: World, subscription: Obj, reason: str, **details: Any) -> Obj:
    """Stop for good, with `customer.subscription.deleted`; what is still owed is not asked for any more."""
    now = world.now()
    subscription.update(
        status="canceled",
        canceled_at=subscription["canceled_at"] or now,
        ended_at=now,
        pause_collection=None,
        cancellation_details=build(stripe.Subscription.CancellationDetails, {**details, "reason": reason}),
    )
    for status in ("draft", "open"):
        for invoice in invoices_of(world, subscription["id"], status):
            stopped = {
                "auto_advance": False,
                "automatically_finalizes_at": None,
                "next_payment_attempt": None,
            }
            world.save(invoice | stopped)
    emit(world, "customer.subscription.deleted", world.save(subscription))
    return subscription


def invoices_of(world: World, subscription_id: str, status: str) -> list[Obj]:
    """Newest first."""
    return world.store.find(
        "invoice",
        "json_extract(body, '$.parent.subscription_details.subscription') = ?"
        " and json_extract(body, '$.status') = ?",
        *(subscription_id, status),
    )


def subscriptions_of(world: World, customer_id: str) -> list[Obj]:
    """Those that have not ended, newest first."""
    return world.store.find(
        "subscription",
        "json_extract(body, '$.customer') = ? and json_extract(body, '$.status') <> 'canceled'",
        customer_id,
    )
