"""Change, pause and resume a subscription, by the API or by its owner. Nothing is ever prorated here."""

import copy
from typing import Any

import stripe

from stripe_sandbox.billing.periods import next_month
from stripe_sandbox.billing.renewals import begin_period
from stripe_sandbox.billing.subscriptions import LIVING, change, item_of, plan_of
from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.events import emit
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.resources.prices import make_price
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

KNOWN = frozenset(
    {
        "cancel_at_period_end",
        "cancellation_details",
        "default_payment_method",
        "description",
        "items",
        "metadata",
        "off_session",
        "pause_collection",
        "payment_behavior",
        "proration_behavior",
    }
)


def update(world: World, before: Obj, params: dict[str, Any]) -> Obj:
    """Apply the parameters of an update; raises 400 for what Stripe or the sandbox does not take."""
    for name in params:
        if name not in KNOWN:
            raise unsupported(f"`{name}` on subscriptions", param=name)
    changes: Obj = {name: params[name] or None for name in ("description",) if name in params}
    changes["metadata"] = merge_metadata(before["metadata"], params.get("metadata"))
    if "cancel_at_period_end" in params:
        changes |= _stop_later(world, before, wanted=params["cancel_at_period_end"])
    if "cancellation_details" in params:
        current = changes.get("cancellation_details") or before["cancellation_details"] or {}
        changes["cancellation_details"] = {**current, **unset(params["cancellation_details"])}
    if "default_payment_method" in params:
        changes["default_payment_method"] = _method(world, before, params["default_payment_method"])
    if "pause_collection" in params:
        changes["pause_collection"] = _pause_collection(world, before, params["pause_collection"])
    if "items" in params:
        changes["items"] = _items(world, before, params)
    return change(world, before, **changes)


def _stop_later(world: World, before: Obj, *, wanted: bool) -> Obj:
    """Stop when the month that is paid is over, or do not stop after all."""
    if wanted == before["cancel_at_period_end"]:
        return {}
    until = item_of(before)["current_period_end"] if wanted else None
    reason = "cancellation_requested" if wanted else None
    return {
        "cancel_at_period_end": wanted,
        "cancel_at": until,
        "canceled_at": world.now() if wanted else None,
        "cancellation_details": {"reason": reason},
    }


def _method(world: World, before: Obj, method_id: str) -> str:
    method = world.get(stripe.PaymentMethod, method_id, param="default_payment_method")
    if method["customer"] != before["customer"]:
        raise invalid_request(
            f"The customer does not have a payment method with the ID {method_id}. The payment method must be"
            " attached to the customer.",
            param="default_payment_method",
            code="resource_missing",
        )
    return method_id


def _pause_collection(world: World, before: Obj, wanted: Any) -> Obj | None:
    """Invoices of the pause are made and voided. `resumes_at` ends it by the clock."""
    if wanted == "":
        return None
    if wanted["behavior"] != "void":
        raise unsupported(f"`behavior={wanted['behavior']}`", param="pause_collection[behavior]")
    resumes_at = wanted.get("resumes_at")
    if resumes_at is not None:
        if resumes_at <= world.now():
            raise invalid_request(
                "`pause_collection[resumes_at]` must be in the future.", param="pause_collection[resumes_at]"
            )
        world.plan("resume_collection", before["id"], at=resumes_at)
    return {"behavior": "void", "resumes_at": resumes_at}


def _items(world: World, before: Obj, params: dict[str, Any]) -> Obj:
    """The item with its new price, which counts from the next invoice on."""
    if params.get("proration_behavior") != "none":
        raise unsupported("a change of price without `proration_behavior=none`", param="proration_behavior")
    items: Obj = copy.deepcopy(before["items"])
    item = items["data"][0]
    given = params["items"]
    if len(given) != 1 or given[0].get("id") != item["id"]:
        raise unsupported("more than the one item of a subscription", param="items")
    for name in given[0]:
        if name not in ("id", "price", "price_data", "quantity"):
            raise unsupported(f"`{name}` on subscription items", param=f"items[0][{name}]")
    if given[0].get("quantity", 1) != 1:
        raise unsupported("subscriptions with a quantity", param="items[0][quantity]")
    price = _price(world, given[0])
    if price["currency"] != before["currency"]:
        raise invalid_request("The currency of a subscription cannot change.", param="items[0][price]")
    item.update(price=price, plan=plan_of(price))
    return items


def _price(world: World, given: dict[str, Any]) -> Obj:
    if ("price" in given) == ("price_data" in given):
        raise invalid_request("You must specify either `price` or `price_data`.", param="items[0][price]")
    if "price" in given:
        price = world.get(stripe.Price, given["price"], param="items[0][price]")
    else:
        price = make_price(world, given["price_data"] | {"active": False}, "items[0][price_data]")
    if price["type"] != "recurring":
        raise invalid_request("The price specified is not recurring.", param="items[0][price]")
    return price


def pause(world: World, before: Obj, params: dict[str, Any]) -> Obj:
    """No period, no invoice until it is resumed: status `paused`, unlike a pause of collection."""
    if before["status"] not in LIVING:
        raise invalid_request(f"A subscription with status `{before['status']}` cannot be paused.")
    unused = params.get("bill_for", {}).get("unused_time_from", {}).get("type")
    if unused != "none":
        raise unsupported(
            "a pause that gives back unused time; send `none`", param="bill_for[unused_time_from][type]"
        )
    details = {
        "paused": {
            "subscription": {"type": "pause_requested"},
            "transitioned_at": world.now(),
            "type": "subscription",
        }
    }
    return _move(world, before, "paused", status="paused", status_details=details)


def resume(world: World, before: Obj, params: dict[str, Any]) -> Obj:
    """Go on: from today, which is invoiced, or unchanged as long as the month that was paid is not over."""
    if before["status"] != "paused":
        raise invalid_request("Only a subscription with status `paused` can be resumed.")
    refuse_other(params, "payment_behavior", "resume_on_payment_attempt")
    unchanged = params.get("billing_cycle_anchor", {}).get("type") == "unchanged"
    if unchanged:
        refuse_other({"proration_behavior": "create_prorations", **params}, "proration_behavior", "none")
    if unchanged and item_of(before)["current_period_end"] <= world.now():
        raise unsupported("an unchanged anchor after the paid month is over", param="billing_cycle_anchor")
    after = _move(world, before, "resumed", status="active", status_details=None)
    if unchanged:
        return after
    after = change(world, after, billing_cycle_anchor=world.now())
    until = next_month(world.now(), world.now())
    return begin_period(world, after, until=until, reason="subscription_update")


def _move(world: World, before: Obj, event: str, **changes: Any) -> Obj:
    after = world.save(build(stripe.Subscription, copy.deepcopy(before) | changes))
    emit(world, f"customer.subscription.{event}", after, before=before)
    return after


def unset(details: dict[str, Any]) -> dict[str, Any]:
    """An empty string takes a field away."""
    return {name: value or None for name, value in details.items()}


def refuse_true(params: dict[str, Any], name: str) -> None:
    if params.get(name):
        raise unsupported(f"`{name}=true`", param=name)


def refuse_other(params: dict[str, Any], name: str, known: str) -> None:
    if params.get(name, known) != known:
        raise unsupported(f"`{name}={params[name]}`", param=name)
