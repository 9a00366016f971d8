"""Disputes from the bank's first question to its verdict. https://docs.stripe.com/disputes/how-disputes-work"""

import copy

import stripe

from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.charging import charge_named, is_debit
from stripe_sandbox.events import emit
from stripe_sandbox.fraud_warnings import close_warnings
from stripe_sandbox.mandates import revoke_mandate
from stripe_sandbox.refunding import make_refund
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

FEE = 20_00
DAY = 24 * 60 * 60
DAYS_TO_ANSWER, INQUIRY_DAYS = 20, 120
INQUIRY, OPEN = "warning_needs_response", "needs_response"


def open_dispute(world: World, charge: str, *, inquiry: bool = False, amount: int | None = None) -> Obj:
    """A donor tells the bank that the payment of `charge` was not right; `amount` cents of it, or all.

    An inquiry moves no money. A chargeback of a card withdraws the amount and a fee until the verdict. One
    of a direct debit is lost the moment it comes, and its mandate is no longer good.
    """
    paid = charge_named(world, charge)
    amount = _amount(paid, amount)
    if is_debit(paid):
        if inquiry:
            raise NotNow("banks do not inquire about direct debits")
        return _lose_debit(world, paid, amount)
    dispute = _make(world, paid, amount, INQUIRY if inquiry else OPEN)
    if not inquiry:
        _move(world, dispute, -amount)
    emit(world, "charge.dispute.created", world.save(dispute))
    if not inquiry:
        emit(world, "charge.dispute.funds_withdrawn", dispute)
    days = INQUIRY_DAYS if inquiry else DAYS_TO_ANSWER
    world.plan("dispute_deadline", dispute["id"], at=world.now() + days * DAY)
    return dispute


def _amount(charge: Obj, wanted: int | None) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded" or charge["disputed"] or left == 0:
        raise NotNow(f"charge {charge['id']} is not paid, or refunded or disputed already")
    if wanted is not None and not 1 <= wanted <= left:
        raise ValueError(f"amount: between 1 and {left} cents")
    return int(wanted or left)


def _lose_debit(world: World, charge: Obj, amount: int) -> Obj:
    dispute = _make(world, charge, amount, "lost")
    _move(world, dispute, -amount)
    emit(world, "charge.dispute.created", world.save(dispute))
    emit(world, "charge.dispute.funds_withdrawn", dispute)
    emit(world, "charge.dispute.closed", dispute)
    revoke_mandate(world, charge)
    return dispute


def _make(world: World, charge: Obj, amount: int, status: str) -> Obj:
    """A dispute not stored yet in full, and a charge that says so."""
    world.save(charge | {"disputed": True})
    close_warnings(world, charge["id"])
    return world.create(
        stripe.Dispute,
        "du",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        evidence_details={
            "due_by": world.now() + DAYS_TO_ANSWER * DAY if status in (OPEN, INQUIRY) else None,
            "enhanced_eligibility": {},
        },
        is_charge_refundable=status == INQUIRY,
        metadata={},
        payment_intent=charge["payment_intent"],
        payment_method_details=None if is_debit(charge) else _card(charge, CASES.get(status, "chargeback")),
        reason="debit_not_authorized" if is_debit(charge) else "fraudulent",
        status=status,
    )


CASES = {INQUIRY: "inquiry", "prevented": "resolution"}


def _card(charge: Obj, case: str) -> Obj:
    brand = charge["payment_method_details"]["card"]["brand"]
    card = {"brand": brand, "case_type": case, "network": brand, "network_reason_code": "10.4"}
    return {"type": "card", "card": card}


def _move(world: World, dispute: Obj, amount: int) -> None:
    """Take the money out of the balance, or put it back; the fee is taken once and stays with Stripe."""
    back = amount > 0
    line = Line(
        "adjustment",
        amount,
        dispute["currency"],
        dispute["id"],
        fee=0 if back else FEE,
        description=f"Chargeback {'reversal' if back else 'withdrawal'} for {dispute['charge']}",
        wait=0,
        category="dispute_reversal" if back else "dispute",
    )
    dispute["balance_transactions"] = [*dispute["balance_transactions"], write_line(world, line)]


