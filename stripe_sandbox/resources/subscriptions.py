"""/v1/subscriptions and /v1/subscription_items: Checkout makes them; here they are read, changed, ended."""

import copy
from typing import Any

import stripe
from stripe.params import (
    SubscriptionCancelParams,
    SubscriptionItemListParams,
    SubscriptionItemRetrieveParams,
    SubscriptionListParams,
    SubscriptionPauseParams,
    SubscriptionResumeParams,
    SubscriptionRetrieveParams,
    SubscriptionUpdateParams,
)

from stripe_sandbox.billing import editing
from stripe_sandbox.billing.subscriptions import end, item_of
from stripe_sandbox.errors import invalid_request, resource_missing, unsupported
from stripe_sandbox.listing import PAGING, Filters, list_object, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj

FILTERS = frozenset({"collection_method", "created", "customer", "price", "status"})


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Subscription, call.target)


def update(call: Call) -> Obj:
    return editing.update(call.world, _living(call), call.params)


def cancel(call: Call) -> Obj:
    """At once, without a last invoice and without giving back what is left of the month."""
    for name in ("invoice_now", "prorate"):
        editing.refuse_true(call.params, name)
    details = call.params.get("cancellation_details", {})
    return end(call.world, _living(call), "cancellation_requested", **editing.unset(details))


def pause(call: Call) -> Obj:
    return editing.pause(call.world, _living(call), call.params)


def resume(call: Call) -> Obj:
    return editing.resume(call.world, _living(call), call.params)


def _living(call: Call) -> Obj:
    """The subscription to change; one that has ended is as good as missing, as Stripe has it."""
    found = call.world.get(stripe.Subscription, call.target)
    if found["status"] == "canceled":
        raise resource_missing("subscription", call.target, param="id")
    return copy.deepcopy(found)


def index(call: Call) -> Obj:
    """Without a `status` those that have ended are left out; `all` brings them, `ended` only them."""
    params = call.params
    for name in params:
        if name not in FILTERS and name not in PAGING:
            raise unsupported(f"the filter `{name}` on subscriptions", param=name)
    filters = Filters().created(params.get("created")).equal("customer", params.get("customer"))
    filters.equal("items.data[0].price.id", params.get("price"))
    filters.equal("collection_method", params.get("collection_method"))
    status = params.get("status")
    if status is None:
        filters.sql("json_extract(body, '$.status') <> 'canceled'")
    elif status == "ended":
        filters.equal("status", "canceled")
    elif status != "all":
        filters.equal("status", status)
    return list_objects(call, "subscription", filters)


def retrieve_item(call: Call) -> Obj:
    where = "json_extract(body, '$.items.data[0].id') = ?"
    found = call.world.store.find("subscription", where, call.target)
    if not found:
        raise resource_missing("subscription_item", call.target, param="id")
    return item_of(found[0])


def index_items(call: Call) -> Obj:
    if "subscription" not in call.params:
        raise invalid_request(
            "Missing required param: subscription.", param="subscription", code="parameter_missing"
        )
    found = call.world.get(stripe.Subscription, call.params["subscription"], param="subscription")
    items: list[Any] = found["items"]["data"]
    return list_object(call.path, items, has_more=False)


ROUTES = [
    Route("GET", "/v1/subscriptions", index, SubscriptionListParams),
    Route("GET", "/v1/subscriptions/{id}", retrieve, SubscriptionRetrieveParams),
    Route("POST", "/v1/subscriptions/{id}", update, SubscriptionUpdateParams),
    Route("DELETE", "/v1/subscriptions/{id}", cancel, SubscriptionCancelParams),
    Route("POST", "/v1/subscriptions/{id}/pause", pause, SubscriptionPauseParams),
    Route("POST", "/v1/subscriptions/{id}/resume", resume, SubscriptionResumeParams),
    Route("GET", "/v1/subscription_items", index_items, SubscriptionItemListParams),
    Route("GET", "/v1/subscription_items/{id}", retrieve_item, SubscriptionItemRetrieveParams),
]
