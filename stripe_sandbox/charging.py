"""Charges: one try to take money with one payment method."""

import copy
from typing import Any

import stripe

from stripe_sandbox.errors import resource_missing
from stripe_sandbox.ids import new_id
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def make_charge(world: World, intent: Obj, method: Obj, details: Obj, **given: Any) -> Obj:
    """A charge of the whole PaymentIntent; `details` is its `payment_method_details`.

    Stripe calls a charge of a card `ch_…` and of anything else `py_…`.
    """
    prefix = "ch" if details["type"] == "card" else "py"
    return world.create(
        stripe.Charge,
        prefix,
        id=new_id(prefix),
        amount=intent["amount"],
        currency=intent["currency"],
        customer=intent["customer"],
        billing_details=copy.deepcopy(method["billing_details"]),
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=details,
        fraud_details={},
        receipt_email=intent["receipt_email"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        calculated_statement_descriptor=_descriptor(intent),
        **given,
    )


def charge_named(world: World, wanted: str) -> Obj:
    """The charge with this id, or the latest one of the PaymentIntent with this id. Raises 404."""
    if not wanted.startswith("pi_"):
        return world.get(stripe.Charge, wanted)
    intent = world.get(stripe.PaymentIntent, wanted)
    if intent["latest_charge"] is None:
        raise resource_missing("charge", wanted, param="id")
    return world.get(stripe.Charge, intent["latest_charge"])


def is_debit(charge: Obj) -> bool:
    return bool(charge["payment_method_details"]["type"] == "sepa_debit")


def _descriptor(intent: Obj) -> str:
    suffix = intent["statement_descriptor_suffix"]
    return f"SANDBOX* {suffix}" if suffix else "SANDBOX"
