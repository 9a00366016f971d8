"""A fresh sandbox per test, the real SDK on top of it, and Amina's gift."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import connected_client
from stripe_sandbox.server import RunningServer, serve

SECRET = "whsec_sandbox_tests"
type OpenSession = Callable[..., stripe.checkout.Session]


def session_params(**changes: Any) -> dict[str, Any]:
    """What a site asks for when Amina gives 50 euros; a change to None leaves the parameter out."""
    params = {
        "mode": "payment",
        "submit_type": "donate",
        "locale": "fr",
        "client_reference_id": "don-1",
        "line_items": [{"quantity": 1, "price_data": price_data()}],
        "allowed_payment_method_types": ["card", "sepa_debit"],
        "wallet_options": {"link": {"display": "never"}},
        "adaptive_pricing": {"enabled": False},
        "customer_email": "amina@example.org",
        "metadata": {"donation": "1"},
        "payment_intent_data": {
            "metadata": {"donation": "1"},
            "description": "Don",
            "statement_descriptor_suffix": "DON",
        },
        "success_url": "http://site.example/merci?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://site.example/annule",
    }
    return {name: value for name, value in (params | changes).items() if value is not None}


def price_data(amount: int = 5000) -> dict[str, Any]:
    return {"currency": "eur", "unit_amount": amount, "product_data": {"name": "Don à la campagne"}}


def error_of(call: Callable[[], Any]) -> stripe.StripeError:
    """The error that the SDK makes of a refused call."""
    with pytest.raises(stripe.StripeError) as caught:
        call()
    return caught.value


@pytest.fixture(autouse=True)
def quiet_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.close()


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return connected_client(sandbox)


@pytest.fixture
def open_session(client: stripe.StripeClient) -> OpenSession:
    def create(**changes: Any) -> stripe.checkout.Session:
        return client.v1.checkout.sessions.create(session_params(**changes))  # type: ignore[arg-type]

    return create


@pytest.fixture
def paid(sandbox: Sandbox, client: stripe.StripeClient, open_session: OpenSession) -> stripe.PaymentIntent:
    """Amina's gift of 50 euros, paid by card; its fee has not arrived yet."""
    session = open_session()
    sandbox.pay(session.id, "card")
    session = client.v1.checkout.sessions.retrieve(session.id)
    return client.v1.payment_intents.retrieve(str(session.payment_intent))


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[RunningServer]:
    running = serve(sandbox, 0)
    yield running
    running.close()


@pytest.fixture
def http_client(server: RunningServer) -> stripe.StripeClient:
    transport = stripe.RequestsClient(timeout=5)
    return stripe.StripeClient(
        "sk_test_tests", base_addresses={"api": server.url}, http_client=transport, max_network_retries=2
    )


def monthly_params(customer: str | None, **changes: Any) -> dict[str, Any]:
    """What a site asks for when Amina promises 10 euros a month."""
    price = price_data(1000) | {"recurring": {"interval": "month"}}
    monthly = {
        "mode": "subscription",
        "line_items": [{"quantity": 1, "price_data": price}],
        "customer": customer,
        "customer_email": None,
        "payment_intent_data": None,
        "subscription_data": {"metadata": {"monthly_gift": "7"}, "description": "Don mensuel"},
    }
    return session_params(**(monthly | changes))


@pytest.fixture
def customer(client: stripe.StripeClient) -> stripe.Customer:
    return client.v1.customers.create({"email": "amina@example.org", "name": "Amina"})


@pytest.fixture
def subscription(
    sandbox: Sandbox, client: stripe.StripeClient, customer: stripe.Customer
) -> stripe.Subscription:
    """Amina's 10 euros a month, the first of them paid by card."""
    session = client.v1.checkout.sessions.create(monthly_params(customer.id))  # type: ignore[arg-type]
    sandbox.pay(session.id, "card")
    return client.v1.subscriptions.list({"customer": customer.id}).data[0]


def events_since(sandbox: Sandbox, seen: int) -> list[str]:
    """The types of all events after the first `seen`, in the order in which they happened."""
    return [event["type"] for event in reversed(sandbox.find("event"))][seen:]
