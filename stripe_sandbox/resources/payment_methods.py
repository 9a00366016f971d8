"""/v1/payment_methods, to read: Checkout, the portal and the invoice page make them."""

import stripe
from stripe.params import (
    CustomerListPaymentMethodsParams,
    PaymentMethodListParams,
    PaymentMethodRetrieveParams,
)

from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.resources.customers import live_customer
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.PaymentMethod, call.target)


def index(call: Call) -> Obj:
    """Those attached to the customer; a method used once belongs to nobody and is in no list."""
    return _of(call, call.params.get("customer"))


def index_of_customer(call: Call) -> Obj:
    return _of(call, live_customer(call.world, call.target, param="id")["id"])


def _of(call: Call, customer_id: str | None) -> Obj:
    filters = Filters().sql("json_extract(body, '$.customer') is not null").equal("customer", customer_id)
    for name in ("type", "allow_redisplay"):
        filters.equal(name, call.params.get(name))
    return list_objects(call, "payment_method", filters)


ROUTES = [
    Route("GET", "/v1/payment_methods", index, PaymentMethodListParams),
    Route("GET", "/v1/payment_methods/{id}", retrieve, PaymentMethodRetrieveParams),
    Route("GET", "/v1/customers/{id}/payment_methods", index_of_customer, CustomerListPaymentMethodsParams),
]
