"""Webhook calls: the event in the body, once its signature holds. docs.stripe.com/webhooks"""

import re
import time
from typing import Any

import stripe
from django.conf import settings

from donors.payments.errors import NotFromStripe
from donors.payments.gateway.connection import client

SIGNATURE_TOLERANCE_SECONDS = 300


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
