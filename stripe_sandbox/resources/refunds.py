"""/v1/refunds of card charges. https://docs.stripe.com/api/refunds"""

import copy
from typing import Any

import stripe
from stripe.params import RefundCreateParams, RefundListParams, RefundRetrieveParams

from stripe_sandbox.amounts import english_amount
from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.events import emit
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.settlement import make_transaction
from stripe_sandbox.world import World


def create(call: Call) -> Obj:
    """Send back all or part of a charge; the fee of the charge is not returned."""
    world, params = call.world, call.params
    for name in params:
        if name not in ("amount", "charge", "metadata", "payment_intent", "reason"):
            raise unsupported(f"`{name}` on refunds", param=name)
    metadata = merge_metadata({}, params.get("metadata"))
    charge = _charge_of(world, params)
    amount = _amount(charge, params.get("amount"))
    refund = world.create(
        stripe.Refund,
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=metadata,
        destination_details={
            "type": "card",
            "card": {
                "type": "refund",
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
            },
        },
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="succeeded",
    )
    transaction = make_transaction(world, refund, amount=-amount, fee=0, description="REFUND FOR CHARGE")
    refund["balance_transaction"] = transaction["id"]
    emit(world, "refund.created", world.save(refund))
    _mark_charge(world, charge, amount)
    world.plan("confirm_refund", refund["id"], at=world.settles_at())
    return refund


def _charge_of(world: World, params: dict[str, Any]) -> Obj:
    if ("charge" in params) == ("payment_intent" in params):
        raise invalid_request(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    if "charge" in params:
        charge = world.get(stripe.Charge, params["charge"], param="charge")
    else:
        intent = world.get(stripe.PaymentIntent, params["payment_intent"], param="payment_intent")
        if intent["latest_charge"] is None:
            raise invalid_request(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
                kept=True,
            )
        charge = world.get(stripe.Charge, intent["latest_charge"])
    if charge["status"] != "succeeded":
        raise invalid_request(
            f"Charge {charge['id']} has status {charge['status']} and cannot be refunded.",
            param="charge",
            kept=True,
        )
    return charge


def _amount(charge: Obj, wanted: int | None) -> int:
    left: int = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise invalid_request(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded", kept=True
        )
    if wanted is None:
        return left
    if wanted < 1:
        raise invalid_request("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if wanted > left:
        shown = [english_amount(cents, charge["currency"]) for cents in (wanted, left)]
        raise invalid_request(
            f"Refund amount ({shown[0]}) is greater than unrefunded amount on charge ({shown[1]})",
            param="amount",
            kept=True,
        )
    return wanted


def _mark_charge(world: World, before: Obj, amount: int) -> None:
    after = copy.deepcopy(before)
    after["amount_refunded"] += amount
    after["refunded"] = after["amount_refunded"] == after["amount"]
    emit(world, "charge.refunded", world.save(after), before=before)


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Refund, call.target)


def index(call: Call) -> Obj:
    filters = Filters().created(call.params.get("created"))
    for name in ("charge", "payment_intent"):
        filters.equal(name, call.params.get(name))
    return list_objects(call, "refund", filters)


ROUTES = [
    Route("POST", "/v1/refunds", create, RefundCreateParams),
    Route("GET", "/v1/refunds", index, RefundListParams),
    Route("GET", "/v1/refunds/{id}", retrieve, RefundRetrieveParams),
]
