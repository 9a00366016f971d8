"""What we ask Stripe to do with a monthly gift. docs.stripe.com/api/subscriptions/update, /billing_portal

Every call carries the key of our own row: a lost answer and a second try are one change."""

from datetime import datetime
from typing import Any

from donors.payments.gateway.connection import client, our_errors


def stop_subscription(subscription_id: str, *, idempotency_key: str) -> None:
    """End it now: no further debit, and nothing is given back of the month that was paid.

    Raises StripeUnavailable, StripeRefused, UnknownObject (it has ended already)."""
    with our_errors("stopping a subscription"):
        client().v1.subscriptions.cancel(subscription_id, {}, {"idempotency_key": idempotency_key})


def pause_subscription(subscription_id: str, *, until: datetime, idempotency_key: str) -> None:
    """Debit nothing before `until`: the months in between are voided. Raises as `stop_subscription`."""
    pause: Any = {"behavior": "void", "resumes_at": int(until.timestamp())}
    _update(subscription_id, {"pause_collection": pause}, idempotency_key=idempotency_key)


def resume_subscription(subscription_id: str, *, idempotency_key: str) -> None:
    """Debit again from the next month on. Raises as `stop_subscription`."""
    _update(subscription_id, {"pause_collection": ""}, idempotency_key=idempotency_key)


def change_subscription(subscription_id: str, *, amount_cents: int, idempotency_key: str) -> None:
    """Another amount from the next month on; nothing is asked for this one. Raises as `stop_subscription`."""
    with our_errors("reading a subscription"):
        found = client().v1.subscriptions.retrieve(subscription_id)
    item: Any = found["items"].data[0]
    price = {
        "currency": "eur",
        "unit_amount": amount_cents,
        "recurring": {"interval": "month"},
        "product": item.price.product,
    }
    changes = {"items": [{"id": item.id, "price_data": price}], "proration_behavior": "none"}
    _update(subscription_id, changes, idempotency_key=idempotency_key)


def open_card_page(customer_id: str, *, return_url: str) -> str:
    """The address of Stripe's page on which a donor gives another card; it lives for a short time.

    Raises StripeUnavailable, StripeRefused."""
    with our_errors("opening the page for another card"):
        session = client().v1.billing_portal.sessions.create(
            {
                "customer": customer_id,
                "locale": "fr",
                "return_url": return_url,
                "flow_data": {
                    "type": "payment_method_update",
                    "after_completion": {"type": "redirect", "redirect": {"return_url": return_url}},
                },
            }
        )
    return session.url


def _update(subscription_id: str, changes: Any, *, idempotency_key: str) -> None:
    with our_errors("changing a subscription"):
        client().v1.subscriptions.update(subscription_id, changes, {"idempotency_key": idempotency_key})
