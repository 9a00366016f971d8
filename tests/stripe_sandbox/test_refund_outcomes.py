"""Refunds that wait, fail, come back or are called off."""

import pytest
import stripe

from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from stripe_sandbox.errors import StripeError
from tests.stripe_sandbox.conftest import error_of

Client = stripe.StripeClient


def newest(sandbox: Sandbox, number: int) -> list[str]:
    """The types of the last events, oldest first."""
    return [event["type"] for event in reversed(sandbox.find("event")[:number])]


def moved(sandbox: Sandbox) -> list[tuple[str, int]]:
    """What refunds have done to the balance, oldest first."""
    lines = reversed(sandbox.find("balance_transaction"))
    return [(line["type"], line["net"]) for line in lines if "refund" in line["type"]]


def test_a_refund_from_the_dashboard_looks_like_one_of_the_api(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    refund = sandbox.refund(str(paid.latest_charge), 2000)
    assert newest(sandbox, 2) == ["refund.created", "charge.refunded"]
    assert sandbox.find("event")[0]["request"]["id"] is None
    (listed,) = client.v1.refunds.list(
        {"payment_intent": paid.id, "expand": ["data.balance_transaction"]}
    ).data
    assert (listed.id, listed.status, listed.amount) == (refund["id"], "succeeded", 2000)
    assert isinstance(listed.balance_transaction, stripe.BalanceTransaction)
    assert listed.balance_transaction.net == -2000
    assert listed.balance_transaction.reporting_category == "refund"


def test_the_charge_may_be_named_by_its_payment(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    assert sandbox.refund(paid.id)["charge"] == paid.latest_charge
    with pytest.raises(StripeError, match="No such charge"):
        sandbox.refund("ch_nobody")


def test_a_pending_refund_succeeds_later(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    sandbox.next_refund("pending")
    refund = client.v1.refunds.create({"payment_intent": paid.id, "amount": 1000})
    assert (refund.status, refund.pending_reason, refund.balance_transaction) == (
        "pending",
        "processing",
        None,
    )
    assert client.v1.charges.retrieve(str(paid.latest_charge)).amount_refunded == 1000
    assert moved(sandbox) == []
    sandbox.settle_refund(refund.id)
    assert newest(sandbox, 1) == ["refund.updated"]
    refund = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.pending_reason) == ("succeeded", None)
    assert moved(sandbox) == [("refund", -1000)]


def test_only_the_next_refund_is_special(
    client: Client, sandbox: Sandbox, paid: stripe.PaymentIntent
) -> None:
    sandbox.next_refund("failed")
    outcomes = [client.v1.refunds.create({"payment_intent": paid.id, "amount": 100}).status for _ in range(2)]
    assert outcomes == ["failed", "succeeded"]


def test_a_refund_that_fails_at_once_takes_nothing(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    sandbox.next_refund("failed")
    refund = client.v1.refunds.create({"payment_intent": paid.id})
    assert (refund.status, refund.failure_reason) == ("failed", "declined")
    assert newest(sandbox, 2) == ["refund.created", "refund.failed"]
    assert moved(sandbox) == []
    charge = client.v1.charges.retrieve(str(paid.latest_charge))
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert client.v1.refunds.create({"payment_intent": paid.id}).status == "succeeded"


def test_a_refund_that_fails_days_later_is_back_in_the_balance(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    refund = client.v1.refunds.create({"payment_intent": paid.id})
    sandbox.clock.advance(4 * 24 * 3600)
    sandbox.fail_refund(refund.id)
    assert newest(sandbox, 2) == ["refund.updated", "refund.failed"]
    refund = client.v1.refunds.retrieve(
        refund.id, {"expand": ["failure_balance_transaction", "balance_transaction"]}
    )
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    assert isinstance(refund.failure_balance_transaction, stripe.BalanceTransaction)
    assert refund.failure_balance_transaction.source == refund.id
    assert moved(sandbox) == [("refund", -5000), ("refund_failure", 5000)]
    charge = client.v1.charges.retrieve(str(paid.latest_charge))
    assert (charge.amount_refunded, charge.refunded) == (0, False)


def test_a_pending_refund_that_fails_never_touched_the_balance(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    sandbox.next_refund("pending")
    refund = sandbox.fail_refund(sandbox.refund(paid.id)["id"])
    assert (refund["status"], refund["failure_balance_transaction"]) == ("failed", None)
    assert moved(sandbox) == []


def test_a_refund_that_waits_for_the_donor_can_be_canceled(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    sandbox.next_refund("requires_action")
    refund = client.v1.refunds.create({"payment_intent": paid.id, "amount": 700})
    assert refund.status == "requires_action"
    assert refund.next_action
    assert refund.next_action.display_details
    assert refund.next_action.display_details.email_sent.email_sent_to == "amina@example.org"
    canceled = client.v1.refunds.cancel(refund.id)
    assert (canceled.status, canceled.next_action) == ("canceled", None)
    assert newest(sandbox, 1) == ["refund.updated"]
    assert client.v1.charges.retrieve(str(paid.latest_charge)).amount_refunded == 0
    assert error_of(lambda: client.v1.refunds.cancel(refund.id)).http_status == 400


def test_the_api_cancels_no_other_refund_but_the_dashboard_stops_one_that_waits(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    sandbox.next_refund("pending")
    refund = sandbox.refund(paid.id, 700)
    assert "requires_action" in str(error_of(lambda: client.v1.refunds.cancel(refund["id"])))
    assert sandbox.cancel_refund(refund["id"])["status"] == "canceled"
    done = sandbox.refund(paid.id, 700)
    for step in (sandbox.cancel_refund, sandbox.settle_refund):
        with pytest.raises(NotNow, match="succeeded"):
            step(done["id"])
    with pytest.raises(NotNow, match="canceled"):
        sandbox.fail_refund(refund["id"])


def test_a_short_balance_makes_refunds_of_cards_wait(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    sandbox.run_short()
    refund = client.v1.refunds.create({"payment_intent": paid.id, "amount": 100})
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")
    sandbox.run_short(short=False)
    assert client.v1.refunds.create({"payment_intent": paid.id, "amount": 100}).status == "succeeded"
