"""Refunds end: the donor has the money, or the bank sends it back, or somebody stops them."""

import copy

import stripe

from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.charging import charge_named
from stripe_sandbox.events import emit
from stripe_sandbox.refunding import STARTS, count, make_refund, withdraw
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

WAITING = ("pending", "requires_action")


def confirm(world: World, refund_id: str) -> None:
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


def settle(world: World, refund: str) -> Obj:
    """A waiting refund reaches the donor."""
    before = _waiting(world, refund)
    after = _ended(before, "succeeded")
    withdraw(world, after)
    emit(world, "refund.updated", world.save(after), before=before)
    return after


def fail(world: World, refund: str) -> Obj:
    """The bank of the donor sends the money back: it is in the balance again, and the charge unrefunded."""
    before = world.get(stripe.Refund, refund)
    if before["status"] not in (*WAITING, "succeeded"):
        raise NotNow(f"refund {refund} is {before['status']}")
    after = _ended(before, "failed")
    after["failure_reason"] = "expired_or_canceled_card" if before["destination_details"] else "declined"
    if before["balance_transaction"] is not None:
        line = Line(
            "refund_failure",
            before["amount"],
            before["currency"],
            refund,
            description="REFUND FAILURE",
            wait=0,
        )
        after["failure_balance_transaction"] = write_line(world, line)["id"]
    count(world, world.get(stripe.Charge, before["charge"]), -before["amount"])
    emit(world, "refund.updated", world.save(after), before=before)
    emit(world, "refund.failed", after)
    return after


def cancel(world: World, refund: str) -> Obj:
    """Nothing has left the balance, and nothing will."""
    before = _waiting(world, refund)
    after = _ended(before, "canceled")
    count(world, world.get(stripe.Charge, before["charge"]), -before["amount"])
    emit(world, "refund.updated", world.save(after), before=before)
    return after


def _waiting(world: World, refund: str) -> Obj:
    found = world.get(stripe.Refund, refund)
    if found["status"] not in WAITING:
        raise NotNow(f"refund {refund} is {found['status']}")
    return found


def _ended(refund: Obj, status: str) -> Obj:
    return copy.deepcopy(refund) | {"status": status, "pending_reason": None, "next_action": None}


def _from_dashboard(world: World, charge: str, amount: int | None = None) -> Obj:
    return make_refund(world, charge_named(world, charge), amount)


def _choose_next(world: World, status: str) -> Obj:
    if status not in STARTS:
        raise ValueError(f"status: one of {', '.join(STARTS)}")
    world.store.set_fact("next_refund", status)
    return {"next_refund": status}


def _run_short(world: World, *, short: bool) -> Obj:
    world.store.set_fact("short_of_balance", short)
    return {"short_of_balance": short}


def _can_refund(charge: Obj) -> bool:
    """A charge that was disputed may be refundable too, but does not say so itself."""
    return charge["status"] == "succeeded" and not charge["refunded"] and not charge["disputed"]


def _waits(refund: Obj) -> bool:
    return refund["status"] in WAITING


JOBS = {"confirm_refund": confirm}
ACTIONS = {
    "refund": Button("Rembourser", "charge", _from_dashboard, _can_refund),
    "settle_refund": Button("Le remboursement aboutit", "refund", settle, _waits),
    "fail_refund": Button(
        "Le remboursement échoue", "refund", fail, lambda obj: obj["status"] in (*WAITING, "succeeded")
    ),
    "cancel_refund": Button("Annuler le remboursement", "refund", cancel, _waits),
    "next_refund": Button(
        "Issue du prochain remboursement", "account", _choose_next, choices={"status": STARTS}
    ),
    "run_short": Button("Solde Stripe insuffisant", "account", _run_short),
}
