"""Hosted payment pages. docs.stripe.com/api/checkout/sessions"""

from typing import Any

import stripe
from django.conf import settings
from stripe.params.checkout import SessionCreateParams

from donors.payments.facts import CheckoutOrder, PaymentFacts
from donors.payments.gateway.connection import APP, client, our_errors
from donors.payments.gateway.payments import charge_facts, expanded, expanded_id
from donors.payments.gateway.subscriptions import fetch_invoice_intent

EXPAND = [
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.failure_balance_transaction",
]


def create_checkout(order: CheckoutOrder, *, idempotency_key: str) -> PaymentFacts:
    """Ask for a hosted payment page. The same key and order give the same session.

    Raises StripeUnavailable, StripeRefused."""
    with our_errors("opening a payment page"):
        session = client().v1.checkout.sessions.create(
            _session_params(order), {"idempotency_key": idempotency_key}
        )
    return _facts(session)


def _session_params(order: CheckoutOrder) -> SessionCreateParams:
    ours = {"app": APP, "site": settings.SITE_URL}
    metadata = {**ours, "donation": order.donation_uuid}
    price: Any = {
        "currency": "eur",
        "unit_amount": order.amount_cents,
        "product_data": {"name": order.product_name},
    }
    params: SessionCreateParams = {
        "submit_type": "donate",
        "locale": "fr",
        "client_reference_id": order.donation_uuid,
        "line_items": [{"quantity": 1, "price_data": price}],
        "allowed_payment_method_types": ["card", "sepa_debit"],
        "wallet_options": {"link": {"display": "never"}},
        "adaptive_pricing": {"enabled": False},
        "metadata": metadata,
        "expires_at": int(order.expires_at.timestamp()),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }
    if order.monthly_uuid:
        price["recurring"] = {"interval": "month"}
        params["mode"] = "subscription"
        params["customer"] = order.customer_id
        params["subscription_data"] = {
            "metadata": {**ours, "monthly_gift": order.monthly_uuid},
            "description": order.product_name,
        }
        return params
    params["mode"] = "payment"
    params["customer_email"] = order.email
    params["customer_creation"] = "if_required"
    params["payment_intent_data"] = {
        "metadata": metadata,
        "description": order.product_name,
        "statement_descriptor_suffix": "DON",
    }
    return params


def fetch_checkout(session_id: str) -> PaymentFacts:
    """The session as it stands now. Raises StripeUnavailable, StripeRefused, UnknownObject.

    The payment of a monthly gift's first month hangs on its invoice: two calls more."""
    with our_errors("reading a payment page"):
        session = client().v1.checkout.sessions.retrieve(session_id, {"expand": EXPAND})
    invoice_id = expanded_id(session.invoice)
    return _facts(session, fetch_invoice_intent(invoice_id) if invoice_id else None)


def expire_checkout(session_id: str) -> None:
    """Close an open session. Raises StripeRefused if it is no longer open, StripeUnavailable."""
    with our_errors("closing a payment page"):
        client().v1.checkout.sessions.expire(session_id)


def _facts(session: stripe.checkout.Session, paid_by: stripe.PaymentIntent | None = None) -> PaymentFacts:
    intent = paid_by or expanded(session.payment_intent)
    metadata = session.metadata.to_dict() if session.metadata else {}
    return PaymentFacts(
        session_id=session.id,
        url=session.url or "",
        state=session.status or "",
        payment_state=session.payment_status,
        amount_cents=session.amount_total or 0,
        currency=session.currency or "",
        livemode=session.livemode,
        donation_uuid=str(metadata.get("donation", "")),
        subscription_id=expanded_id(session.subscription),
        invoice_id=expanded_id(session.invoice),
        intent_id=intent.id if intent else "",
        intent_state=intent.status if intent else "",
        **charge_facts(expanded(intent.latest_charge) if intent else None),
    )
