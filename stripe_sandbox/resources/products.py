"""/v1/products"""

import copy
from typing import Any

import stripe
from stripe.params import ProductCreateParams, ProductListParams, ProductRetrieveParams, ProductUpdateParams

from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.events import emit
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

PLAIN = frozenset(
    {"active", "description", "images", "name", "shippable", "statement_descriptor", "unit_label", "url"}
)


def make_product(world: World, params: dict[str, Any]) -> Obj:
    """A new product, its event left to the caller: products that prices make in passing have none."""
    return world.create(
        stripe.Product,
        "prod",
        **{"active": True, "type": "service", "updated": world.now(), **_fields(params)},
        metadata=merge_metadata({}, params.get("metadata")),
    )


def _fields(params: dict[str, Any]) -> Obj:
    for name in params:
        if name not in PLAIN and name not in ("metadata", "id"):
            raise unsupported(f"`{name}` on products", param=name)
    return {name: None if value == "" else value for name, value in params.items() if name in PLAIN | {"id"}}


def create(call: Call) -> Obj:
    chosen = call.params.get("id")
    if chosen and call.world.store.get(chosen):
        raise invalid_request(
            "Product already exists.", param="id", code="resource_already_exists", kept=True
        )
    product = make_product(call.world, call.params)
    emit(call.world, "product.created", product)
    return product


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Product, call.target)


def update(call: Call) -> Obj:
    before = call.world.get(stripe.Product, call.target)
    after = copy.deepcopy(before) | _fields(call.params)
    after["metadata"] = merge_metadata(before["metadata"], call.params.get("metadata"))
    if after != before:
        after["updated"] = call.world.now()
        call.world.save(after)
        emit(call.world, "product.updated", after, before=before)
    return after


def index(call: Call) -> Obj:
    params = call.params
    active = None if "active" not in params else int(params["active"])
    filters = Filters().equal("active", active).created(params.get("created")).one_of("id", params.get("ids"))
    return list_objects(call, "product", filters)


ROUTES = [
    Route("POST", "/v1/products", create, ProductCreateParams),
    Route("GET", "/v1/products", index, ProductListParams),
    Route("GET", "/v1/products/{id}", retrieve, ProductRetrieveParams),
    Route("POST", "/v1/products/{id}", update, ProductUpdateParams),
]
