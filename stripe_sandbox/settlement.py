"""Jobs of the clock: fees arrive, sessions expire."""

import copy

import stripe

from stripe_sandbox.amounts import card_fee
from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.events import emit
from stripe_sandbox.resources.checkout_sessions import expire_session
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def _expire(world: World, session_id: str) -> None:
    session = world.get(stripe.checkout.Session, session_id)
    if session["status"] == "open":
        expire_session(world, session)


def settle_charge(world: World, charge_id: str) -> Obj:
    """The balance transaction of a card charge: Stripe captures asynchronously, so the fee is known later.

    Answers the charge; does nothing when the transaction is there."""
    before = world.get(stripe.Charge, charge_id)
    if before["balance_transaction"] is not None:
        return before
    amount, fee = before["amount"], card_fee(before["amount"])
    transaction = write_line(
        world,
        Line("charge", amount, before["currency"], charge_id, fee=fee, description=before["description"]),
    )
    after = copy.deepcopy(before) | {"balance_transaction": transaction["id"]}
    emit(world, "charge.updated", world.save(after), before=before)
    return after


def _settle(world: World, charge_id: str) -> None:
    settle_charge(world, charge_id)


JOBS = {
    "expire": _expire,
    "settle": _settle,
}
