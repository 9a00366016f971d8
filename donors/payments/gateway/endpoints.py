"""Stripe's webhook endpoints: where it sends its events, and which. https://docs.stripe.com/api/webhook_endpoints"""

from collections.abc import Iterable, Iterator
from typing import Any

import stripe
from stripe._api_version import _ApiVersion

from donors.payments.facts import EndpointFacts
from donors.payments.gateway.connection import API_VERSION, APP, client, our_errors


def sdk_api_version() -> str:
    """The API version that the installed SDK was made for."""
    return _ApiVersion.CURRENT


def list_endpoints() -> list[EndpointFacts]:
    """Every endpoint of the account, in this key's mode. Raises StripeUnavailable, StripeRefused."""
    with our_errors("reading the webhook endpoints"):
        return list(_all_endpoints())


def _all_endpoints() -> Iterator[EndpointFacts]:
    for endpoint in client().v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter():
        yield _facts(endpoint)


def create_endpoint(url: str, events: Iterable[str]) -> tuple[EndpointFacts, str]:
    """Make an endpoint of our API version; answers it with its signing secret, which Stripe tells only now.

    No key of ours: there is no row behind it, and Stripe would repeat a first answer after the endpoint was
    deleted. Its own retries carry one. Raises StripeUnavailable, StripeRefused."""
    with our_errors("making a webhook endpoint"):
        endpoint = client().v1.webhook_endpoints.create(
            {
                "url": url,
                "enabled_events": _named(events),
                "api_version": API_VERSION,  # type: ignore[typeddict-item]
                "description": APP,
                "metadata": {"app": APP},
            }
        )
    return _facts(endpoint), endpoint.secret or ""


def update_endpoint(endpoint_id: str, events: Iterable[str]) -> EndpointFacts:
    """Subscribe it to exactly these events and switch it on. Raises StripeUnavailable, StripeRefused."""
    with our_errors("changing a webhook endpoint"):
        endpoint = client().v1.webhook_endpoints.update(
            endpoint_id, {"enabled_events": _named(events), "disabled": False}
        )
    return _facts(endpoint)


def _named(events: Iterable[str]) -> list[Any]:
    """The SDK's types know every event by name, and ours are plain strings."""
    return sorted(events)


def _facts(endpoint: stripe.WebhookEndpoint) -> EndpointFacts:
    return EndpointFacts(
        endpoint_id=endpoint.id,
        url=endpoint.url,
        events=frozenset(endpoint.enabled_events),
        enabled=endpoint.status == "enabled",
        api_version=endpoint.api_version or "",
    )
