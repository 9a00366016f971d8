"""How a refund goes: at once, later, not at all, or back again days after. https://docs.stripe.com/refunds"""

import copy
from typing import Any

import stripe

from stripe_sandbox.amounts import english_amount
from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.charging import charge_named, is_debit
from stripe_sandbox.errors import invalid_request
from stripe_sandbox.events import emit
from stripe_sandbox.fraud_warnings import close_warnings
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

STARTS = ("succeeded", "pending", "failed", "requires_action")
WAITING = ("pending", "requires_action")
WEEKS_TO_ACT = 4 * 7 * 24 * 60 * 60
BARRED = "json_extract(body, '$.charge') = ? and json_extract(body, '$.is_charge_refundable') = 0"


def make_refund(world: World, charge: Obj, amount: int | None, **given: Any) -> Obj:
    """Send back `amount` cents of the charge or all that is left; Stripe keeps the charge's fee.

    `given` are the refund's `reason` and `metadata`. Raises 400 as the API does.
    """
    check_refundable(world, charge)
    amount = _amount(charge, amount)
    refund = world.create(
        stripe.Refund,
        "pyr" if is_debit(charge) else "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        customer=charge["customer"],
        destination_details=None if is_debit(charge) else _destination(),
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        **_start(world, charge),
        **{"metadata": {}, **given},
    )
    if refund["status"] == "succeeded":
        _withdraw(world, refund)
    emit(world, "refund.created", world.save(refund))
    if refund["status"] == "failed":
        emit(world, "refund.failed", refund)
    else:
        _mark_charge(world, refund)
    return refund


def check_refundable(world: World, charge: Obj) -> None:
    if charge["status"] != "succeeded":
        raise invalid_request(
            f"Charge {charge['id']} has status {charge['status']} and cannot be refunded.",
            param="charge",
            kept=True,
        )
    if world.store.find("dispute", BARRED, charge["id"]):
        raise invalid_request(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            kept=True,
        )


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


def _destination() -> Obj:
    card = {"type": "refund", "reference_status": "pending", "reference_type": "acquirer_reference_number"}
    return {"type": "card", "card": card}


def _start(world: World, charge: Obj) -> Obj:
    """The status that the control API asked for, else what the balance allows."""
    short = world.store.fact("short_of_balance", default=False)
    by_itself = ("failed" if is_debit(charge) else "pending") if short else "succeeded"
    status = world.store.fact("next_refund") or by_itself
    world.store.set_fact("next_refund", None)
    if status == "pending":
        return {"status": status, "pending_reason": "insufficient_funds" if short else "processing"}
    if status == "failed":
        return {"status": status, "failure_reason": "insufficient_funds" if short else "declined"}
    if status == "requires_action":
        email = {"email_sent_at": world.now(), "email_sent_to": charge["billing_details"]["email"] or ""}
        details = {"email_sent": email, "expires_at": world.now() + WEEKS_TO_ACT}
        return {"status": status, "next_action": {"type": "display_details", "display_details": details}}
    return {"status": status}


def _withdraw(world: World, refund: Obj) -> None:
    """The money leaves the balance, and later the card network says under which reference."""
    debit = refund["destination_details"] is None
    kind, what = ("payment_refund", "PAYMENT") if debit else ("refund", "CHARGE")
    line = Line(
        kind, -refund["amount"], refund["currency"], refund["id"], description=f"REFUND FOR {what}", wait=0
    )
    refund["balance_transaction"] = write_line(world, line)["id"]
    if not debit:
        world.plan("confirm_refund", refund["id"], at=world.settles_at())


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


def _mark_charge(world: World, refund: Obj) -> None:
    before = world.get(stripe.Charge, refund["charge"])
    after = _count(world, before, refund["amount"])
    emit(world, "charge.refunded", after, before=before)
    if after["refunded"]:
        close_warnings(world, after["id"])


def _count(world: World, charge: Obj, amount: int) -> Obj:
    refunded = charge["amount_refunded"] + amount
    counted = {"amount_refunded": refunded, "refunded": refunded == charge["amount"]}
    return world.save(copy.deepcopy(charge) | counted)


def settle(world: World, refund: str) -> Obj:
    """A waiting refund reaches the donor."""
    before = _waiting(world, refund)
    after = _ended(before, "succeeded")
    _withdraw(world, after)
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
    _count(world, world.get(stripe.Charge, before["charge"]), -before["amount"])
    emit(world, "refund.updated", world.save(after), before=before)
    emit(world, "refund.failed", after)
    return after


def cancel(world: World, refund: str) -> Obj:
    """Nothing has left the balance, and nothing will."""
    before = _waiting(world, refund)
    after = _ended(before, "canceled")
    _count(world, world.get(stripe.Charge, before["charge"]), -before["amount"])
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
