"""/v1/refunds"""

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession, error_of

Client = stripe.StripeClient


def test_a_partial_refund_leaves_the_rest(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    refund = client.v1.refunds.create(
        {
            "payment_intent": paid.id,
            "amount": 2000,
            "reason": "requested_by_customer",
            "metadata": {"refund": "1"},
        }
    )
    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 2000, paid.latest_charge)
    assert refund.metadata
    assert refund.metadata["refund"] == "1"
    charge = client.v1.charges.retrieve(str(paid.latest_charge))
    assert (charge.amount_refunded, charge.refunded) == (2000, False)
    transaction = client.v1.balance_transactions.retrieve(str(refund.balance_transaction))
    assert (transaction.type, transaction.amount, transaction.fee, transaction.net) == (
        "refund",
        -2000,
        0,
        -2000,
    )


def test_a_refund_without_amount_returns_what_is_left(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    client.v1.refunds.create({"charge": str(paid.latest_charge), "amount": 1500})
    assert client.v1.refunds.create({"charge": str(paid.latest_charge)}).amount == 3500
    assert sandbox.find("charge")[0]["refunded"] is True
    assert len(client.v1.refunds.list({"payment_intent": paid.id}).data) == 2


def test_events_of_a_refund_come_in_order(
    sandbox: Sandbox, client: Client, paid: stripe.PaymentIntent
) -> None:
    refund = client.v1.refunds.create({"payment_intent": paid.id})
    assert refund.last_response
    created, refunded = reversed(sandbox.find("event")[:2])
    assert (created["type"], refunded["type"]) == ("refund.created", "charge.refunded")
    assert created["request"]["id"] == refund.last_response.request_id
    assert refunded["data"]["previous_attributes"] == {"amount_refunded": 0, "refunded": False}
    sandbox.clock.advance(10)
    updated = sandbox.find("event")[0]
    assert updated["type"] == "refund.updated"
    assert updated["data"]["object"]["destination_details"]["card"]["reference_status"] == "available"


def test_more_than_the_rest_is_refused(client: Client, paid: stripe.PaymentIntent) -> None:
    error = error_of(lambda: client.v1.refunds.create({"payment_intent": paid.id, "amount": 5001}))
    assert (error.http_status, error.param) == (400, "amount")  # type: ignore[attr-defined]
    assert "€50.01" in str(error)
    assert "€50.00" in str(error)


def test_a_second_full_refund_is_refused(client: Client, paid: stripe.PaymentIntent) -> None:
    client.v1.refunds.create({"payment_intent": paid.id})
    error = error_of(lambda: client.v1.refunds.create({"payment_intent": paid.id}))
    assert error.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -5])
def test_a_refund_is_at_least_one_cent(client: Client, paid: stripe.PaymentIntent, amount: int) -> None:
    error = error_of(lambda: client.v1.refunds.create({"payment_intent": paid.id, "amount": amount}))
    assert error.code == "parameter_invalid_integer"


def test_a_declined_payment_cannot_be_refunded(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    sandbox.pay(open_session().id, "card_declined")
    intent = sandbox.find("payment_intent")[0]["id"]
    assert "cannot be refunded" in str(error_of(lambda: client.v1.refunds.create({"payment_intent": intent})))
    sandbox.pay(open_session().id, "challenge_failed")
    intent = sandbox.find("payment_intent")[0]["id"]
    assert "successful charge" in str(error_of(lambda: client.v1.refunds.create({"payment_intent": intent})))


def test_a_refund_names_one_payment_that_exists(client: Client, paid: stripe.PaymentIntent) -> None:
    assert error_of(lambda: client.v1.refunds.create({})).http_status == 400
    both = {"payment_intent": paid.id, "charge": str(paid.latest_charge)}
    assert error_of(lambda: client.v1.refunds.create(both)).http_status == 400  # type: ignore[arg-type]
    error = error_of(lambda: client.v1.refunds.create({"payment_intent": "pi_nobody"}))
    assert (error.http_status, error.code) == (400, "resource_missing")
