"""The pretend Stripe balance, line by line. https://docs.stripe.com/reports/balance-transaction-types"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import stripe

from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

DAYS_UNTIL_AVAILABLE = 3
WAITING = ""
"""The payout of a line that is available and that no payout has taken yet."""

CATEGORIES = {
    "adjustment": "dispute",
    "charge": "charge",
    "payment": "charge",
    "payment_failure_refund": "charge_failure",
    "payment_refund": "refund",
    "payout": "payout",
    "payout_failure": "payout_reversal",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "stripe_fee": "fee",
}


@dataclass(frozen=True)
class Line:
    """A line to write: `amount` is signed cents, `fee` what Stripe keeps, `wait` the days until available.

    `category` is Stripe's `reporting_category`, when it does not follow from the type.
    """

    type: str
    amount: int
    currency: str
    source: str | None = None
    fee: int = 0
    description: str | None = None
    wait: int = DAYS_UNTIL_AVAILABLE
    category: str = ""


def write_line(world: World, line: Line) -> Obj:
    """Store the balance transaction and plan the moment at which its money becomes available."""
    transaction = world.create(
        stripe.BalanceTransaction,
        "txn",
        amount=line.amount,
        available_on=_available_on(world.now(), line.wait),
        balance_type="payments",
        currency=line.currency,
        description=line.description,
        fee=line.fee,
        fee_details=_fee_details(line),
        net=line.amount - line.fee,
        reporting_category=line.category or CATEGORIES[line.type],
        source=line.source,
        status="pending",
        type=line.type,
    )
    world.plan("make_available", transaction["id"], at=transaction["available_on"])
    return transaction


def _fee_details(line: Line) -> list[Obj]:
    if not line.fee:
        return []
    detail = {"amount": line.fee, "currency": line.currency, "type": "stripe_fee"}
    return [{**detail, "application": None, "description": "Stripe processing fees"}]


def _available_on(now: int, wait: int) -> int:
    return day_after(now, wait) if wait else now


def day_after(now: int, days: int) -> int:
    """Midnight UTC, `days` days after the day of `now`."""
    moment = datetime.fromtimestamp(now, UTC) + timedelta(days=days)
    return int(moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def make_available(world: World, transaction_id: str) -> None:
    """The money is there: the next payout takes it."""
    transaction = world.save(world.get(stripe.BalanceTransaction, transaction_id) | {"status": "available"})
    if transaction["type"] != "payout":
        put_in_payout(world, transaction_id, WAITING)
        _plan_payout(world, transaction["currency"])


def put_in_payout(world: World, transaction_id: str, payout_id: str) -> None:
    world.store.run(
        "insert or replace into payout_lines (txn, payout) values (?, ?)", transaction_id, payout_id
    )


def _plan_payout(world: World, currency: str) -> None:
    """One payout a day and currency: at midnight, after everything that becomes available then."""
    now = world.now()
    at = now if day_after(now, 0) == now else day_after(now, 1)
    planned = world.store.rows(
        "select 1 from due where job = 'pay_out' and target = ? and at = ?", currency, at
    )
    if not planned:
        world.plan("pay_out", currency, at=at)
