"""Checkout in `mode=subscription`: Amina's first month."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import (
    error_of,
    events_since,
    monthly_params,
    price_data,
    session_params,
)

Client = stripe.StripeClient


def open_monthly(client: Client, customer: str | None, **changes: Any) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(monthly_params(customer, **changes))  # type: ignore[arg-type]


def test_the_subscription_comes_after_the_payment_and_the_session_names_it(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    session = open_monthly(client, customer.id)
    assert (session.mode, session.subscription, session.invoice) == ("subscription", None, None)
    assert (session.payment_intent, session.payment_method_collection) == (None, "always")
    sandbox.pay(session.id, "card")
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice"]})
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "paid", None)
    assert isinstance(done.subscription, stripe.Subscription)
    assert done.subscription.status == "active"
    assert done.subscription.description == "Don mensuel"
    assert done.subscription.metadata.to_dict() == {"monthly_gift": "7"}
    assert isinstance(done.invoice, stripe.Invoice)
    assert (done.invoice.status, done.invoice.billing_reason) == ("paid", "subscription_create")
    assert done.subscription.latest_invoice == done.invoice.id


def test_a_failed_try_leaves_no_subscription_and_the_next_one_makes_one(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    session = open_monthly(client, customer.id)
    for outcome in ("card_declined", "challenge_failed"):
        sandbox.pay(session.id, outcome)
    assert sandbox.find("subscription") == sandbox.find("invoice") == []
    assert client.v1.payment_methods.retrieve(sandbox.find("payment_method")[0]["id"]).customer is None
    sandbox.pay(session.id, "challenge_passed")
    assert sandbox.tries(session.id) == 3
    assert len(sandbox.find("subscription")) == len(sandbox.find("payment_intent")) == 1


def test_the_events_come_in_stripes_order(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    session = open_monthly(client, customer.id)
    seen = len(sandbox.find("event"))
    sandbox.pay(session.id, "card")
    assert events_since(sandbox, seen) == [
        "payment_intent.created",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_the_period_stands_on_the_item_and_lasts_a_month(subscription: stripe.Subscription) -> None:
    (item,) = subscription["items"].data
    assert item.current_period_start == subscription.start_date
    assert 28 * 86400 <= item.current_period_end - item.current_period_start <= 31 * 86400
    assert item.price.unit_amount == 1000
    assert item.price.recurring.interval == "month"
    assert item.plan.amount == 1000
    assert "current_period_end" not in subscription


def test_the_payment_carries_nothing_of_ours_and_is_found_through_its_invoice(
    client: Client, subscription: stripe.Subscription, customer: stripe.Customer
) -> None:
    (intent,) = client.v1.payment_intents.list({"customer": customer.id}).data
    assert (intent.amount, intent.status, intent.metadata.to_dict()) == (1000, "succeeded", {})
    wanted = {"payment": {"type": "payment_intent", "payment_intent": intent.id}}
    (paid,) = client.v1.invoice_payments.list(wanted).data  # type: ignore[arg-type]
    assert (paid.status, paid.amount_paid, paid.is_default) == ("paid", 1000, True)
    assert client.v1.invoice_payments.retrieve(paid.id).payment.payment_intent == intent.id
    invoice = client.v1.invoices.retrieve(str(paid.invoice))
    assert invoice.parent is not None
    assert invoice.parent.subscription_details is not None
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.parent.subscription_details.metadata is not None
    assert invoice.parent.subscription_details.metadata.to_dict() == {"monthly_gift": "7"}
    assert (invoice.amount_due, invoice.amount_paid, invoice.amount_remaining) == (1000, 1000, 0)
    (line,) = client.v1.invoices.line_items.list(invoice.id).data
    assert line.period.end == subscription["items"].data[0].current_period_end


def test_the_card_that_paid_is_kept_for_the_next_months(
    client: Client, subscription: stripe.Subscription, customer: stripe.Customer
) -> None:
    method = client.v1.payment_methods.retrieve(str(subscription.default_payment_method))
    assert (method.type, method.customer) == ("card", customer.id)


def test_somebody_unknown_becomes_a_customer_on_paying(sandbox: Sandbox, client: Client) -> None:
    session = open_monthly(client, None, customer_email="bruno@example.org")
    assert (session.customer, session.customer_creation) == (None, "always")
    sandbox.pay(session.id, "card", name="Bruno")
    (made,) = client.v1.customers.list().data
    assert made.email == "bruno@example.org"
    assert client.v1.subscriptions.list({"customer": made.id}).data[0].status == "active"


def test_a_session_nobody_pays_expires_with_its_payment(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    session = open_monthly(client, customer.id)
    sandbox.pay(session.id, "card_declined")
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert sandbox.find("payment_intent")[0]["status"] == "canceled"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"payment_intent_data": {"description": "Don"}}, "payment_intent_data"),
        ({"customer_creation": "always"}, "customer_creation"),
        ({"line_items": [{"quantity": 1, "price_data": price_data()}]}, "line_items"),
        ({"line_items": [monthly_params(None)["line_items"][0] | {"quantity": 2}]}, "line_items"),
        ({"line_items": monthly_params(None)["line_items"] * 2}, "line_items"),
        ({"subscription_data": {"trial_period_days": 3}}, "subscription_data[trial_period_days]"),
        (
            {
                "line_items": [
                    {"quantity": 1, "price_data": price_data() | {"recurring": {"interval": "week"}}}
                ]
            },
            "line_items[0][price_data][recurring]",
        ),
    ],
)
def test_what_does_not_belong_to_a_subscription_is_refused(
    client: Client, customer: stripe.Customer, changes: dict[str, Any], param: str
) -> None:
    error = error_of(lambda: open_monthly(client, customer.id, **changes))
    assert (error.http_status, error.param) == (400, param)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "changes",
    [
        {"line_items": monthly_params(None)["line_items"]},
        {"subscription_data": {"metadata": {"a": "b"}}},
        {"payment_method_collection": "always"},
        {"submit_type": "subscribe"},
    ],
)
def test_what_belongs_to_a_subscription_is_refused_elsewhere(client: Client, changes: dict[str, Any]) -> None:
    params = session_params(**changes)
    assert error_of(lambda: client.v1.checkout.sessions.create(params)).http_status == 400  # type: ignore[arg-type]
