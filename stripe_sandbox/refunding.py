"""Refunds begin: at once, later, or not at all. https://docs.stripe.com/refunds"""

import copy
from typing import Any

import stripe

from stripe_sandbox.amounts import english_amount
from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.charging import is_debit
from stripe_sandbox.errors import invalid_request
from stripe_sandbox.events import emit
from stripe_sandbox.fraud_warnings import close_warnings
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

STARTS = ("succeeded", "pending", "failed", "requires_action")
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
        withdraw(world, refund)
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


def withdraw(world: World, refund: Obj) -> None:
    """The money leaves the balance, and later the card network says under which reference."""
    debit = refund["destination_details"] is None
    kind, what = ("payment_refund", "PAYMENT") if debit else ("refund", "CHARGE")
    line = Line(
        kind, -refund["amount"], refund["currency"], refund["id"], description=f"REFUND FOR {what}", wait=0
    )
    refund["balance_transaction"] = write_line(world, line)["id"]
    if not debit:
        world.plan("confirm_refund", refund["id"], at=world.settles_at())


def _mark_charge(world: World, refund: Obj) -> None:
    before = world.get(stripe.Charge, refund["charge"])
    after = count(world, before, refund["amount"])
    emit(world, "charge.refunded", after, before=before)
    if after["refunded"]:
        close_warnings(world, after["id"])


def count(world: World, charge: Obj, amount: int) -> Obj:
    """Refunded `amount` cents more of the charge, or less when it is negative."""
    refunded = charge["amount_refunded"] + amount
    counted = {"amount_refunded": refunded, "refunded": refunded == charge["amount"]}
    return world.save(copy.deepcopy(charge) | counted)
