"""SEPA direct debits: days between the promise and the money. https://docs.stripe.com/payments/sepa-debit

The debit is submitted at once and stands in the balance from then on, pending; whether the bank pays is
known days later. `docs/sandbox.md` lists the test accounts.
"""

import copy
from datetime import UTC, datetime, timedelta

import stripe

from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.bank_accounts import account_of, bank_of
from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.charging import charge_named, is_debit, make_charge
from stripe_sandbox.disputing import open_dispute
from stripe_sandbox.events import emit
from stripe_sandbox.failing import fail_charge
from stripe_sandbox.mandates import mandate_of
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

FEE = 35
DAY = 24 * 60 * 60
DAYS_TO_DEBIT, DAYS_TO_KNOW, DAYS_LONGER, DAYS_TO_BALANCE = 2, 5, 9, 2
FOLLOW_UPS = ("tell_session", "tell_invoice")
"""Jobs of `due.py` that run with the PaymentIntent's id right after its debit was paid or failed."""


def submit_debit(world: World, intent: Obj, method: Obj) -> Obj:
    """Send the debit to the bank; answers the pending charge. The PaymentIntent is `processing` from now on.

    The bank's answer comes by the clock, and then every job of `FOLLOW_UPS`.
    """
    account = account_of(world, method["id"])
    days = days_to_know(world) + (DAYS_LONGER if account.slow else 0)
    debit = {
        **bank_of(account.iban),
        "expected_debit_date": _date(world.now(), DAYS_TO_DEBIT),
        "mandate": mandate_of(world, method)["id"],
    }
    details = {"type": "sepa_debit", "sepa_debit": debit}
    amount = intent["amount"]
    charge = make_charge(
        world, intent, method, details, amount_captured=amount, captured=True, status="pending"
    )
    line = Line(
        "payment",
        amount,
        charge["currency"],
        charge["id"],
        fee=FEE,
        description=charge["description"],
        wait=days + DAYS_TO_BALANCE,
    )
    charge = world.save(charge | {"balance_transaction": write_line(world, line)["id"]})
    intent.update(
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=method["id"],
        status="processing",
    )
    emit(world, "charge.pending", charge)
    emit(world, "payment_intent.processing", world.save(intent))
    world.plan("settle_debit", charge["id"], at=world.now() + days * DAY)
    return charge


def days_to_know(world: World) -> int:
    """How many days a bank takes to say yes or no."""
    days: int = world.store.fact("debit_days", DAYS_TO_KNOW)
    return days


def _date(now: int, days: int) -> str:
    return (datetime.fromtimestamp(now, UTC) + timedelta(days=days)).date().isoformat()


def settle_debit(world: World, charge: str) -> Obj:
    """The bank answers as its account always does. Raises `NotNow` when it has answered already."""
    pending = _pending(world, charge)
    account = account_of(world, pending["payment_method"])
    if account.failure:
        return _told(world, fail_charge(world, pending, account.failure))
    paid = _told(world, _succeed(world, pending))
    if account.disputed:
        world.plan("dispute_debit", paid["id"], at=world.now())
    return paid


def fail_debit(world: World, charge: str) -> Obj:
    """The bank refuses, whatever its account would have done. Raises `NotNow` as above."""
    return _told(world, fail_charge(world, _pending(world, charge), "insufficient_funds"))


def _pending(world: World, charge: str) -> Obj:
    found = charge_named(world, charge)
    if not _waits(found):
        raise NotNow(f"charge {found['id']} is {found['status']}")
    return found


def _waits(charge: Obj) -> bool:
    return is_debit(charge) and bool(charge["status"] == "pending")


def _succeed(world: World, charge: Obj) -> Obj:
    paid = world.save(copy.deepcopy(charge) | {"paid": True, "status": "succeeded"})
    emit(world, "charge.succeeded", paid)
    intent = world.get(stripe.PaymentIntent, charge["payment_intent"])
    intent.update(amount_received=intent["amount"], status="succeeded")
    emit(world, "payment_intent.succeeded", world.save(intent))
    return paid


def _told(world: World, charge: Obj) -> Obj:
    for job in FOLLOW_UPS:
        world.plan(job, charge["payment_intent"], at=world.now())
    return charge


def _bank_answers(world: World, charge_id: str) -> None:
    """By the clock: nothing when somebody has let the bank answer before."""
    if _waits(world.get(stripe.Charge, charge_id)):
        settle_debit(world, charge_id)


def _dispute(world: World, charge_id: str) -> None:
    open_dispute(world, charge_id)


def _set_days(world: World, days: int) -> Obj:
    if not 0 <= days <= 30:
        raise ValueError("days: between 0 and 30")
    world.store.set_fact("debit_days", days)
    return {"debit_days": days}


JOBS = {"settle_debit": _bank_answers, "dispute_debit": _dispute}
ACTIONS = {
    "settle_debit": Button("La banque répond au prélèvement", "charge", settle_debit, _waits),
    "fail_debit": Button("La banque refuse le prélèvement", "charge", fail_debit, _waits),
    "debit_days": Button("Jours avant la réponse de la banque", "account", _set_days),
}
