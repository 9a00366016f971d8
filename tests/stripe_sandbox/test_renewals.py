"""Month after month, by the clock."""

from datetime import UTC, datetime, timedelta

import pytest
import stripe

from stripe_sandbox.billing.periods import next_month
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import events_since

Client = stripe.StripeClient
HOUR, DAY = 3600, 24 * 3600


def period_end(subscription: stripe.Subscription) -> int:
    end: int = subscription["items"].data[0].current_period_end
    return end


def test_a_month_later_the_card_is_charged_again(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.clock.advance(10 * DAY)  # by then the first month has been paid out
    seen = len(sandbox.find("event"))
    sandbox.clock.set(period_end(subscription) + HOUR)
    assert events_since(sandbox, seen) == [
        "invoice.created",
        "customer.subscription.updated",
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
    ]
    newest, first = client.v1.invoices.list({"subscription": subscription.id}).data
    assert (newest.billing_reason, newest.status, newest.attempt_count) == ("subscription_cycle", "paid", 1)
    assert newest.number != first.number
    after = client.v1.subscriptions.retrieve(subscription.id)
    assert after.latest_invoice == newest.id
    assert after["items"].data[0].current_period_start == period_end(subscription)
    assert [charge.amount for charge in client.v1.charges.list()] == [1000, 1000]


def test_the_invoice_is_a_draft_for_an_hour(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.clock.set(period_end(subscription))
    draft = client.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert (draft.status, draft.number, draft.hosted_invoice_url) == ("draft", None, None)
    assert draft.automatically_finalizes_at == period_end(subscription) + HOUR


def test_a_year_ahead_is_twelve_months_each_on_its_day(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.clock.advance(366 * DAY)
    found = client.v1.invoices.list({"subscription": subscription.id, "limit": 100}).data
    assert len(found) == 13
    assert {invoice.status for invoice in found} == {"paid"}
    starts = [invoice.lines.data[0].period.start for invoice in reversed(found)]
    assert starts == sorted(set(starts))
    assert [invoice.created for invoice in reversed(found)] == starts
    assert len(sandbox.find("balance_transaction")) >= 13


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (datetime(2026, 1, 31, 10, tzinfo=UTC), 1, datetime(2026, 2, 28, 10, tzinfo=UTC)),
        (datetime(2026, 1, 31, 10, tzinfo=UTC), 2, datetime(2026, 3, 31, 10, tzinfo=UTC)),
        (datetime(2026, 12, 5, tzinfo=UTC), 1, datetime(2027, 1, 5, tzinfo=UTC)),
        (datetime(2028, 1, 30, tzinfo=UTC), 1, datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_month_keeps_its_day_where_it_can(start: datetime, months: int, end: datetime) -> None:
    anchor = moment = int(start.timestamp())
    for _ in range(months):
        moment = next_month(moment, anchor)
    assert datetime.fromtimestamp(moment, UTC) == end
    assert end - start < timedelta(days=31 * months + 1)


def test_ended_while_the_invoice_is_a_draft_the_month_is_not_charged(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    sandbox.clock.set(period_end(subscription))
    sandbox.cancel_subscription(subscription.id)
    sandbox.advance(days=2)
    draft = client.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert (draft.status, draft.auto_advance, draft.automatically_finalizes_at) == ("draft", False, None)
    assert len(sandbox.find("charge")) == 1


def test_ended_an_hour_later_the_month_has_been_charged(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription
) -> None:
    invoice = sandbox.renew(subscription.id)
    sandbox.cancel_subscription(subscription.id)
    assert client.v1.invoices.retrieve(invoice["id"]).status == "paid"
    assert len(sandbox.find("charge")) == 2
