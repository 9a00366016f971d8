"""Cursors, filters and expansion."""

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession, error_of

Client = stripe.StripeClient


@pytest.fixture
def ids(client: Client) -> list[str]:
    """Seven customers, newest first."""
    return [client.v1.customers.create({"name": f"n{n}"}).id for n in range(7)][::-1]


def test_pages_follow_each_other_until_there_is_no_more(client: Client, ids: list[str]) -> None:
    first = client.v1.customers.list({"limit": 3})
    assert ([found.id for found in first], first.has_more) == (ids[:3], True)
    second = client.v1.customers.list({"limit": 3, "starting_after": ids[2]})
    assert ([found.id for found in second], second.has_more) == (ids[3:6], True)
    last = client.v1.customers.list({"limit": 3, "starting_after": ids[5]})
    assert ([found.id for found in last], last.has_more) == (ids[6:], False)
    assert [found.id for found in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == ids


def test_pages_also_go_backwards(client: Client, ids: list[str]) -> None:
    page = client.v1.customers.list({"limit": 2, "ending_before": ids[5]})
    assert ([found.id for found in page], page.has_more) == (ids[3:5], True)
    page = client.v1.customers.list({"limit": 5, "ending_before": ids[2]})
    assert ([found.id for found in page], page.has_more) == (ids[:2], False)


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"starting_after": "cus_nobody"}, "starting_after"),
        ({"ending_before": "cus_nobody"}, "ending_before"),
        ({"starting_after": "a", "ending_before": "b"}, None),
    ],
)
def test_a_bad_cursor_is_refused(
    client: Client, params: stripe.params.CustomerListParams, param: str | None
) -> None:
    error = error_of(lambda: client.v1.customers.list(params))
    assert error.http_status == 400
    assert error.param == param  # type: ignore[attr-defined]


def test_lists_are_filtered_by_time(sandbox: Sandbox, client: Client) -> None:
    early = client.v1.customers.create({"name": "early"})
    sandbox.clock.advance(100)
    late = client.v1.customers.create({"name": "late"})
    middle = early.created + 50
    assert [found.id for found in client.v1.customers.list({"created": {"lt": middle}})] == [early.id]
    assert [found.id for found in client.v1.customers.list({"created": {"gte": middle}})] == [late.id]
    assert [found.id for found in client.v1.customers.list({"created": late.created})] == [late.id]


def test_four_levels_are_expanded(sandbox: Sandbox, client: Client, open_session: OpenSession) -> None:
    sandbox.pay(open_session().id, "card")
    sandbox.clock.advance(5)
    page = client.v1.checkout.sessions.list(
        {"expand": ["data.payment_intent.latest_charge.balance_transaction"]}
    )
    intent = page.data[0].payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert isinstance(intent.latest_charge.balance_transaction, stripe.BalanceTransaction)
    charge = client.v1.charges.list({"expand": ["data.refunds", "data.payment_intent"]}).data[0]
    assert charge.refunds is not None
    assert charge.refunds.data == []
    intents = client.v1.payment_intents.list({"expand": ["data.payment_method"]}).data
    assert isinstance(intents[0].payment_method, stripe.PaymentMethod)
    assert "sepa_debit" not in intents[0].payment_method


@pytest.mark.parametrize(
    "path",
    [
        "payment_intent.latest_charge.balance_transaction.source.customer",
        "amount_total",
        "colour",
        "customer_details.email",
    ],
)
def test_what_cannot_be_expanded_is_refused(client: Client, open_session: OpenSession, path: str) -> None:
    session = open_session()
    error = error_of(lambda: client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]}))
    assert (error.http_status, error.param) == (400, "expand")  # type: ignore[attr-defined]


def test_expansion_does_not_change_what_is_stored(client: Client, paid: stripe.PaymentIntent) -> None:
    client.v1.payment_intents.retrieve(paid.id, {"expand": ["latest_charge"]})
    assert isinstance(client.v1.payment_intents.retrieve(paid.id).latest_charge, str)


def test_an_address_that_no_project_uses_is_not_there(client: Client) -> None:
    error = error_of(lambda: client.v1.coupons.list())
    assert error.http_status == 404
    assert "Unrecognized request URL" in str(error)


def test_an_expansion_passes_through_the_parts_of_an_object(
    client: Client, subscription: stripe.Subscription
) -> None:
    invoice = client.v1.invoices.retrieve(
        str(subscription.latest_invoice), {"expand": ["payments.data.payment.payment_intent"]}
    )
    assert invoice.payments is not None
    assert isinstance(invoice.payments.data[0].payment.payment_intent, stripe.PaymentIntent)
    page = client.v1.invoices.list({"expand": ["data.parent.subscription_details.subscription"]})
    parent = page.data[0].parent
    assert parent is not None
    assert parent.subscription_details is not None
    assert isinstance(parent.subscription_details.subscription, stripe.Subscription)


def test_nothing_is_missed_or_seen_twice_while_events_keep_coming(client: Client) -> None:
    for number in range(230):
        client.v1.products.create({"name": f"n{number}"})
    known = [event.id for event in client.v1.events.list({"limit": 100}).auto_paging_iter()]
    assert len(set(known)) == len(known) == 230
    seen: list[str] = []
    for event in client.v1.events.list({"limit": 50, "type": "product.created"}).auto_paging_iter():
        if len(seen) % 60 == 0:
            client.v1.products.create({"name": "late"})
        seen.append(event.id)
    assert seen == known
    newer = client.v1.events.list({"limit": 100, "ending_before": known[0]}).data
    assert len(newer) == 4


@pytest.mark.parametrize("wanted", [True, False])
def test_delivered_and_missed_events_are_paged_apart(
    sandbox: Sandbox, client: Client, *, wanted: bool
) -> None:
    for number in range(30):
        if number % 3 == 0:
            sandbox.change_webhooks(drop=1)
        client.v1.products.create({"name": f"n{number}"})
    sandbox.pop_signed_events("whsec_x")
    events = list(client.v1.events.list({"limit": 7, "delivery_success": wanted}).auto_paging_iter())
    names = [event.data.object["name"] for event in events]
    assert names == [f"n{number}" for number in range(29, -1, -1) if (number % 3 != 0) == wanted]
