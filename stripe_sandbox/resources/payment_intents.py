"""/v1/payment_intents, to read; Checkout and invoices make them."""

import stripe
from stripe.params import PaymentIntentListParams, PaymentIntentRetrieveParams

from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.PaymentIntent, call.target)


def index(call: Call) -> Obj:
    filters = Filters().equal("customer", call.params.get("customer")).created(call.params.get("created"))
    return list_objects(call, "payment_intent", filters)


ROUTES = [
    Route("GET", "/v1/payment_intents", index, PaymentIntentListParams),
    Route("GET", "/v1/payment_intents/{id}", retrieve, PaymentIntentRetrieveParams),
]
