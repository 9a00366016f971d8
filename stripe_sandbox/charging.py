"""What every payment is made of, whoever pays: a PaymentIntent, and a charge for each of its tries."""

import copy
import secrets
from datetime import UTC, datetime
from typing import Any

import stripe

from stripe_sandbox.cards import Attempt, charge_card
from stripe_sandbox.errors import resource_missing
from stripe_sandbox.events import emit
from stripe_sandbox.ids import new_id
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

FROM_CARD = ("brand", "exp_month", "exp_year", "fingerprint", "last4")


def make_intent(world: World, **given: Any) -> Obj:
    """A PaymentIntent that nobody has tried to pay yet, with its event."""
    intent_id = new_id("pi")
    intent = world.create(
        stripe.PaymentIntent,
        "pi",
        id=intent_id,
        automatic_payment_methods={"enabled": True, "allow_redirects": "always"},
        capture_method="automatic_async",
        client_secret=f"{intent_id}_secret_{secrets.token_hex(12)}",
        confirmation_method="automatic",
        status="requires_payment_method",
        **given,
    )
    emit(world, "payment_intent.created", intent)
    return intent


def intent_so_far(world: World, session: Obj) -> Obj | None:
    """The PaymentIntent of a session, None before the first try."""
    intent_id = world.store.fact(f"intent:{session['id']}")
    return None if intent_id is None else world.get(stripe.PaymentIntent, intent_id)


def charge_to_card(world: World, intent: Obj, method: Obj, attempt: Attempt, **given: Any) -> Obj:
    """A try with a card; its outcome is in `given`. The caller sends the event."""
    details = charge_card(attempt, year_of(world), intent["amount"])
    details["card"].update({name: method["card"][name] for name in FROM_CARD})
    return make_charge(world, intent, method, details, **given)


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


def year_of(world: World) -> int:
    return datetime.fromtimestamp(world.now(), UTC).year
