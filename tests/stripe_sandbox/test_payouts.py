"""Money that goes to the bank by itself, what is in it, and what comes back."""

from collections.abc import Callable

import pytest
import stripe

from stripe_sandbox.balance import day_after
from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession, error_of, price_data

Client = stripe.StripeClient
type Give = Callable[[int], None]

DAY = 24 * 3600
MONDAY = 1_780_315_200
"""1 June 2026, noon UTC."""


@pytest.fixture
def give(sandbox: Sandbox, open_session: OpenSession) -> Give:
    """A gift by card at noon, whose fee has arrived."""
    sandbox.clock.set(MONDAY)

    def pay(amount: int) -> None:
        sandbox.pay(open_session(line_items=[{"quantity": 1, "price_data": price_data(amount)}]).id, "card")
        sandbox.clock.advance(3)

    return pay


def nets(client: Client, payout_id: str) -> dict[str, int]:
    """What a payout holds: the sum of each type of line."""
    sums: dict[str, int] = {}
    for line in client.v1.balance_transactions.list({"payout": payout_id, "limit": 1}).auto_paging_iter():
        sums[line.type] = sums.get(line.type, 0) + line.net
    return sums


def happened(sandbox: Sandbox, start: str) -> list[str]:
    return [event["type"] for event in reversed(sandbox.find("event")) if event["type"].startswith(start)]


def test_what_is_available_goes_out_at_midnight_in_one_payout(
    sandbox: Sandbox, client: Client, give: Give
) -> None:
    give(5000)
    give(2000)
    sandbox.clock.set(day_after(MONDAY, 3) - 1)
    assert client.v1.payouts.list().data == []
    sandbox.clock.advance(1)
    (payout,) = client.v1.payouts.list({"expand": ["data.balance_transaction"]}).data
    assert (payout.amount, payout.status, payout.automatic) == (4900 + 1945, "in_transit", True)
    assert (payout.created, payout.arrival_date) == (day_after(MONDAY, 3), day_after(MONDAY, 4))
    line = payout.balance_transaction
    assert isinstance(line, stripe.BalanceTransaction)
    assert (line.amount, line.type, line.reporting_category, line.source) == (
        -payout.amount,
        "payout",
        "payout",
        payout.id,
    )
    assert happened(sandbox, "payout") == ["payout.created"]


def test_a_payout_is_paid_the_next_day_and_sums_to_zero(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    give(2000)
    sandbox.clock.advance(5 * DAY)
    (payout,) = client.v1.payouts.list().data
    assert (payout.status, payout.reconciliation_status) == ("paid", "completed")
    assert happened(sandbox, "payout") == [
        "payout.created",
        "payout.paid",
        "payout.reconciliation_completed",
    ]
    assert nets(client, payout.id) == {"charge": 6845, "payout": -6845}
    assert client.v1.payouts.retrieve(payout.id).trace_id is not None


def test_each_day_has_its_own_payout_and_no_line_is_in_two(
    sandbox: Sandbox, client: Client, give: Give
) -> None:
    for amount in (1000, 3000, 5000):
        give(amount)
        sandbox.clock.advance(DAY)
    sandbox.clock.advance(7 * DAY)
    payouts = client.v1.payouts.list().data
    assert [payout.amount for payout in payouts] == [4900, 2930, 960]
    assert [sum(nets(client, payout.id).values()) for payout in payouts] == [0, 0, 0]
    assert len({payout.created for payout in payouts}) == 3


def test_a_refund_lowers_the_payout_that_follows(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    client.v1.refunds.create({"charge": sandbox.find("charge")[0]["id"], "amount": 1500})
    sandbox.clock.advance(5 * DAY)
    (payout,) = client.v1.payouts.list().data
    assert nets(client, payout.id) == {"charge": 4900, "refund": -1500, "payout": -3400}


def test_a_sum_below_zero_waits_for_the_next_gift(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    sandbox.clock.advance(5 * DAY)
    client.v1.refunds.create({"charge": sandbox.find("charge")[0]["id"]})
    sandbox.clock.advance(5 * DAY)
    assert len(client.v1.payouts.list().data) == 1
    assert client.v1.balance.retrieve().available[0].amount == -5000
    give(10_000)
    sandbox.clock.advance(5 * DAY)
    newest = client.v1.payouts.list().data[0]
    assert nets(client, newest.id) == {"refund": -5000, "charge": 9825, "payout": -4825}


def test_a_payout_that_fails_after_paid_comes_back_and_goes_out_again(
    sandbox: Sandbox, client: Client, give: Give
) -> None:
    give(5000)
    sandbox.clock.advance(5 * DAY)
    (payout,) = client.v1.payouts.list().data
    sandbox.fail_payout(payout.id)
    after = client.v1.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]})
    assert (after.status, after.failure_code) == ("failed", "account_closed")
    line = after.failure_balance_transaction
    assert isinstance(line, stripe.BalanceTransaction)
    assert (line.amount, line.type, line.reporting_category) == (4900, "payout_failure", "payout_reversal")
    event = sandbox.find("event")[0]
    assert (event["type"], event["data"]["previous_attributes"]["status"]) == ("payout.failed", "paid")
    sandbox.clock.advance(3 * DAY)
    newest = client.v1.payouts.list({"status": "paid"}).data[0]
    assert nets(client, newest.id) == {"payout_failure": 4900, "payout": -4900}
    assert nets(client, payout.id) == {"charge": 4900, "payout": -4900}


