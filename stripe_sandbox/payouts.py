"""Automatic payouts, once a day: what is available goes to the bank. https://docs.stripe.com/payouts"""

import copy

import stripe

from stripe_sandbox.balance import WAITING, Line, day_after, make_available, put_in_payout, write_line
from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.events import emit
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def pay_out(world: World, currency: str) -> None:
    """Send every available line that no payout has taken. A sum of zero or less stays where it is."""
    lines = [line for line in _waiting(world) if line["currency"] == currency]
    total = sum(line["net"] for line in lines)
    if total <= 0:
        return
    payout = _make_payout(world, total, currency)
    for line in lines:
        put_in_payout(world, line["id"], payout["id"])
    emit(world, "payout.created", payout)
    world.plan("payout_arrives", payout["id"], at=payout["arrival_date"])


def _waiting(world: World) -> list[Obj]:
    rows = world.store.rows("select txn from payout_lines where payout = ?", WAITING)
    return [world.get(stripe.BalanceTransaction, row["txn"]) for row in rows]


def _make_payout(world: World, total: int, currency: str) -> Obj:
    payout = world.create(
        stripe.Payout,
        "po",
        amount=total,
        arrival_date=day_after(world.now(), 1),
        automatic=True,
        currency=currency,
        description="STRIPE PAYOUT",
        metadata={},
        method="standard",
        reconciliation_status="in_progress",
        source_type="card",
        status="in_transit",
        trace_id={"status": "pending", "value": None},
        type="bank_account",
    )
    line = Line("payout", -total, currency, source=payout["id"], description="STRIPE PAYOUT", wait=1)
    transaction = write_line(world, line)
    put_in_payout(world, transaction["id"], payout["id"])
    return world.save(payout | {"balance_transaction": transaction["id"]})


def payout_arrives(world: World, payout_id: str) -> None:
    """The bank has the money, and from now on the list of what is in the payout is complete."""
    before = world.get(stripe.Payout, payout_id)
    if before["status"] != "in_transit":
        return
    trace = {"status": "supported", "value": f"SANDBOX{before['created']}"}
    paid = copy.deepcopy(before) | {"status": "paid", "trace_id": trace}
    emit(world, "payout.paid", world.save(paid), before=before)
    whole = copy.deepcopy(paid) | {"reconciliation_status": "completed"}
    emit(world, "payout.reconciliation_completed", world.save(whole), before=paid)


def fail_payout(world: World, payout: str) -> Obj:
    """The bank sends the money back, even after `paid`; it goes out again with the next payout."""
    before = world.get(stripe.Payout, payout)
    if not _can_fail(before):
        raise NotNow(f"payout {payout} is {before['status']}")
    line = Line(
        "payout_failure",
        before["amount"],
        before["currency"],
        source=payout,
        description="PAYOUT FAILURE",
        wait=0,
    )
    after = copy.deepcopy(before) | {
        "failure_balance_transaction": write_line(world, line)["id"],
        "failure_code": "account_closed",
        "failure_message": "The bank account has been closed.",
        "status": "failed",
    }
    emit(world, "payout.failed", world.save(after), before=before)
    return after


def bill_fee(world: World, amount: int) -> Obj:
    """Stripe takes `amount` cents of euros for a product of its own (Billing), outside any payment."""
    if amount < 1:
        raise ValueError("amount: at least 1 cent")
    return write_line(world, Line("stripe_fee", -amount, "eur", description="Billing - Usage Fee", wait=0))


def _can_fail(payout: Obj) -> bool:
    return payout["status"] in ("in_transit", "paid")


ACTIONS = {
    "fail_payout": Button("Le virement revient", "payout", fail_payout, _can_fail),
    "bill_fee": Button("Stripe prend des frais", "account", bill_fee),
}
JOBS = {"make_available": make_available, "pay_out": pay_out, "payout_arrives": payout_arrives}
