"""Jobs of the clock: fees arrive, refunds are confirmed, sessions expire."""

import copy
from datetime import UTC, datetime, timedelta

import stripe

from stripe_sandbox.amounts import card_fee
from stripe_sandbox.events import emit
from stripe_sandbox.resources.checkout_sessions import expire_session
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

DAYS_UNTIL_AVAILABLE = 3


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
    """One line of the pretend Stripe balance: `amount` is signed cents, `fee` is what Stripe keeps of it."""
    details = [{"amount": fee, "currency": source["currency"], "type": "stripe_fee"}] if fee else []
    for detail in details:
        detail.update(application=None, description="Stripe processing fees")
    available = datetime.fromtimestamp(world.now(), UTC) + timedelta(days=DAYS_UNTIL_AVAILABLE)
    midnight = available.replace(hour=0, minute=0, second=0, microsecond=0)
    transaction = world.create(
        stripe.BalanceTransaction,
        "txn",
        amount=amount,
        available_on=int(midnight.timestamp()),
        balance_type="payments",
        currency=source["currency"],
        description=description,
        fee=fee,
        fee_details=details,
        net=amount - fee,
        reporting_category=source["object"],
        source=source["id"],
        status="pending",
        type=source["object"],
    )
    world.plan("make_available", transaction["id"], at=transaction["available_on"])
    return transaction


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


def _make_available(world: World, transaction_id: str) -> None:
    world.save(world.get(stripe.BalanceTransaction, transaction_id) | {"status": "available"})


JOBS = {
    "expire": _expire,
    "settle": _settle,
    "confirm_refund": _confirm_refund,
    "make_available": _make_available,
}
