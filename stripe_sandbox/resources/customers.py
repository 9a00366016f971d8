"""/v1/customers"""

import copy
from typing import Any

import stripe
from stripe.params import (
    CustomerCreateParams,
    CustomerDeleteParams,
    CustomerListParams,
    CustomerRetrieveParams,
    CustomerUpdateParams,
)

from stripe_sandbox.billing.subscriptions import end, subscriptions_of
from stripe_sandbox.errors import resource_missing, unsupported
from stripe_sandbox.events import emit
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

PLAIN = frozenset(
    {
        "address",
        "balance",
        "business_name",
        "description",
        "email",
        "individual_name",
        "name",
        "phone",
        "preferred_locales",
        "shipping",
        "tax_exempt",
    }
)


def fields_from(params: dict[str, Any]) -> Obj:
    """The customer's fields in `params`; an empty string unsets."""
    for name in params:
        if name not in PLAIN and name != "metadata":
            raise unsupported(f"`{name}` on customers", param=name)
    return {name: None if value == "" else value for name, value in params.items() if name in PLAIN}


def make_customer(world: World, **given: Any) -> Obj:
    """A new customer, with its event."""
    customer = world.create(
        stripe.Customer,
        "cus",
        **{
            "balance": 0,
            "delinquent": False,
            "tax_exempt": "none",
            "preferred_locales": [],
            "metadata": {},
            **given,
        },
    )
    emit(world, "customer.created", customer)
    return customer


def create(call: Call) -> Obj:
    metadata = merge_metadata({}, call.params.get("metadata"))
    return make_customer(call.world, **fields_from(call.params), metadata=metadata)


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Customer, call.target)


def update(call: Call) -> Obj:
    before = live_customer(call.world, call.target, param="id")
    after = copy.deepcopy(before) | fields_from(call.params)
    after["metadata"] = merge_metadata(before["metadata"], call.params.get("metadata"))
    after = build(stripe.Customer, after)
    call.world.save(after)
    if after != before:
        emit(call.world, "customer.updated", after, before=before)
    return after


def delete(call: Call) -> Obj:
    return delete_customer(call.world, call.target)


def delete_customer(world: World, customer_id: str) -> Obj:
    """Forget the customer; what was promised ends at once. Raises 404 for one already deleted."""
    customer = live_customer(world, customer_id, param="id")
    for subscription in subscriptions_of(world, customer_id):
        end(world, subscription, "cancellation_requested")
    gone: Obj = {"id": customer_id, "object": "customer", "deleted": True}
    world.save(gone)
    emit(world, "customer.deleted", customer)
    return gone


def live_customer(world: World, customer_id: str, *, param: str) -> Obj:
    """A customer that may still be used; a deleted one is as missing as an unknown one."""
    customer = world.get(stripe.Customer, customer_id, param=param)
    if customer.get("deleted"):
        raise resource_missing("customer", customer_id, param=param, status=404 if param == "id" else 400)
    return customer


def index(call: Call) -> Obj:
    filters = Filters().equal("email", call.params.get("email")).created(call.params.get("created"))
    return list_objects(call, "customer", filters)


ROUTES = [
    Route("POST", "/v1/customers", create, CustomerCreateParams),
    Route("GET", "/v1/customers", index, CustomerListParams),
    Route("GET", "/v1/customers/{id}", retrieve, CustomerRetrieveParams),
    Route("POST", "/v1/customers/{id}", update, CustomerUpdateParams),
    Route("DELETE", "/v1/customers/{id}", delete, CustomerDeleteParams),
]
