"""Is Stripe going to tell us what we act on? And if not: make it so.

Asks Stripe over the network, so nothing here runs while a web process starts."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from donors.payments.events import HANDLERS
from donors.payments.facts import EndpointFacts
from donors.payments.gateway.connection import API_VERSION
from donors.payments.gateway.endpoints import create_endpoint, list_endpoints, update_endpoint

WANTED = frozenset(HANDLERS)


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What `set_up` did: the endpoint as it is now, and its secret if it is new."""

    endpoint: EndpointFacts
    secret: str = ""
    changed: bool = True


def our_address() -> str:
    return f"{settings.SITE_URL}{reverse('stripe_webhook')}"


def faults() -> list[str]:
    """One English sentence for each thing that keeps Stripe's events from us; none if all is well.

    Raises StripeUnavailable, StripeRefused."""
    endpoint = _best_of(_ours())
    if endpoint is None:
        return [f"No webhook endpoint sends to {our_address()}."]
    found = []
    if not endpoint.enabled:
        found.append(f"The webhook endpoint {endpoint.endpoint_id} is disabled.")
    missing = endpoint.misses(WANTED)
    if missing:
        found.append(
            f"The webhook endpoint {endpoint.endpoint_id} does not send: {', '.join(sorted(missing))}."
        )
    if endpoint.api_version != API_VERSION:
        version = endpoint.api_version or "the account's default version"
        found.append(
            f"The webhook endpoint {endpoint.endpoint_id} speaks {version}, the site {API_VERSION}: "
            "events are understood all the same, since objects are read again."
        )
    return found


def set_up() -> SetUp:
    """Make or mend the endpoint at our address. Idempotent: what is right already is not touched.

    Stripe fixes an endpoint's version when it is made; one of another version is left in place beside a new
    one, since events that come twice are stored once. Raises StripeUnavailable, StripeRefused."""
    endpoint = next((found for found in _ours() if found.api_version == API_VERSION), None)
    if endpoint is None:
        made, secret = create_endpoint(our_address(), WANTED)
        return SetUp(endpoint=made, secret=secret)
    if endpoint.enabled and not endpoint.misses(WANTED):
        return SetUp(endpoint=endpoint, changed=False)
    return SetUp(endpoint=update_endpoint(endpoint.endpoint_id, WANTED))


def outdated() -> list[EndpointFacts]:
    """Endpoints at our address that speak another version: to be deleted once the new secret is in place."""
    return [endpoint for endpoint in _ours() if endpoint.api_version != API_VERSION]


def _ours() -> list[EndpointFacts]:
    return [endpoint for endpoint in list_endpoints() if endpoint.url == our_address()]


def _best_of(endpoints: list[EndpointFacts]) -> EndpointFacts | None:
    """The one that serves us best, if there are several."""
    return max(
        endpoints,
        key=lambda found: (found.enabled, -len(found.misses(WANTED)), found.api_version == API_VERSION),
        default=None,
    )
