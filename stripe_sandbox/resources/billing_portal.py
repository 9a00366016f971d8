"""/v1/billing_portal: sessions of the page where donors look after their monthly gifts, and its settings."""

import copy
from typing import Any

import stripe
from stripe.params.billing_portal import (
    ConfigurationCreateParams,
    ConfigurationListParams,
    ConfigurationRetrieveParams,
    ConfigurationUpdateParams,
    SessionCreateParams,
)

from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.events import emit
from stripe_sandbox.ids import new_id
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.resources.customers import live_customer
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

Configuration = stripe.billing_portal.Configuration
PLAYED = frozenset({"customer_update", "invoice_history", "payment_method_update", "subscription_cancel"})
"""Features that may be set; of them the page plays the last two."""


def configure(call: Call) -> Obj:
    params = call.params
    if "features" not in params:
        raise invalid_request("Missing required param: features.", param="features", code="parameter_missing")
    made = _make(call.world, **_fields(params), features=_features({}, params["features"]))
    emit(call.world, "billing_portal.configuration.created", made)
    return made


def _make(world: World, **given: Any) -> Obj:
    return world.create(Configuration, "bpc", active=True, updated=world.now(), **given)


def _fields(params: dict[str, Any]) -> Obj:
    if params.get("login_page", {}).get("enabled"):
        raise unsupported("a login page of the portal", param="login_page[enabled]")
    names = ("active", "business_profile", "default_return_url", "name")
    given = {name: None if params[name] == "" else params[name] for name in names if name in params}
    return {**given, "metadata": merge_metadata({}, params.get("metadata"))}


def _features(current: Obj, given: dict[str, Any]) -> Obj:
    for name, wanted in given.items():
        if name not in PLAYED and wanted.get("enabled"):
            raise unsupported(f"the feature `{name}` of the portal", param=f"features[{name}]")
    return {name: {**current.get(name, {}), **given.get(name, {})} for name in {*current, *given}}


def update_configuration(call: Call) -> Obj:
    before = call.world.get(Configuration, call.target)
    fields = _fields(call.params)
    fields["metadata"] = merge_metadata(before["metadata"], call.params.get("metadata"))
    features = _features(before["features"], call.params.get("features", {}))
    changed = {**copy.deepcopy(before), **fields, "features": features, "updated": call.world.now()}
    after = call.world.save(build(Configuration, changed))
    emit(call.world, "billing_portal.configuration.updated", after, before=before)
    return after


def retrieve_configuration(call: Call) -> Obj:
    return call.world.get(Configuration, call.target)


def index_configurations(call: Call) -> Obj:
    filters = Filters()
    for name in ("active", "is_default"):
        filters.equal(name, call.params.get(name))
    return list_objects(call, Configuration.OBJECT_NAME, filters)


def open_session(call: Call) -> Obj:
    """A short-lived address for one customer. Without a configuration the account's default one counts."""
    world, params = call.world, call.params
    for name in params:
        if name not in ("configuration", "customer", "flow_data", "locale", "return_url"):
            raise unsupported(f"`{name}` on portal sessions", param=name)
    if "customer" not in params:
        raise invalid_request("Missing required param: customer.", param="customer", code="parameter_missing")
    customer = live_customer(world, params["customer"], param="customer")
    configuration = _configuration(world, params.get("configuration"))
    session_id = new_id("bps")
    return world.create(
        stripe.billing_portal.Session,
        "bps",
        id=session_id,
        configuration=configuration["id"],
        customer=customer["id"],
        flow=_flow(params.get("flow_data")),
        locale=params.get("locale"),
        return_url=params.get("return_url", configuration["default_return_url"]),
        url=f"{world.base_url}/portal/{session_id}",
    )


def _configuration(world: World, wanted: str | None) -> Obj:
    if wanted is not None:
        found = world.get(Configuration, wanted, param="configuration")
        if not found["active"]:
            raise invalid_request("The configuration is inactive.", param="configuration")
        return found
    where = "json_extract(body, '$.is_default')"
    defaults = world.store.find(Configuration.OBJECT_NAME, where)
    return defaults[0] if defaults else _make(world, is_default=True, features=DEFAULT_FEATURES, metadata={})


DEFAULT_FEATURES: Obj = {
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": True, "mode": "at_period_end", "proration_behavior": "none"},
}


def _flow(given: dict[str, Any] | None) -> Obj | None:
    """A session that leads straight to the change of the card."""
    if given is None:
        return None
    if given["type"] != "payment_method_update":
        raise unsupported(f"the flow `{given['type']}` of the portal", param="flow_data[type]")
    after = given.get("after_completion", {"type": "portal_homepage"})
    return {"type": given["type"], "after_completion": after}


ROUTES = [
    Route("POST", "/v1/billing_portal/sessions", open_session, SessionCreateParams),
    Route("POST", "/v1/billing_portal/configurations", configure, ConfigurationCreateParams),
    Route("GET", "/v1/billing_portal/configurations", index_configurations, ConfigurationListParams),
    Route(
        "GET", "/v1/billing_portal/configurations/{id}", retrieve_configuration, ConfigurationRetrieveParams
    ),
    Route("POST", "/v1/billing_portal/configurations/{id}", update_configuration, ConfigurationUpdateParams),
]
