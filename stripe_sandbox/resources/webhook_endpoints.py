"""/v1/webhook_endpoints; the signing secret is told once, at creation."""

import copy
import secrets
from typing import Any
from urllib.parse import urlsplit

import stripe
from stripe.params import (
    WebhookEndpointCreateParams,
    WebhookEndpointDeleteParams,
    WebhookEndpointListParams,
    WebhookEndpointRetrieveParams,
    WebhookEndpointUpdateParams,
)

from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import API_VERSION, World


def make_endpoint(world: World, *, secret: str, **given: Any) -> Obj:
    given = {"api_version": API_VERSION, **given}
    endpoint = world.create(stripe.WebhookEndpoint, "we", status="enabled", **given)
    world.store.set_fact(f"secret:{endpoint['id']}", secret)
    return endpoint


def keep_endpoint(world: World, *, url: str, secret: str) -> None:
    """The endpoint that the server's own options name: made once, then moved when the options change."""
    known = world.store.find("webhook_endpoint", "json_extract(body, '$.metadata.kept') = 'yes'", limit=1)
    if not known:
        make_endpoint(world, secret=secret, url=url, enabled_events=["*"], metadata={"kept": "yes"})
        return
    world.save(known[0] | {"url": url, "status": "enabled"})
    world.store.set_fact(f"secret:{known[0]['id']}", secret)


def secret_of(world: World, endpoint_id: str) -> str:
    secret: str = world.store.fact(f"secret:{endpoint_id}", "")
    return secret


def create(call: Call) -> Obj:
    params = call.params
    for name in params:
        if name not in ("api_version", "description", "enabled_events", "metadata", "url"):
            raise unsupported(f"`{name}` on webhook endpoints", param=name)
    secret = f"whsec_{secrets.token_urlsafe(24)}"
    endpoint = make_endpoint(
        call.world,
        secret=secret,
        url=_checked_url(params["url"]),
        enabled_events=params["enabled_events"],
        description=params.get("description") or None,
        metadata=merge_metadata({}, params.get("metadata")),
        api_version=params.get("api_version", API_VERSION),
    )
    return endpoint | {"secret": secret}


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise invalid_request(
            "Invalid URL: An explicit scheme (such as https) must be provided.", param="url"
        )
    return url


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.WebhookEndpoint, call.target)


def update(call: Call) -> Obj:
    endpoint = copy.deepcopy(call.world.get(stripe.WebhookEndpoint, call.target))
    params = dict(call.params)
    endpoint["metadata"] = merge_metadata(endpoint["metadata"], params.pop("metadata", None))
    if "disabled" in params:
        endpoint["status"] = "disabled" if params.pop("disabled") else "enabled"
    if "url" in params:
        _checked_url(params["url"])
    return call.world.save(
        endpoint | {name: None if value == "" else value for name, value in params.items()}
    )


def delete(call: Call) -> Obj:
    call.world.get(stripe.WebhookEndpoint, call.target)
    call.world.store.run("delete from deliveries where endpoint = ? and state = 'pending'", call.target)
    return call.world.save({"id": call.target, "object": "webhook_endpoint", "deleted": True})


def index(call: Call) -> Obj:
    return list_objects(call, "webhook_endpoint", Filters())


ROUTES = [
    Route("POST", "/v1/webhook_endpoints", create, WebhookEndpointCreateParams),
    Route("GET", "/v1/webhook_endpoints", index, WebhookEndpointListParams),
    Route("GET", "/v1/webhook_endpoints/{id}", retrieve, WebhookEndpointRetrieveParams),
    Route("POST", "/v1/webhook_endpoints/{id}", update, WebhookEndpointUpdateParams),
    Route("DELETE", "/v1/webhook_endpoints/{id}", delete, WebhookEndpointDeleteParams),
]