def test_a_payout_that_fails_on_its_way_is_never_paid(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    sandbox.clock.set(day_after(MONDAY, 3) + 60)
    (payout,) = client.v1.payouts.list().data
    sandbox.fail_payout(payout.id)
    sandbox.clock.advance(DAY)
    assert client.v1.payouts.retrieve(payout.id).status == "failed"
    assert "payout.paid" not in happened(sandbox, "payout")
    assert error_of(lambda: client.v1.payouts.retrieve("po_nobody")).http_status == 404


def test_a_payout_fails_only_once(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    sandbox.clock.advance(5 * DAY)
    (payout,) = client.v1.payouts.list().data
    sandbox.fail_payout(payout.id)
    with pytest.raises(NotNow, match="failed"):
        sandbox.fail_payout(payout.id)
    assert happened(sandbox, "payout").count("payout.failed") == 1


def test_the_fee_of_billing_is_a_line_of_its_own(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    sandbox.bill_fee(35)
    (line,) = client.v1.balance_transactions.list({"type": "stripe_fee"}).data
    assert (line.amount, line.net, line.fee, line.source, line.reporting_category) == (
        -35,
        -35,
        0,
        None,
        "fee",
    )
    sandbox.clock.advance(5 * DAY)
    (payout,) = client.v1.payouts.list().data
    assert nets(client, payout.id) == {"charge": 4900, "stripe_fee": -35, "payout": -4865}
    with pytest.raises(ValueError, match="at least 1"):
        sandbox.bill_fee(0)


def test_the_balance_says_what_is_pending_and_what_is_available(
    sandbox: Sandbox, client: Client, give: Give
) -> None:
    assert [part.amount for part in client.v1.balance.retrieve().pending] == [0]
    give(5000)
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 4900)
    assert balance.pending[0].currency == "eur"
    sandbox.clock.set(day_after(MONDAY, 3))
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 0)


def test_payouts_are_found_by_date_and_status(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    sandbox.clock.advance(DAY)
    give(3000)
    sandbox.clock.set(day_after(MONDAY, 4) + 60)
    payouts = client.v1.payouts
    late, early = payouts.list().data
    assert [found.id for found in payouts.list({"status": "in_transit"})] == [late.id]
    assert [found.id for found in payouts.list({"arrival_date": {"lte": early.arrival_date}})] == [early.id]
    assert [found.id for found in payouts.list({"arrival_date": late.arrival_date})] == [late.id]
    assert [found.id for found in payouts.list({"created": {"gt": early.created}})] == [late.id]


def test_lines_are_found_by_payout_type_source_currency_and_date(
    sandbox: Sandbox, client: Client, give: Give
) -> None:
    give(5000)
    sandbox.clock.advance(5 * DAY)
    lines = client.v1.balance_transactions
    (payout,) = client.v1.payouts.list().data
    assert [line.type for line in lines.list({"payout": payout.id, "type": "charge"})] == ["charge"]
    assert [line.type for line in lines.list({"source": payout.id})] == ["payout"]
    assert lines.list({"currency": "usd"}).data == []
    assert [line.type for line in lines.list({"created": {"gte": payout.created}})] == ["payout"]
    error = error_of(lambda: lines.list({"payout": "po_nobody"}))
    assert (error.http_status, error.code) == (400, "resource_missing")


def test_nothing_goes_out_twice_and_a_reset_forgets_it(sandbox: Sandbox, client: Client, give: Give) -> None:
    give(5000)
    sandbox.clock.advance(10 * DAY)
    assert sandbox.run_due() == 0
    assert len(client.v1.payouts.list().data) == 1
    sandbox.reset()
    assert client.v1.payouts.list().data == []
