"""/v1/prices, paid once or each month; and the prices that a Checkout line makes in passing."""

from typing import Any

import stripe
from stripe.params import PriceCreateParams, PriceListParams, PriceRetrieveParams

from stripe_sandbox.amounts import check_currency, check_unit_amount
from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.events import emit
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.resources.products import make_product
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

KNOWN = frozenset(
    {
        "active",
        "currency",
        "metadata",
        "nickname",
        "product",
        "product_data",
        "recurring",
        "tax_behavior",
        "unit_amount",
    }
)


MONTHLY = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}


def make_price(world: World, params: dict[str, Any], where: str = "") -> Obj:
    """A price from `params` (of /v1/prices or of a line's `price_data`), with its product if given whole."""
    for name in params:
        if name not in KNOWN:
            raise unsupported(f"`{name}` on prices", param=_at(where, name))
    currency = check_currency(params["currency"], param=_at(where, "currency"))
    amount = check_unit_amount(params.get("unit_amount"), param=_at(where, "unit_amount"))
    return world.create(
        stripe.Price,
        "price",
        active=params.get("active", True),
        billing_scheme="per_unit",
        currency=currency,
        metadata=merge_metadata({}, params.get("metadata")),
        nickname=params.get("nickname"),
        product=_product(world, params, where),
        tax_behavior=params.get("tax_behavior", "unspecified"),
        recurring=_recurring(params.get("recurring"), where),
        type="recurring" if "recurring" in params else "one_time",
        unit_amount=amount,
        unit_amount_decimal=str(amount),
    )


def _recurring(given: dict[str, Any] | None, where: str) -> dict[str, Any] | None:
    """Each month, for the sandbox knows no other rhythm."""
    if given is None:
        return None
    asked = {"interval_count": 1, "usage_type": "licensed"} | given
    if asked != MONTHLY:
        raise unsupported("prices of another rhythm than one month", param=_at(where, "recurring"))
    return asked


def _product(world: World, params: dict[str, Any], where: str) -> str:
    if ("product" in params) == ("product_data" in params):
        raise invalid_request(
            "You must specify either `product` or `product_data` when creating a price.",
            param=_at(where, "product"),
            code="parameter_missing",
        )
    if "product_data" in params:
        made: str = make_product(world, params["product_data"])["id"]
        return made
    product = world.get(stripe.Product, params["product"], param=_at(where, "product"))
    if not product["active"]:
        raise invalid_request(
            f"The product {product['id']} is marked as inactive, and thus no price can be created for it.",
            param=_at(where, "product"),
        )
    return str(product["id"])


def _at(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


def create(call: Call) -> Obj:
    price = make_price(call.world, call.params)
    emit(call.world, "price.created", price)
    return price


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Price, call.target)


def index(call: Call) -> Obj:
    params = call.params
    active = None if "active" not in params else int(params["active"])
    filters = Filters().equal("active", active).equal("product", params.get("product"))
    return list_objects(call, "price", filters.created(params.get("created")))


ROUTES = [
    Route("POST", "/v1/prices", create, PriceCreateParams),
    Route("GET", "/v1/prices", index, PriceListParams),
    Route("GET", "/v1/prices/{id}", retrieve, PriceRetrieveParams),
]
