"""Disputes of cards, early fraud warnings and late failures."""

import pytest
import stripe

from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession, error_of

Client = stripe.StripeClient
DAY = 24 * 3600


@pytest.fixture
def charge(sandbox: Sandbox, paid: stripe.PaymentIntent) -> str:
    """Amina's charge, its fee known."""
    sandbox.clock.advance(5)
    return str(paid.latest_charge)


def newest(sandbox: Sandbox, number: int) -> list[str]:
    """The types of the last events, oldest first."""
    return [event["type"] for event in reversed(sandbox.find("event")[:number])]


def lines(sandbox: Sandbox, kind: str) -> list[tuple[int, int, str]]:
    """Amount, fee and reporting category of the balance transactions of one type, oldest first."""
    found = [line for line in reversed(sandbox.find("balance_transaction")) if line["type"] == kind]
    return [(line["amount"], line["fee"], line["reporting_category"]) for line in found]


def test_a_dispute_withdraws_the_money_and_a_fee(sandbox: Sandbox, client: Client, charge: str) -> None:
    dispute = client.v1.disputes.retrieve(sandbox.open_dispute(charge)["id"])
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 5000, "fraudulent")
    assert (dispute.charge, dispute.is_charge_refundable) == (charge, False)
    assert newest(sandbox, 2) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert lines(sandbox, "adjustment") == [(-5000, 2000, "dispute")]
    (line,) = dispute.balance_transactions
    assert (line.net, line.source) == (-7000, dispute.id)
    assert dispute.evidence_details.due_by == pytest.approx(sandbox.clock.now() + 20 * DAY, abs=5)
    assert client.v1.charges.retrieve(charge).disputed is True


def test_a_won_dispute_brings_the_money_back_but_not_the_fee(
    sandbox: Sandbox, client: Client, charge: str
) -> None:
    dispute_id = sandbox.open_dispute(charge)["id"]
    sandbox.win_dispute(dispute_id)
    assert newest(sandbox, 2) == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    dispute = client.v1.disputes.retrieve(dispute_id)
    assert (dispute.status, [line.net for line in dispute.balance_transactions]) == ("won", [-7000, 5000])
    assert lines(sandbox, "adjustment")[1] == (5000, 0, "dispute_reversal")
    assert client.v1.charges.retrieve(charge).disputed is True


def test_a_lost_dispute_is_the_end_of_it(sandbox: Sandbox, client: Client, charge: str) -> None:
    dispute_id = sandbox.open_dispute(charge)["id"]
    sandbox.lose_dispute(dispute_id)
    assert newest(sandbox, 1) == ["charge.dispute.closed"]
    assert client.v1.disputes.retrieve(dispute_id).status == "lost"
    for step in (sandbox.win_dispute, sandbox.lose_dispute, sandbox.close_inquiry, sandbox.escalate_inquiry):
        with pytest.raises(NotNow, match="lost"):
            step(dispute_id)
    assert len(lines(sandbox, "adjustment")) == 1


def test_part_of_a_payment_can_be_disputed(sandbox: Sandbox, client: Client, charge: str) -> None:
    client.v1.refunds.create({"charge": charge, "amount": 1000})
    with pytest.raises(ValueError, match="between 1 and 4000"):
        sandbox.open_dispute(charge, amount=4001)
    assert sandbox.open_dispute(charge, amount=1500)["amount"] == 1500
    assert lines(sandbox, "adjustment") == [(-1500, 2000, "dispute")]


def test_a_dispute_without_amount_takes_what_is_not_refunded(sandbox: Sandbox, charge: str) -> None:
    sandbox.refund(charge, 1000)
    assert sandbox.open_dispute(charge)["amount"] == 4000


def test_an_inquiry_moves_no_money_and_may_end_well(sandbox: Sandbox, client: Client, charge: str) -> None:
    dispute = client.v1.disputes.retrieve(sandbox.open_dispute(charge, inquiry=True)["id"])
    assert (dispute.status, dispute.is_charge_refundable) == ("warning_needs_response", True)
    assert dispute.payment_method_details
    assert dispute.payment_method_details.card
    assert dispute.payment_method_details.card.case_type == "inquiry"
    assert newest(sandbox, 1) == ["charge.dispute.created"]
    sandbox.close_inquiry(dispute.id)
    assert newest(sandbox, 1) == ["charge.dispute.closed"]
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_closed"
    assert lines(sandbox, "adjustment") == []


