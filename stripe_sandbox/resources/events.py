"""/v1/events: how a site catches up on webhooks that it missed. Kept for 30 days, as Stripe does."""

import stripe
from stripe.params import EventListParams, EventRetrieveParams

from stripe_sandbox.errors import invalid_request, resource_missing
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj

KEPT_FOR = 30 * 24 * 60 * 60
UNDELIVERED = "exists (select 1 from deliveries where event = objects.id and state <> 'delivered')"
DELIVERED = f"not {UNDELIVERED}"


def retrieve(call: Call) -> Obj:
    event = call.world.get(stripe.Event, call.target)
    if event["created"] < call.world.now() - KEPT_FOR:
        raise resource_missing("event", call.target, param="id")
    return event


def index(call: Call) -> Obj:
    params = call.params
    if "type" in params and "types" in params:
        raise invalid_request("You may only specify one of these parameters: type, types.", param="type")
    if len(params.get("types", [])) > 20:
        raise invalid_request("You may pass up to 20 event types.", param="types")
    filters = Filters().created(params.get("created")).created({"gte": call.world.now() - KEPT_FOR})
    filters.equal("type", params.get("type")).one_of("json_extract(body, '$.type')", params.get("types"))
    if "delivery_success" in params:
        filters.sql(DELIVERED if params["delivery_success"] else UNDELIVERED)
    return list_objects(call, "event", filters)


ROUTES = [
    Route("GET", "/v1/events", index, EventListParams),
    Route("GET", "/v1/events/{id}", retrieve, EventRetrieveParams),
]
