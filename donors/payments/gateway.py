"""The one door to Stripe. What goes in and comes out are plain values of ours.

Facts: docs.stripe.com/api/checkout/sessions, API version 2026-10-28.endive."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import stripe
from django.conf import settings
from stripe.params.checkout import SessionCreateParams

from donors.payments.errors import NotFromStripe, StripeRefused, StripeUnavailable, UnknownObject
from donors.payments.facts import CheckoutFacts, CheckoutOrder, FeeFacts

log = logging.getLogger(__name__)

API_VERSION = "2026-10-28.endive"
APP = "campagne-de-juin"  # metadata.app of every object that we create
STRIPE_BASE = "https://api.stripe.com"
SIGNATURE_TOLERANCE_SECONDS = 300
_EXPAND = ["payment_intent.latest_charge.balance_transaction"]

# The SDK would write an identifier of this machine to the home folder and send it along.
stripe.enable_telemetry = False


_TRIES = 3  # one and two retries; the timeout of the settings is for all of them together


def _default_transport() -> stripe.HTTPClient:
    return stripe.RequestsClient(timeout=(5, max(1, settings.STRIPE_TIMEOUT_SECONDS // _TRIES)))


# Tests put another transport here; nothing else does.
make_transport: Callable[[], stripe.HTTPClient] = _default_transport


@cache
def client() -> stripe.StripeClient:
    """The client of this process. It retries with the same idempotency key; the SDK never retries a 429."""
    options: dict[str, Any] = {}
    if settings.STRIPE_API_BASE != STRIPE_BASE:
        options["base_addresses"] = {"api": settings.STRIPE_API_BASE}
    return stripe.StripeClient(
        settings.STRIPE_API_KEY,
        stripe_version=API_VERSION,
        max_network_retries=_TRIES - 1,
        http_client=make_transport(),
        **options,
    )


@contextmanager
def _our_errors(doing: str) -> Iterator[None]:
    """Stripe's errors as ours, each logged once with Stripe's request id and without any donor's data."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        log.warning("Stripe is out of reach while %s (%s)", doing, type(error).__name__)
        raise StripeUnavailable(doing) from error
    except stripe.StripeError as error:
        status = error.http_status or 500
        log.error(
            "Stripe answered %s while %s: code=%s request=%s", status, doing, error.code, error.request_id
        )
        if status >= 500 or status == 409:  # 409: another worker is making the same call
            raise StripeUnavailable(doing) from error
        if status == 404 or error.code == "resource_missing":
            raise UnknownObject(doing) from error
        raise StripeRefused(f"{doing}: {error.code}") from error


def create_checkout(order: CheckoutOrder, *, idempotency_key: str) -> CheckoutFacts:
    """Ask for a hosted payment page. The same key and order give the same session.

    Raises StripeUnavailable, StripeRefused."""
    with _our_errors("opening a payment page"):
        session = client().v1.checkout.sessions.create(
            _session_params(order), {"idempotency_key": idempotency_key}
        )
    return _checkout_facts(session)


def _session_params(order: CheckoutOrder) -> SessionCreateParams:
    metadata = {"app": APP, "site": settings.SITE_URL, "donation": order.donation_uuid}
    return {
        "mode": "payment",
        "submit_type": "donate",
        "locale": "fr",
        "client_reference_id": order.donation_uuid,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": order.amount_cents,
                    "product_data": {"name": order.product_name},
                },
            }
        ],
        "allowed_payment_method_types": ["card"],
        "wallet_options": {"link": {"display": "never"}},
        "adaptive_pricing": {"enabled": False},
        "customer_email": order.email,
        "customer_creation": "if_required",
        "metadata": metadata,
        "payment_intent_data": {
            "metadata": metadata,
            "description": order.product_name,
            "statement_descriptor_suffix": "DON",
        },
        "expires_at": int(order.expires_at.timestamp()),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


def fetch_checkout(session_id: str) -> CheckoutFacts:
    """The session as it stands now. Raises StripeUnavailable, StripeRefused, UnknownObject."""
    with _our_errors("reading a payment page"):
        session = client().v1.checkout.sessions.retrieve(session_id, {"expand": _EXPAND})
    return _checkout_facts(session)


def expire_checkout(session_id: str) -> None:
    """Close an open session. Raises StripeRefused if it is no longer open, StripeUnavailable."""
    with _our_errors("closing a payment page"):
        client().v1.checkout.sessions.expire(session_id)


def read_event(body: bytes, signature: str) -> dict[str, Any]:
    """The event in a webhook call, once its signature over the raw body holds. Raises NotFromStripe.

    Any of the configured secrets may have signed, so that they can be rotated."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            event = client().construct_event(body, signature, secret, SIGNATURE_TOLERANCE_SECONDS)
        except stripe.SignatureVerificationError as error:
            reason = str(error)
        except (ValueError, AttributeError, TypeError, KeyError) as error:  # no JSON, no UTF-8, no event
            raise NotFromStripe(f"the body is no event: {type(error).__name__}") from error
        else:
            _refuse_future(signature)
            return dict(event.to_dict(for_json=True))
    raise NotFromStripe(reason if settings.STRIPE_WEBHOOK_SECRETS else "no webhook secret is configured")


def _refuse_future(signature: str) -> None:
    """The SDK refuses old signatures only; one dated ahead of our clock could be replayed for longer."""
    signed_at = re.search(r"(?:^|,)\s*t=(\d+)", signature)
    if signed_at and int(signed_at[1]) > time.time() + SIGNATURE_TOLERANCE_SECONDS:
        raise NotFromStripe("the signature is dated in the future")


def _checkout_facts(session: stripe.checkout.Session) -> CheckoutFacts:
    intent = _expanded(session.payment_intent)
    charge = _expanded(intent.latest_charge) if intent else None
    paid_charge = charge if charge is not None and charge.paid and charge.status == "succeeded" else None
    metadata = session.metadata.to_dict() if session.metadata else {}
    return CheckoutFacts(
        session_id=session.id,
        url=session.url or "",
        state=session.status or "",
        payment_state=session.payment_status,
        amount_cents=session.amount_total or 0,
        currency=session.currency or "",
        livemode=session.livemode,
        donation_uuid=str(metadata.get("donation", "")),
        intent_id=intent.id if intent else "",
        intent_state=intent.status if intent else "",
        charge_id=paid_charge.id if paid_charge else "",
        charged_at=_moment(paid_charge.created) if paid_charge else None,
        method=_method(paid_charge),
        fee=_fee_facts(paid_charge),
    )


def _expanded(found: Any) -> Any:
    """An object that was asked for in full: null, or still an id when Stripe did not expand it."""
    return None if isinstance(found, str) else found


def _fee_facts(charge: Any) -> FeeFacts | None:
    transaction = _expanded(charge.balance_transaction) if charge else None
    if transaction is None:
        return None
    return FeeFacts(
        transaction_id=transaction.id, fee_cents=transaction.fee, booked_at=_moment(transaction.created)
    )


def _method(charge: Any) -> str:
    details = charge.payment_method_details if charge else None
    return details.type if details else ""


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
