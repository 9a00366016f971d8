"""The connection: one client for this process, its retries, and its errors in our words.

Facts: docs.stripe.com/error-handling, docs.stripe.com/api/idempotent_requests."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import stripe
from django.conf import settings

from donors.payments.errors import NotAllowed, StripeRefused, StripeUnavailable, UnknownObject

log = logging.getLogger(__name__)

API_VERSION = "2026-10-28.endive"
APP = "campagne-de-juin"  # metadata.app of every object that we create
STRIPE_BASE = "https://api.stripe.com"

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
def our_errors(doing: str) -> Iterator[None]:
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
        if status == 403:
            raise NotAllowed(f"{doing}: the key has no right to it") from error
        raise StripeRefused(f"{doing}: {error.code}") from error
