"""/v1/payouts, to read: the sandbox pays out by itself."""

import stripe
from stripe.params import PayoutListParams, PayoutRetrieveParams

from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Payout, call.target)


def index(call: Call) -> Obj:
    params = call.params
    filters = Filters().created(params.get("created")).equal("status", params.get("status"))
    filters.range("json_extract(body, '$.arrival_date')", params.get("arrival_date"))
    filters.equal("destination", params.get("destination"))
    return list_objects(call, "payout", filters)


ROUTES = [
    Route("GET", "/v1/payouts", index, PayoutListParams),
    Route("GET", "/v1/payouts/{id}", retrieve, PayoutRetrieveParams),
]