def test_a_payment_under_inquiry_can_be_refunded(sandbox: Sandbox, client: Client, charge: str) -> None:
    sandbox.open_dispute(charge, inquiry=True)
    assert client.v1.refunds.create({"charge": charge}).status == "succeeded"
    with pytest.raises(NotNow, match="nothing is left"):
        sandbox.escalate_inquiry(sandbox.find("dispute")[0]["id"])


def test_an_inquiry_may_become_a_dispute(sandbox: Sandbox, client: Client, charge: str) -> None:
    dispute_id = sandbox.open_dispute(charge, inquiry=True)["id"]
    sandbox.escalate_inquiry(dispute_id)
    assert newest(sandbox, 2) == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]
    dispute = client.v1.disputes.retrieve(dispute_id)
    assert (dispute.status, dispute.is_charge_refundable) == ("needs_response", False)
    assert lines(sandbox, "adjustment") == [(-5000, 2000, "dispute")]
    updated = sandbox.find("event")[1]
    assert updated["data"]["previous_attributes"]["status"] == "warning_needs_response"


def test_a_disputed_payment_cannot_be_refunded_until_it_is_won(
    sandbox: Sandbox, client: Client, charge: str
) -> None:
    dispute_id = sandbox.open_dispute(charge)["id"]
    error = error_of(lambda: client.v1.refunds.create({"charge": charge}))
    assert (error.http_status, error.code) == (400, "charge_disputed")
    sandbox.win_dispute(dispute_id)
    assert client.v1.refunds.create({"charge": charge}).status == "succeeded"


@pytest.mark.parametrize(("inquiry", "days", "end"), [(False, 20, "lost"), (True, 120, "warning_closed")])
def test_what_nobody_answers_ends_by_the_clock(
    sandbox: Sandbox, charge: str, inquiry: bool, days: int, end: str
) -> None:
    sandbox.open_dispute(charge, inquiry=inquiry)
    before = sandbox.find("dispute")[0]["status"]
    sandbox.clock.advance((days - 1) * DAY)
    assert sandbox.find("dispute")[0]["status"] == before
    sandbox.clock.advance(DAY + 5)
    assert sandbox.find("dispute")[0]["status"] == end


def test_an_escalated_inquiry_has_its_own_deadline(sandbox: Sandbox, charge: str) -> None:
    dispute_id = sandbox.open_dispute(charge, inquiry=True)["id"]
    sandbox.clock.advance(110 * DAY)
    sandbox.escalate_inquiry(dispute_id)
    sandbox.clock.advance(15 * DAY)
    assert sandbox.find("dispute")[0]["status"] == "needs_response"
    sandbox.clock.advance(6 * DAY)
    assert sandbox.find("dispute")[0]["status"] == "lost"


def test_giving_in_over_the_api_loses(sandbox: Sandbox, client: Client, charge: str) -> None:
    dispute_id = sandbox.open_dispute(charge)["id"]
    assert client.v1.disputes.close(dispute_id).status == "lost"
    assert error_of(lambda: client.v1.disputes.close(dispute_id)).http_status == 400


def test_a_prevented_dispute_is_a_refund(sandbox: Sandbox, client: Client, charge: str) -> None:
    dispute = client.v1.disputes.retrieve(sandbox.prevent_dispute(charge)["id"])
    assert (dispute.status, dispute.amount, dispute.balance_transactions) == ("prevented", 5000, [])
    assert newest(sandbox, 4) == [
        "refund.created",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.closed",
    ]
    (refund,) = client.v1.refunds.list({"charge": charge}).data
    assert (refund.reason, refund.amount) == ("fraudulent", 5000)


