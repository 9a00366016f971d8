"""Donors without a browser: one gives at Stripe itself with its test cards, one at the pretend Stripe."""

import time
from datetime import timedelta
from typing import Any, Literal, Protocol
from uuid import uuid4

import stripe
from django.utils import timezone

from donors.payments.facts import CheckoutOrder
from donors.payments.gateway.checkout import create_checkout, fetch_checkout
from donors.payments.gateway.connection import client
from donors.payments.gateway.customers import create_customer
from stripe_sandbox.core import Sandbox

type Means = Literal["card", "declined", "debit", "disputed"]

AMOUNT = 5000
TEST_IBAN = "FR1420041010050500013M02606"
_CARDS = {"card": "pm_card_visa", "declined": "pm_card_chargeDeclined", "disputed": "pm_card_createDispute"}
_MONTH_SECONDS = 32 * 86400


class Giver(Protocol):
    def pay(self, means: Means) -> str:
        """Try to give 50 €; answers the PaymentIntent's id."""

    def begin_monthly(self) -> str:
        """Give 50 € each month by card, from today; answers the subscription's id."""

    def next_month(self, subscription_id: str) -> None:
        """A month passes for this subscription."""

    def wait(self) -> None:
        """Let Stripe do what it does a moment later."""


def an_order(*, customer_id: str = "") -> CheckoutOrder:
    """A payment page as the site asks for it; with a customer, for a gift of each month."""
    return CheckoutOrder(
        donation_uuid=str(uuid4()),
        amount_cents=AMOUNT,
        email="amina@example.org",
        product_name="Don – Emmaüs Connect",
        expires_at=timezone.now() + timedelta(hours=1),
        success_url="https://dons.example.org/merci/?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="https://dons.example.org/retour/",
        monthly_uuid=str(uuid4()) if customer_id else "",
        customer_id=customer_id,
    )


def a_customer() -> str:
    return create_customer("amina@example.org", "Amina Benali", idempotency_key=f"real:{uuid4()}")


class PretendGiver:
    """Presses the buttons of the sandbox's pay page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def pay(self, means: Means) -> str:
        session = create_checkout(an_order(), idempotency_key=f"real:{uuid4()}").session_id
        self.sandbox.pay(session, {"declined": "card_declined", "debit": "sepa"}.get(means, "card"))
        intent: str = self.sandbox.find("payment_intent")[-1]["id"]
        if means == "disputed":
            self.sandbox.open_dispute(intent)
        return intent

    def begin_monthly(self) -> str:
        session = create_checkout(an_order(customer_id=a_customer()), idempotency_key=f"real:{uuid4()}")
        self.sandbox.pay(session.session_id, "card")
        return fetch_checkout(session.session_id).subscription_id

    def next_month(self, subscription_id: str) -> None:
        self.sandbox.renew(subscription_id, "card")

    def wait(self) -> None:
        self.sandbox.clock.advance(10)


class RealGiver:
    """Confirms payments through the API with Stripe's own test cards. docs.stripe.com/testing"""

    def __init__(self) -> None:
        self.clocks: dict[str, str] = {}

    def pay(self, means: Means) -> str:
        params: Any = {
            "amount": AMOUNT,
            "currency": "eur",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            **(_debit() if means == "debit" else {"payment_method": _CARDS[means]}),
        }
        try:
            return client().v1.payment_intents.create(params).id
        except stripe.CardError as refusal:
            intent: Any = refusal.error.payment_intent if refusal.error else None
            return str(intent["id"])

    def begin_monthly(self) -> str:
        """On a test clock, so that a month can pass. docs.stripe.com/billing/testing/test-clocks"""
        stripe_ = client().v1
        clock = stripe_.test_helpers.test_clocks.create({"frozen_time": int(time.time())})
        customer = stripe_.customers.create({"email": "amina@example.org", "test_clock": clock.id})
        card = stripe_.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        product = stripe_.products.create({"name": "Don – Emmaüs Connect"})
        price: Any = {"currency": "eur", "unit_amount": AMOUNT, "recurring": {"interval": "month"}}
        promise: Any = {
            "customer": customer.id,
            "default_payment_method": card.id,
            "items": [{"price_data": {**price, "product": product.id}}],
        }
        subscription = stripe_.subscriptions.create(promise)
        self.clocks[subscription.id] = clock.id
        return subscription.id

    def next_month(self, subscription_id: str) -> None:
        clocks, clock_id = client().v1.test_helpers.test_clocks, self.clocks[subscription_id]
        now = clocks.retrieve(clock_id).frozen_time
        clocks.advance(clock_id, {"frozen_time": now + _MONTH_SECONDS})
        while clocks.retrieve(clock_id).status == "advancing":
            self.wait()

    def wait(self) -> None:
        time.sleep(3)

    def tidy(self) -> None:
        """Without its test clock, its customer and subscription are gone too."""
        for clock_id in self.clocks.values():
            client().v1.test_helpers.test_clocks.delete(clock_id)


def _debit() -> dict[str, Any]:
    return {
        "payment_method_data": {
            "type": "sepa_debit",
            "sepa_debit": {"iban": TEST_IBAN},
            "billing_details": {"name": "Amina Benali", "email": "amina@example.org"},
        },
        "mandate_data": {"customer_acceptance": {"type": "offline", "offline": {}}},
    }