def escalate_inquiry(world: World, dispute: str) -> Obj:
    """The bank is not content with an inquiry: it becomes a chargeback, under the same id."""
    before = _in_status(world, dispute, INQUIRY)
    if world.get(stripe.Charge, before["charge"])["refunded"]:
        raise NotNow(f"charge {before['charge']} is refunded: nothing is left to dispute")
    after = copy.deepcopy(before) | {"status": OPEN, "is_charge_refundable": False}
    after["payment_method_details"]["card"]["case_type"] = "chargeback"
    after["evidence_details"]["due_by"] = world.now() + DAYS_TO_ANSWER * DAY
    _move(world, after, -after["amount"])
    emit(world, "charge.dispute.updated", world.save(after), before=before)
    emit(world, "charge.dispute.funds_withdrawn", after)
    world.plan("dispute_deadline", dispute, at=world.now() + DAYS_TO_ANSWER * DAY)
    return after


def close_inquiry(world: World, dispute: str) -> Obj:
    """The bank asks no more; no money has moved."""
    return _close(world, _in_status(world, dispute, INQUIRY), "warning_closed")


def win_dispute(world: World, dispute: str) -> Obj:
    """The bank believes the charity: the money comes back."""
    won = _in_status(world, dispute, OPEN)
    _move(world, won, won["amount"])
    won = _close(world, won, "won")
    emit(world, "charge.dispute.funds_reinstated", won)
    return won


def lose_dispute(world: World, dispute: str) -> Obj:
    """The bank believes the donor, or nobody answered: the money stays away."""
    return _close(world, _in_status(world, dispute, OPEN), "lost")


def prevent_dispute(world: World, charge: str) -> Obj:
    """The card network settles it before it is filed: Stripe refunds the charge, and takes no money else."""
    paid = charge_named(world, charge)
    amount = _amount(paid, None)
    make_refund(world, paid, None, reason="fraudulent")
    dispute = _make(world, world.get(stripe.Charge, paid["id"]), amount, "prevented")
    emit(world, "charge.dispute.created", dispute)
    emit(world, "charge.dispute.closed", dispute)
    return dispute


def _in_status(world: World, dispute: str, status: str) -> Obj:
    found = world.get(stripe.Dispute, dispute)
    if found["status"] != status:
        raise NotNow(f"dispute {dispute} is {found['status']}")
    return found


def _close(world: World, dispute: Obj, status: str) -> Obj:
    closed = world.save(dispute | {"status": status, "is_charge_refundable": status != "lost"})
    emit(world, "charge.dispute.closed", closed)
    return closed


def _deadline(world: World, dispute_id: str) -> None:
    """Nobody has answered. A chargeback is lost, an inquiry forgotten."""
    dispute = world.get(stripe.Dispute, dispute_id)
    due_by = dispute["evidence_details"]["due_by"]
    if dispute["status"] == OPEN and due_by is not None and due_by <= world.now():
        lose_dispute(world, dispute_id)
    elif dispute["status"] == INQUIRY:
        close_inquiry(world, dispute_id)


def _disputable(charge: Obj) -> bool:
    return bool(charge["status"] == "succeeded" and not charge["disputed"] and not charge["refunded"])


def _is_open(dispute: Obj) -> bool:
    return bool(dispute["status"] == OPEN)


def _is_inquiry(dispute: Obj) -> bool:
    return bool(dispute["status"] == INQUIRY)


JOBS = {"dispute_deadline": _deadline}
ACTIONS = {
    "open_dispute": Button("Ouvrir un litige", "charge", open_dispute, _disputable),
    "prevent_dispute": Button("Litige évité (remboursé)", "charge", prevent_dispute, _disputable),
    "escalate_inquiry": Button("La demande devient un litige", "dispute", escalate_inquiry, _is_inquiry),
    "close_inquiry": Button("Clore la demande d’information", "dispute", close_inquiry, _is_inquiry),
    "win_dispute": Button("Gagner le litige", "dispute", win_dispute, _is_open),
    "lose_dispute": Button("Perdre le litige", "dispute", lose_dispute, _is_open),
}
