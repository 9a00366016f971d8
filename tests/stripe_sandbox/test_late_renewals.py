"""A renewal that the card refuses: three more tries, then the end."""

import pytest
import stripe

from stripe_sandbox.billing.paying import NotOwed
from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import error_of, events_since

Client = stripe.StripeClient
DAY = 24 * 3600


def late(sandbox: Sandbox, subscription: stripe.Subscription, outcome: str = "card_declined") -> str:
    """The id of an open invoice whose first try has failed."""
    invoice = sandbox.renew(subscription.id, outcome)
    assert invoice["status"] == "open"
    return str(invoice["id"])


def test_a_refused_card_makes_the_subscription_late_and_says_when_it_is_tried_again(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.advance(days=10)
    seen = len(sandbox.find("event"))
    invoice = client.v1.invoices.retrieve(late(sandbox, subscription))
    assert events_since(sandbox, seen) == [
        "invoice.created",
        "customer.subscription.updated",
        "payment_intent.created",
        "invoice.finalized",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    finalized = invoice.status_transitions.finalized_at
    assert finalized
    assert (invoice.attempted, invoice.attempt_count) == (True, 1)
    assert invoice.next_payment_attempt == finalized + 3 * DAY
    assert invoice.amount_remaining == 1000
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    intent = sandbox.find("payment_intent")[0]
    assert (intent["status"], intent["last_payment_error"]["code"]) == (
        "requires_payment_method",
        "card_declined",
    )


def test_the_card_is_tried_on_days_3_5_and_7_and_then_the_subscription_ends(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription)
    start = client.v1.invoices.retrieve(invoice_id).created + 3600
    for count, (day, following) in enumerate([(3, 5), (5, 7)], start=2):
        sandbox.clock.set(start + day * DAY)
        invoice = client.v1.invoices.retrieve(invoice_id)
        assert (invoice.attempt_count, invoice.next_payment_attempt) == (count, start + following * DAY)
        assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    sandbox.clock.set(start + 7 * DAY)
    invoice = client.v1.invoices.retrieve(invoice_id)
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 4, None)
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.ended_at) == ("canceled", start + 7 * DAY)
    assert ended.cancellation_details
    assert ended.cancellation_details.reason == "payment_failed"
    types = [event["type"] for event in sandbox.find("event")]
    assert types.count("invoice.payment_failed") == 4
    assert types.count("customer.subscription.deleted") == 1
    assert len({charge["payment_intent"] for charge in sandbox.find("charge")}) == 2


