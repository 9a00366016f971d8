"""/v1/checkout/sessions: what is accepted, what is refused and how."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession, error_of, price_data

Client = stripe.StripeClient


def test_a_new_session_is_open_and_shows_what_was_asked(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    assert session.id.startswith("cs_test_")
    assert session.url == f"http://127.0.0.1:8420/pay/{session.id}"
    assert (session.status, session.payment_status, session.mode) == ("open", "unpaid", "payment")
    assert (session.amount_total, session.currency, session.livemode) == (5000, "eur", False)
    assert (session.client_reference_id, session.submit_type) == ("don-1", "donate")
    assert session.expires_at == session.created + 24 * 3600
    assert session.payment_method_types == ["card", "sepa_debit"]
    assert session.allowed_payment_method_types == ["card", "sepa_debit"]
    assert session.customer_details
    assert session.customer_details.email == "amina@example.org"
    assert session.metadata
    assert session.metadata["donation"] == "1"
    assert "line_items" not in session


def test_line_items_are_listed_and_expanded(client: Client, open_session: OpenSession) -> None:
    lines = [{"quantity": 2, "price_data": price_data(1000)}, {"quantity": 1, "price_data": price_data(550)}]
    session = open_session(line_items=lines)
    assert session.amount_total == 2550
    items = client.v1.checkout.sessions.line_items.list(session.id).data
    assert [(item.quantity, item.amount_total, item.description) for item in items] == [
        (2, 2000, "Don à la campagne"),
        (1, 550, "Don à la campagne"),
    ]
    page = client.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert page.has_more
    expanded = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert expanded.line_items
    assert len(expanded.line_items.data) == 2


def test_a_price_and_a_product_made_before_can_be_used(client: Client, open_session: OpenSession) -> None:
    product = client.v1.products.create({"name": "Don"})
    price = client.v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": 700})
    assert open_session(line_items=[{"price": price.id, "quantity": 3}]).amount_total == 2100
    data = {"currency": "eur", "unit_amount": 900, "product": product.id}
    assert open_session(line_items=[{"price_data": data, "quantity": 1}]).amount_total == 900


def test_an_inactive_product_or_price_is_refused(client: Client, open_session: OpenSession) -> None:
    product = client.v1.products.create({"name": "Don", "active": False})
    data = {"currency": "eur", "unit_amount": 900, "product": product.id}
    error = error_of(lambda: open_session(line_items=[{"price_data": data, "quantity": 1}]))
    assert "inactive" in str(error)


REFUSED: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"payment_method_types": ["card"]}, "payment_method_types", "payment_method_types_no_longer_supported"),
    ({"colour": "blue"}, "colour", "parameter_unknown"),
    ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]", None),
    ({"metadata": {"k": "v" * 501}}, "metadata[k]", None),
    ({"metadata": {f"k{n}": "v" for n in range(51)}}, "metadata", None),
    ({"mode": None}, "mode", "parameter_missing"),
    ({"mode": "gift"}, "mode", None),
    ({"mode": "setup"}, "mode", "sandbox_unsupported"),
    ({"ui_mode": "elements"}, "ui_mode", "sandbox_unsupported"),
    ({"submit_type": "give"}, "submit_type", None),
    ({"submit_type": "subscribe"}, "submit_type", None),
    ({"locale": "klingon"}, "locale", None),
    ({"success_url": None}, "success_url", "parameter_missing"),
    ({"success_url": "merci"}, "success_url", "url_invalid"),
    ({"cancel_url": "javascript:alert(1)"}, "cancel_url", "url_invalid"),
    ({"customer_email": "amina"}, "customer_email", "email_invalid"),
    ({"customer_email": ""}, "customer_email", "parameter_invalid_empty"),
    ({"customer": "cus_nobody", "customer_email": None}, "customer", "resource_missing"),
    ({"customer": "cus_nobody"}, "customer", None),
    ({"client_reference_id": "x" * 201}, "client_reference_id", None),
    ({"line_items": None}, "line_items", "parameter_missing"),
    ({"line_items": [{"quantity": 1}]}, "line_items[0][price]", None),
    ({"line_items": [{"price_data": price_data()}]}, "line_items[0][quantity]", None),
    ({"line_items": [{"price_data": price_data(), "quantity": 0}]}, "line_items[0][quantity]", None),
    ({"line_items": [{"price": "price_no", "quantity": 1}]}, "line_items[0][price]", "resource_missing"),
    (
        {"payment_intent_data": {"statement_descriptor": "DON"}},
        "payment_intent_data[statement_descriptor]",
        None,
    ),
    ({"payment_intent_data": {"capture_method": "manual"}}, None, "sandbox_unsupported"),
    ({"payment_intent_data": {"statement_descriptor_suffix": "a<b"}}, None, None),
    ({"allowed_payment_method_types": ["ideal"]}, None, None),
    ({"allowed_payment_method_types": ["cheque"]}, "allowed_payment_method_types[0]", None),
    ({"excluded_payment_method_types": ["sepa_debit"]}, "allowed_payment_method_types", None),
    ({"discounts": [{"coupon": "x"}]}, "discounts", "sandbox_unsupported"),
    ({"expires_at": "tomorrow"}, "expires_at", "parameter_invalid_integer"),
    ({"expires_at": 1}, "expires_at", None),
]


@pytest.mark.parametrize(("changes", "param", "code"), REFUSED)
def test_a_bad_request_is_refused_with_its_parameter(
    sandbox: Sandbox, open_session: OpenSession, changes: dict[str, Any], param: str | None, code: str | None
) -> None:
    error = error_of(lambda: open_session(**changes))
    assert isinstance(error, stripe.InvalidRequestError)
    assert error.http_status == 400
    if param is not None:
        assert error.param == param
    assert error.code == code
    assert sandbox.find("checkout.session") == []


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("12.5", "parameter_invalid_integer"),
        ("-1", "parameter_invalid_integer"),
        ("cent", "parameter_invalid_integer"),
        (49, "amount_too_small"),
        (0, "amount_too_small"),
        (100_000_000, "amount_too_large"),
    ],
)
def test_an_impossible_amount_is_refused(open_session: OpenSession, amount: Any, code: str) -> None:
    line = {"quantity": 1, "price_data": price_data() | {"unit_amount": amount}}
    assert error_of(lambda: open_session(line_items=[line])).code == code


@pytest.mark.parametrize("amount", [50, 99_999_999])
def test_the_smallest_and_the_largest_amount_pass(open_session: OpenSession, amount: int) -> None:
    line = {"quantity": 1, "price_data": price_data(amount)}
    assert open_session(line_items=[line]).amount_total == amount


def test_two_currencies_in_one_session_are_refused(open_session: OpenSession) -> None:
    lines = [{"quantity": 1, "price_data": price_data() | {"currency": name}} for name in ("eur", "usd")]
    assert "currency" in str(error_of(lambda: open_session(line_items=lines)))


def test_a_session_lives_between_half_an_hour_and_a_day(sandbox: Sandbox, open_session: OpenSession) -> None:
    now = sandbox.clock.now()
    assert open_session(expires_at=now + 1800).expires_at == now + 1800
    for seconds in (1700, 24 * 3600 + 120):
        assert error_of(lambda at=now + seconds: open_session(expires_at=at)).code is None  # type: ignore[misc]


def test_who_lives_in_real_time_opens_sessions_after_the_clock_was_moved(
    sandbox: Sandbox, open_session: OpenSession
) -> None:
    """The site does not follow our clock: in its hour the session is open, and our hour ends it."""
    real = sandbox.clock.now()
    sandbox.clock.advance(30 * 24 * 3600)

    session = open_session(expires_at=real + 3600)

    assert 3590 <= session.expires_at - sandbox.clock.now() <= 3610
    assert session.status == "open"


def test_a_session_expires_by_the_clock_with_its_event(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    session = open_session(expires_at=sandbox.clock.now() + 3600)
    sandbox.pay(session.id, "card_declined")
    sandbox.clock.advance(3601)
    expired = client.v1.checkout.sessions.retrieve(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert sandbox.find("event")[0]["type"] == "checkout.session.expired"
    assert sandbox.find("payment_intent")[0]["status"] == "canceled"


def test_a_session_can_be_expired_by_hand_once(client: Client, open_session: OpenSession) -> None:
    session = open_session()
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert "open" in str(error_of(lambda: client.v1.checkout.sessions.expire(session.id)))


def test_sessions_are_filtered(sandbox: Sandbox, client: Client, open_session: OpenSession) -> None:
    paid = open_session()
    open_session(customer_email="claire@example.org")
    sandbox.pay(paid.id, "card")
    sessions = client.v1.checkout.sessions
    assert [found.id for found in sessions.list({"status": "complete"})] == [paid.id]
    intent = sandbox.find("payment_intent")[0]["id"]
    assert [found.id for found in sessions.list({"payment_intent": intent})] == [paid.id]
    assert [found.id for found in sessions.list({"customer_details": {"email": "amina@example.org"}})] == [
        paid.id
    ]


def test_an_unknown_session_is_missing(client: Client) -> None:
    error = error_of(lambda: client.v1.checkout.sessions.retrieve("cs_test_nobody"))
    assert (error.http_status, error.code) == (404, "resource_missing")
    assert error.request_id
    assert error.request_id.startswith("req_")
