"""What a donor, the site or the Dashboard changes on a subscription."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import error_of, events_since, price_data

Client = stripe.StripeClient
HOUR, DAY = 3600, 24 * 3600
NO_CREDIT = {"bill_for": {"unused_time_from": {"type": "none"}}}


def item_of(subscription: stripe.Subscription) -> stripe.SubscriptionItem:
    item: stripe.SubscriptionItem = subscription["items"].data[0]
    return item


def new_price(subscription: stripe.Subscription, amount: int) -> dict[str, Any]:
    """What a site sends to change the amount from the next month on."""
    item = item_of(subscription)
    price = {
        "currency": "eur",
        "product": str(item.price.product),
        "recurring": {"interval": "month"},
        "unit_amount": amount,
    }
    return {"items": [{"id": item.id, "price_data": price}], "proration_behavior": "none"}


def test_another_amount_counts_from_the_next_month_on(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    after = client.v1.subscriptions.update(subscription.id, new_price(subscription, 2500))  # type: ignore[arg-type]
    assert (item_of(after).id, item_of(after).price.unit_amount) == (item_of(subscription).id, 2500)
    assert item_of(after).current_period_end == item_of(subscription).current_period_end
    assert len(sandbox.find("invoice")) == 1
    event = sandbox.find("event")[0]
    assert event["type"] == "customer.subscription.updated"
    assert set(event["data"]["previous_attributes"]) == {"items"}
    assert sandbox.renew(subscription.id)["amount_paid"] == 2500
    assert client.v1.subscription_items.retrieve(item_of(after).id).price.unit_amount == 2500
    assert [item.id for item in client.v1.subscription_items.list({"subscription": subscription.id})] == [
        item_of(after).id
    ]


def test_the_dashboard_changes_the_amount_too(sandbox: Sandbox, subscription: stripe.Subscription) -> None:
    changed = sandbox.change_subscription(subscription.id, 1500)
    assert changed["items"]["data"][0]["price"]["unit_amount"] == 1500
    assert sandbox.renew(subscription.id)["amount_due"] == 1500


def test_a_price_made_before_can_be_taken_up(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    product = str(item_of(subscription).price.product)
    monthly = client.v1.prices.create(
        {"product": product, "currency": "eur", "unit_amount": 3000, "recurring": {"interval": "month"}}
    )
    items = [{"id": item_of(subscription).id, "price": monthly.id}]
    client.v1.subscriptions.update(subscription.id, {"items": items, "proration_behavior": "none"})  # type: ignore[arg-type]
    assert [found.id for found in client.v1.subscriptions.list({"price": monthly.id})] == [subscription.id]


def test_an_update_that_changes_nothing_says_nothing(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    seen = len(sandbox.find("event"))
    client.v1.subscriptions.update(subscription.id, {"metadata": {"monthly_gift": "7"}})
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert events_since(sandbox, seen) == []
    changed = client.v1.subscriptions.update(subscription.id, {"metadata": {"a": "b"}, "description": "Don"})
    assert changed.metadata.to_dict() == {"monthly_gift": "7", "a": "b"}
    assert changed.description == "Don"


def test_stopped_at_the_end_of_the_month_it_ends_then_and_not_before(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    end = item_of(subscription).current_period_end
    stopped = client.v1.subscriptions.update(
        subscription.id,
        {"cancel_at_period_end": True, "cancellation_details": {"feedback": "too_expensive"}},
    )
    assert (stopped.status, stopped.cancel_at, stopped.cancel_at_period_end) == ("active", end, True)
    assert stopped.cancellation_details
    assert stopped.cancellation_details.feedback == "too_expensive"
    sandbox.clock.set(end + HOUR)
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.ended_at) == ("canceled", end)
    assert len(sandbox.find("charge")) == 1
    assert sandbox.find("event")[0]["type"] == "customer.subscription.deleted"


def test_the_donor_may_think_better_of_it(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.stop_subscription_later(subscription.id)
    kept = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (kept.cancel_at, kept.canceled_at, kept.cancel_at_period_end) == (None, None, False)
    assert sandbox.renew(subscription.id)["status"] == "paid"


def test_ended_at_once_it_cannot_be_changed_any_more(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    ended = client.v1.subscriptions.cancel(
        subscription.id, {"cancellation_details": {"comment": "Je déménage"}}
    )
    assert (ended.status, ended.cancel_at_period_end) == ("canceled", False)
    assert ended.cancellation_details
    assert ended.cancellation_details.reason == "cancellation_requested"
    assert ended.cancellation_details.comment == "Je déménage"
    for again in (
        lambda: client.v1.subscriptions.cancel(subscription.id),
        lambda: client.v1.subscriptions.update(subscription.id, {"description": "x"}),
    ):
        assert error_of(again).code == "resource_missing"
    with pytest.raises(NotNow):
        sandbox.cancel_subscription(subscription.id)
    sandbox.advance(days=40)
    assert len(sandbox.find("charge")) == 1


def test_ending_it_stops_the_retries_of_what_is_still_owed(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice = sandbox.renew(subscription.id, "card_declined")
    sandbox.cancel_subscription(subscription.id)
    owed = client.v1.invoices.retrieve(invoice["id"])
    assert (owed.status, owed.auto_advance, owed.next_payment_attempt) == ("open", False, None)
    sandbox.advance(days=8)
    assert client.v1.invoices.retrieve(invoice["id"]).attempt_count == 1


def test_while_collection_is_paused_invoices_are_voided(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    until = item_of(subscription).current_period_end + 20 * DAY
    paused = client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": until}}
    )
    assert paused.status == "active"
    assert paused.pause_collection
    assert paused.pause_collection.resumes_at == until
    assert sandbox.renew(subscription.id)["status"] == "void"
    types = [event["type"] for event in sandbox.find("event")]
    assert "invoice.voided" in types
    assert "invoice.payment_failed" not in types
    sandbox.clock.set(until)
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is None
    assert sandbox.renew(subscription.id)["status"] == "paid"
    assert len(sandbox.find("charge")) == 2


def test_a_pause_without_end_is_ended_by_somebody(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.pause_subscription(subscription.id)
    assert sandbox.renew(subscription.id)["status"] == "void"
    client.v1.subscriptions.update(subscription.id, {"pause_collection": ""})
    assert sandbox.renew(subscription.id)["status"] == "paid"
    sandbox.pause_subscription(subscription.id)
    assert sandbox.resume_subscription(subscription.id)["pause_collection"] is None


def test_a_later_end_of_the_pause_replaces_the_first(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    now = sandbox.clock.now()
    for days in (5, 50):
        client.v1.subscriptions.update(
            subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": now + days * DAY}}
        )
    sandbox.clock.set(now + 6 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is not None
    sandbox.clock.set(now + 50 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is None


def test_a_paused_subscription_has_no_months_until_it_is_resumed(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    paused = client.v1.subscriptions.pause(subscription.id, NO_CREDIT)  # type: ignore[arg-type]
    assert paused.status == "paused"
    assert paused.status_details
    assert paused.status_details.paused.subscription.type == "pause_requested"
    sandbox.advance(days=70)
    assert len(sandbox.find("invoice")) == 1
    seen = len(sandbox.find("event"))
    resumed = client.v1.subscriptions.resume(subscription.id)
    assert resumed.status == "active"
    assert item_of(resumed).current_period_start == resumed.billing_cycle_anchor
    assert events_since(sandbox, seen)[0] == "customer.subscription.resumed"
    sandbox.advance(hours=1)
    newest = client.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert (newest.status, newest.billing_reason) == ("paid", "subscription_update")
    assert sandbox.renew(subscription.id)["status"] == "paid"


def test_resumed_inside_the_paid_month_nothing_is_owed(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    client.v1.subscriptions.pause(subscription.id, NO_CREDIT)  # type: ignore[arg-type]
    sandbox.advance(days=3)
    resumed = client.v1.subscriptions.resume(
        subscription.id, {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"}
    )
    assert item_of(resumed).current_period_end == item_of(subscription).current_period_end
    assert len(sandbox.find("invoice")) == 1
    assert sandbox.renew(subscription.id)["status"] == "paid"
    assert error_of(lambda: client.v1.subscriptions.resume(subscription.id)).http_status == 400


def test_only_a_card_of_the_customer_can_become_the_card_of_the_subscription(
    client: Client, subscription: stripe.Subscription, paid: stripe.PaymentIntent
) -> None:
    strange = str(paid.payment_method)
    error = error_of(
        lambda: client.v1.subscriptions.update(subscription.id, {"default_payment_method": strange})
    )
    assert error.http_status == 400
    own = str(subscription.default_payment_method)
    assert client.v1.subscriptions.update(subscription.id, {"default_payment_method": own}).id


def test_only_attached_methods_are_listed(
    client: Client,
    subscription: stripe.Subscription,
    customer: stripe.Customer,
    paid: stripe.PaymentIntent,
) -> None:
    assert paid.payment_method
    (listed,) = client.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    assert listed.id == subscription.default_payment_method
    assert [found.id for found in client.v1.customers.payment_methods.list(customer.id)] == [listed.id]
    assert client.v1.payment_methods.list({"customer": "cus_nobody"}).data == []


def test_a_deleted_customer_takes_the_subscription_along(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription, customer: stripe.Customer
) -> None:
    seen = len(sandbox.find("event"))
    sandbox.delete_customer(customer.id)
    assert events_since(sandbox, seen) == ["customer.subscription.deleted", "customer.deleted"]
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    sandbox.advance(days=40)
    assert len(sandbox.find("charge")) == 1


def test_subscriptions_are_found_by_their_state(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    listed = client.v1.subscriptions.list
    assert [found.id for found in listed({"status": "active"})] == [subscription.id]
    assert listed({"status": "past_due"}).data == []
    sandbox.cancel_subscription(subscription.id)
    assert listed().data == listed({"status": "active"}).data == []
    for status in ("all", "canceled", "ended"):
        assert [found.id for found in listed({"status": status})] == [subscription.id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trial_end": "now"}, "sandbox_unsupported"),
        ({"pause_collection": {"behavior": "keep_as_draft"}}, "sandbox_unsupported"),
        ({"pause_collection": {"behavior": "void", "resumes_at": 1}}, None),
        ({"items": [{"id": "si_other", "quantity": 1}], "proration_behavior": "none"}, "sandbox_unsupported"),
    ],
)
def test_a_change_that_cannot_be_played_is_refused(
    client: Client, subscription: stripe.Subscription, changes: dict[str, Any], code: str | None
) -> None:
    error = error_of(lambda: client.v1.subscriptions.update(subscription.id, changes))  # type: ignore[arg-type]
    assert (error.http_status, error.code) == (400, code)
    assert client.v1.subscriptions.retrieve(subscription.id).to_dict() == subscription.to_dict()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 2},
        {"metadata": {"a": "b"}},
        {"price": "price_other"},
        {"id": "si_other"},
        {"price": None, "price_data": None},
        {"price_data": price_data(10) | {"recurring": {"interval": "month"}, "currency": "usd"}},
    ],
)
def test_an_item_that_makes_no_sense_is_refused(
    client: Client, subscription: stripe.Subscription, wrong: dict[str, Any]
) -> None:
    params = new_price(subscription, 2000)
    item = params["items"][0] | wrong
    params["items"] = [{name: value for name, value in item.items() if value is not None}]
    error = error_of(lambda: client.v1.subscriptions.update(subscription.id, params))  # type: ignore[arg-type]
    assert error.http_status == 400


def test_nothing_is_prorated(client: Client, subscription: stripe.Subscription) -> None:
    params = new_price(subscription, 2000) | {"proration_behavior": "create_prorations"}
    error = error_of(lambda: client.v1.subscriptions.update(subscription.id, params))  # type: ignore[arg-type]
    assert error.code == "sandbox_unsupported"
    refund = error_of(lambda: client.v1.subscriptions.cancel(subscription.id, {"prorate": True}))
    assert refund.code == "sandbox_unsupported"
    assert error_of(lambda: client.v1.subscriptions.pause(subscription.id)).code == "sandbox_unsupported"


def test_what_nobody_knows_is_a_404(client: Client) -> None:
    for call in (
        lambda: client.v1.subscriptions.retrieve("sub_x"),
        lambda: client.v1.subscription_items.retrieve("si_x"),
        lambda: client.v1.invoices.retrieve("in_x"),
        lambda: client.v1.invoice_payments.retrieve("inpay_x"),
    ):
        assert error_of(call).http_status == 404
    assert error_of(lambda: client.v1.subscription_items.list({})).code == "parameter_missing"  # type: ignore[typeddict-item]


def test_everything_of_a_month_is_read_in_one_call(client: Client, subscription: stripe.Subscription) -> None:
    path = "payments.data.payment.payment_intent"
    invoice = client.v1.invoices.retrieve(str(subscription.latest_invoice), {"expand": [path]})
    assert invoice.payments
    intent = invoice.payments.data[0].payment.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount) == ("succeeded", 1000)


def test_a_filter_that_the_sandbox_does_not_know_is_refused(client: Client) -> None:
    for call in (
        lambda: client.v1.subscriptions.list({"current_period_end": {"lt": 1}}),
        lambda: client.v1.invoices.list({"due_date": 1}),
    ):
        assert error_of(call).code == "sandbox_unsupported"
