"""Jobs of the clock: fees arrive, refunds are confirmed, sessions expire."""

import copy

import stripe

from stripe_sandbox.amounts import card_fee
from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.events import emit
from stripe_sandbox.resources.checkout_sessions import expire_session
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World


def _expire(world: World, session_id: str) -> None:
    session = world.get(stripe.checkout.Session, session_id)
    if session["status"] == "open":
        expire_session(world, session)


def _settle(world: World, charge_id: str) -> None:
    """The balance transaction of a card charge: Stripe captures asynchronously, so the fee is known later."""
    before = world.get(stripe.Charge, charge_id)
    fee = card_fee(before["amount"])
    transaction = make_transaction(
        world, before, amount=before["amount"], fee=fee, description=before["description"]
    )
    after = copy.deepcopy(before) | {"balance_transaction": transaction["id"]}
    emit(world, "charge.updated", world.save(after), before=before)


def make_transaction(world: World, source: Obj, *, amount: int, fee: int, description: str | None) -> Obj:
    """The line of a charge or a refund in the balance."""
    line = Line(
        source["object"], amount, source["currency"], source=source["id"], fee=fee, description=description
    )
    return write_line(world, line)


def _confirm_refund(world: World, refund_id: str) -> None:
    """The card network has given the refund its reference number."""
    before = world.get(stripe.Refund, refund_id)
    if before["status"] != "succeeded":
        return
    after = copy.deepcopy(before)
    after["destination_details"]["card"] = build(
        stripe.Refund.DestinationDetails.Card,
        {
            "reference": f"{before['created']}{before['amount']:09}",
            "reference_status": "available",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        },
    )
    emit(world, "refund.updated", world.save(after), before=before)


JOBS = {
    "expire": _expire,
    "settle": _settle,
    "confirm_refund": _confirm_refund,
}
