"""Fees that arrive late, and the balance they make."""

import pytest
import stripe

from stripe_sandbox.amounts import card_fee
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession

Client = stripe.StripeClient


def test_the_fee_is_unknown_at_success_and_arrives_with_charge_updated(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    charge_id = str(paid.latest_charge)
    assert client.v1.charges.retrieve(charge_id).balance_transaction is None
    sandbox.clock.advance(3)
    charge = client.v1.charges.retrieve(charge_id, {"expand": ["balance_transaction"]})
    transaction = charge.balance_transaction
    assert isinstance(transaction, stripe.BalanceTransaction)
    assert (transaction.amount, transaction.fee, transaction.net) == (5000, 100, 4900)
    assert (transaction.type, transaction.reporting_category, transaction.source) == (
        "charge",
        "charge",
        charge_id,
    )
    assert [detail.amount for detail in transaction.fee_details] == [100]
    event = sandbox.find("event")[0]
    assert event["type"] == "charge.updated"
    assert event["data"]["previous_attributes"] == {"balance_transaction": None}
    assert event["request"]["id"] is None


def test_no_fee_arrives_while_the_clock_stands(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    for _ in range(3):
        client.v1.charges.retrieve(str(paid.latest_charge))
    assert sandbox.find("balance_transaction") == []


def test_what_falls_due_is_dated_when_it_fell_due(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    sandbox.clock.advance(10 * 24 * 3600)
    (payout_line, transaction) = sandbox.find("balance_transaction")
    assert transaction["created"] <= paid.created + 5
    assert payout_line["created"] == transaction["available_on"]
    (updated,) = [event for event in sandbox.find("event") if event["type"] == "charge.updated"]
    assert updated["created"] == transaction["created"]


def test_money_is_pending_for_days_and_then_available(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    sandbox.clock.advance(3)
    (transaction,) = client.v1.balance_transactions.list({"source": str(paid.latest_charge)}).data
    assert transaction.status == "pending"
    sandbox.clock.advance(5 * 24 * 3600)
    assert client.v1.balance_transactions.retrieve(transaction.id).status == "available"


def test_the_delay_can_be_set(sandbox: Sandbox, client: Client, open_session: OpenSession) -> None:
    sandbox.set_settlement_delay(60)
    sandbox.pay(open_session().id, "card")
    sandbox.clock.advance(50)
    assert sandbox.find("balance_transaction") == []
    sandbox.clock.advance(10)
    assert len(sandbox.find("balance_transaction")) == 1


def test_a_clock_set_back_dates_payments_in_the_past(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    three_weeks_ago = sandbox.clock.now() - 21 * 24 * 3600
    sandbox.clock.set(three_weeks_ago)
    sandbox.pay(session.id, "card")
    sandbox.clock.set(three_weeks_ago + 21 * 24 * 3600)
    (charge,) = sandbox.find("charge")
    assert three_weeks_ago <= charge["created"] <= three_weeks_ago + 5
    assert charge["balance_transaction"]


@pytest.mark.parametrize(
    ("amount", "fee"), [(50, 26), (1000, 40), (5000, 100), (3333, 75), (3367, 76), (99_999_999, 1_500_025)]
)
def test_the_fee_is_rounded_half_up_in_whole_cents(amount: int, fee: int) -> None:
    assert card_fee(amount) == fee