def test_disputes_are_found_by_their_payment_and_expanded(
    sandbox: Sandbox, client: Client, charge: str, open_session: OpenSession
) -> None:
    sandbox.pay(open_session().id, "card")
    other = sandbox.find("charge")[0]
    dispute = sandbox.open_dispute(charge)
    sandbox.open_dispute(other["id"])
    by_charge = client.v1.disputes.list(
        {"charge": charge, "expand": ["data.charge.balance_transaction"]}
    ).data
    by_payment = client.v1.disputes.list({"payment_intent": dispute["payment_intent"]}).data
    assert [found.id for found in by_charge] == [found.id for found in by_payment] == [dispute["id"]]
    assert isinstance(by_charge[0].charge, stripe.Charge)
    assert isinstance(by_charge[0].charge.balance_transaction, stripe.BalanceTransaction)
    assert len(client.v1.disputes.list().data) == 2


def test_the_lines_of_a_dispute_are_read_as_they_are_now(
    sandbox: Sandbox, client: Client, charge: str
) -> None:
    dispute_id = sandbox.open_dispute(charge)["id"]
    sandbox.clock.advance(DAY)
    (line,) = client.v1.disputes.retrieve(dispute_id).balance_transactions
    assert line.status == "available"


def test_only_a_paid_charge_is_disputed_and_only_once(
    sandbox: Sandbox, open_session: OpenSession, charge: str
) -> None:
    sandbox.open_dispute(charge)
    with pytest.raises(NotNow):
        sandbox.open_dispute(charge)
    sandbox.pay(open_session().id, "card_declined")
    with pytest.raises(NotNow):
        sandbox.open_dispute(sandbox.find("charge")[0]["id"])


def test_a_fraud_warning_is_actionable_until_the_payment_is_refunded(
    sandbox: Sandbox, client: Client, charge: str
) -> None:
    warning_id = sandbox.warn_of_fraud(charge)["id"]
    assert newest(sandbox, 1) == ["radar.early_fraud_warning.created"]
    warning = client.v1.radar.early_fraud_warnings.retrieve(warning_id, {"expand": ["charge"]})
    assert warning.actionable is True
    assert isinstance(warning.charge, stripe.Charge)
    assert warning.charge.fraud_details
    assert warning.charge.fraud_details.stripe_report == "fraudulent"
    client.v1.refunds.create({"charge": charge, "amount": 100})
    assert client.v1.radar.early_fraud_warnings.retrieve(warning_id).actionable is True
    client.v1.refunds.create({"charge": charge})
    (listed,) = client.v1.radar.early_fraud_warnings.list({"charge": charge}).data
    assert listed.actionable is False
    assert newest(sandbox, 1) == ["radar.early_fraud_warning.updated"]


def test_a_dispute_closes_the_warning_before_it(sandbox: Sandbox, charge: str) -> None:
    sandbox.warn_of_fraud(charge)
    sandbox.open_dispute(charge)
    assert sandbox.find("radar.early_fraud_warning")[0]["actionable"] is False
    assert sandbox.warn_of_fraud(charge)["actionable"] is False


def test_a_declined_card_is_not_warned_of(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.pay(open_session().id, "card_declined")
    with pytest.raises(NotNow):
        sandbox.warn_of_fraud(sandbox.find("charge")[0]["id"])


def test_a_payment_can_fail_days_after_it_succeeded(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent, charge: str
) -> None:
    sandbox.clock.advance(3 * DAY)
    sandbox.fail_late(charge)
    assert newest(sandbox, 2) == ["charge.failed", "payment_intent.payment_failed"]
    failed = client.v1.charges.retrieve(charge, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.paid, failed.failure_code) == ("failed", False, "insufficient_funds")
    assert isinstance(failed.failure_balance_transaction, stripe.BalanceTransaction)
    assert failed.failure_balance_transaction.net == -5000
    intent = client.v1.payment_intents.retrieve(paid.id)
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    assert intent.last_payment_error
    assert intent.last_payment_error.charge == charge
    assert lines(sandbox, "payment_failure_refund") == [(-5000, 0, "charge_failure")]
    with pytest.raises(NotNow):
        sandbox.fail_late(charge)


def test_a_late_failure_before_the_fee_is_known_brings_the_fee_first(
    sandbox: Sandbox, paid: stripe.PaymentIntent
) -> None:
    sandbox.fail_late(paid.id)
    sandbox.clock.advance(5)
    assert [line["net"] for line in reversed(sandbox.find("balance_transaction"))] == [4900, -5000]
