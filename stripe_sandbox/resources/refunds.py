"""/v1/refunds. https://docs.stripe.com/api/refunds"""

from typing import Any

import stripe
from stripe.params import RefundCancelParams, RefundCreateParams, RefundListParams, RefundRetrieveParams

from stripe_sandbox import refund_outcomes, refunding
from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def create(call: Call) -> Obj:
    world, params = call.world, call.params
    for name in params:
        if name not in ("amount", "charge", "metadata", "payment_intent", "reason"):
            raise unsupported(f"`{name}` on refunds", param=name)
    metadata = merge_metadata({}, params.get("metadata"))
    return refunding.make_refund(
        world,
        _charge_of(world, params),
        params.get("amount"),
        metadata=metadata,
        reason=params.get("reason"),
    )


def _charge_of(world: World, params: dict[str, Any]) -> Obj:
    if ("charge" in params) == ("payment_intent" in params):
        raise invalid_request(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    if "charge" in params:
        return world.get(stripe.Charge, params["charge"], param="charge")
    intent = world.get(stripe.PaymentIntent, params["payment_intent"], param="payment_intent")
    if intent["latest_charge"] is None:
        raise invalid_request(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent",
            kept=True,
        )
    return world.get(stripe.Charge, intent["latest_charge"])


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Refund, call.target)


def cancel(call: Call) -> Obj:
    """Only a refund that waits for the donor can be canceled over the API."""
    refund = call.world.get(stripe.Refund, call.target)
    if refund["status"] != "requires_action":
        raise invalid_request(
            f"Refund {refund['id']} has status {refund['status']}; only refunds with status requires_action"
            " can be canceled.",
            kept=True,
        )
    return refund_outcomes.cancel(call.world, refund["id"])


def index(call: Call) -> Obj:
    filters = Filters().created(call.params.get("created"))
    for name in ("charge", "payment_intent"):
        filters.equal(name, call.params.get(name))
    return list_objects(call, "refund", filters)


ROUTES = [
    Route("POST", "/v1/refunds", create, RefundCreateParams),
    Route("GET", "/v1/refunds", index, RefundListParams),
    Route("GET", "/v1/refunds/{id}", retrieve, RefundRetrieveParams),
    Route("POST", "/v1/refunds/{id}/cancel", cancel, RefundCancelParams),
]
