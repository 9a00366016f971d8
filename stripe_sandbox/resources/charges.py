"""/v1/charges, to read."""

import stripe
from stripe.params import ChargeListParams, ChargeRetrieveParams

from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Charge, call.target)


def index(call: Call) -> Obj:
    filters = Filters().created(call.params.get("created"))
    for name in ("customer", "payment_intent"):
        filters.equal(name, call.params.get(name))
    return list_objects(call, "charge", filters)


ROUTES = [
    Route("GET", "/v1/charges", index, ChargeListParams),
    Route("GET", "/v1/charges/{id}", retrieve, ChargeRetrieveParams),
]