def test_nothing_is_charged_after_the_end(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    late(sandbox, subscription)
    sandbox.advance(days=8)
    charges = len(sandbox.find("charge"))
    sandbox.advance(days=90)
    assert len(sandbox.find("charge")) == charges
    assert client.v1.subscriptions.list().data == []
    assert [found.id for found in client.v1.subscriptions.list({"status": "all"})] == [subscription.id]


def test_a_retry_that_works_brings_it_back(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription)
    sandbox.next_renewal(subscription.id, "card")
    sandbox.advance(days=3)
    invoice = client.v1.invoices.retrieve(invoice_id)
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("paid", 2, None)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    sandbox.advance(days=10)
    assert client.v1.invoices.retrieve(invoice_id).attempt_count == 2


def test_an_expired_card_says_so(sandbox: Sandbox, subscription: stripe.Subscription) -> None:
    late(sandbox, subscription, "expired_card")
    assert sandbox.find("charge")[0]["failure_code"] == "expired_card"
    assert sandbox.find("charge")[0]["outcome"]["reason"] == "expired_card"


def test_a_card_past_its_date_is_refused_without_being_told_to(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.card_expires(subscription.id, month=1, year=2020)
    assert client.v1.payment_methods.retrieve(str(subscription.default_payment_method)).card.exp_year == 2020  # type: ignore[union-attr]
    assert sandbox.renew(subscription.id)["status"] == "open"
    assert sandbox.find("charge")[0]["payment_method_details"]["card"]["exp_year"] == 2020
    with pytest.raises(ValueError, match="month"):
        sandbox.card_expires(subscription.id, month=13, year=2030)


def test_the_bank_replaces_the_card_and_the_next_try_works(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription, "expired_card")
    sandbox.card_replaced(subscription.id)
    event = sandbox.find("event")[0]
    assert event["type"] == "payment_method.automatically_updated"
    assert event["data"]["previous_attributes"]["card"]["last4"] == "4242"
    sandbox.advance(days=3)
    assert client.v1.invoices.retrieve(invoice_id).status == "paid"


def test_a_bank_that_wants_its_customer_leaves_a_page_to_go_to(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.advance(days=10)
    seen = len(sandbox.find("event"))
    invoice_id = late(sandbox, subscription, "needs_authentication")
    assert events_since(sandbox, seen)[-4:] == [
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    invoice = client.v1.invoices.retrieve(invoice_id)
    assert invoice.hosted_invoice_url == f"http://127.0.0.1:8420/invoice/{invoice_id}"
    assert sandbox.find("payment_intent")[0]["status"] == "requires_action"
    assert sandbox.pay_invoice(invoice_id, "challenge_passed") is None
    assert client.v1.invoices.retrieve(invoice_id).status == "paid"
    after = client.v1.subscriptions.retrieve(subscription.id)
    assert (after.status, after.default_payment_method) == ("active", subscription.default_payment_method)
    three_d_secure = sandbox.find("charge")[0]["payment_method_details"]["card"]["three_d_secure"]
    assert three_d_secure["result"] == "authenticated"


def test_another_card_pays_the_invoice_and_stays(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription)
    failure = sandbox.pay_invoice(invoice_id, "card_declined")
    assert failure is not None
    assert client.v1.invoices.retrieve(invoice_id).status == "open"
    sandbox.pay_invoice(invoice_id, "card")
    after = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["default_payment_method"]})
    assert isinstance(after.default_payment_method, stripe.PaymentMethod)
    assert after.default_payment_method.card
    assert after.default_payment_method.card.last4 == "4444"
    assert sandbox.renew(subscription.id)["status"] == "paid"
    with pytest.raises(NotOwed, match="paid"):
        sandbox.pay_invoice(invoice_id, "card")
    with pytest.raises(NotOwed, match="cash"):
        sandbox.pay_invoice(invoice_id, "cash")


def test_the_api_pays_an_open_invoice(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription)
    sandbox.next_renewal(subscription.id, "card")
    paid = client.v1.invoices.pay(invoice_id)
    assert (paid.status, paid.amount_remaining) == ("paid", 0)
    assert error_of(lambda: client.v1.invoices.pay(invoice_id)).http_status == 400


def test_a_try_by_the_api_that_fails_is_a_402_and_has_happened(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription)
    before = len(sandbox.find("charge"))
    error = error_of(lambda: client.v1.invoices.pay(invoice_id, {}, {"idempotency_key": "pay-1"}))
    assert isinstance(error, stripe.CardError)
    assert error.error is not None
    assert (error.http_status, error.code) == (402, "card_declined")
    assert error.error.decline_code == "generic_decline"
    assert client.v1.invoices.retrieve(invoice_id).attempt_count == 1
    again = error_of(lambda: client.v1.invoices.pay(invoice_id, {}, {"idempotency_key": "pay-1"}))
    assert again.http_status == 402
    assert len(sandbox.find("charge")) == before + 1


def test_a_try_by_hand_does_not_move_the_schedule(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription)
    first = client.v1.invoices.retrieve(invoice_id).next_payment_attempt
    sandbox.collect_invoice(invoice_id)
    assert client.v1.invoices.retrieve(invoice_id).next_payment_attempt == first
    sandbox.advance(days=3)
    assert client.v1.invoices.retrieve(invoice_id).attempt_count == 2


def test_a_voided_invoice_is_owed_no_more(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice_id = late(sandbox, subscription)
    assert client.v1.invoices.void_invoice(invoice_id).status == "void"
    assert sandbox.find("invoice_payment")[0]["status"] == "canceled"
    assert sandbox.find("payment_intent")[0]["status"] == "canceled"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert error_of(lambda: client.v1.invoices.void_invoice(invoice_id)).http_status == 400
    assert error_of(lambda: client.v1.invoices.pay(invoice_id)).http_status == 400
    for press in (sandbox.collect_invoice, sandbox.void_invoice):
        with pytest.raises(NotNow, match="void"):
            press(invoice_id)
    sandbox.advance(days=8)
    assert client.v1.invoices.retrieve(invoice_id).attempt_count == 1


def test_an_outcome_that_no_card_knows_is_refused(
    sandbox: Sandbox, subscription: stripe.Subscription
) -> None:
    with pytest.raises(ValueError, match="needs_authentication"):
        sandbox.next_renewal(subscription.id, "cash")
