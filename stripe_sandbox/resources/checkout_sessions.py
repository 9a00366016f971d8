"""/v1/checkout/sessions, hosted page. https://docs.stripe.com/api/checkout/sessions"""

import secrets
from typing import Any

import stripe
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListLineItemsParams,
    SessionListParams,
    SessionRetrieveParams,
)

from stripe_sandbox import checkout_rules as rules
from stripe_sandbox.billing import session_rules
from stripe_sandbox.charging import intent_so_far
from stripe_sandbox.errors import invalid_request
from stripe_sandbox.events import emit
from stripe_sandbox.ids import new_id
from stripe_sandbox.listing import Filters, list_object, list_objects
from stripe_sandbox.metadata import merge_metadata
from stripe_sandbox.resources.customers import live_customer
from stripe_sandbox.resources.prices import make_price
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

Session = stripe.checkout.Session
ECHOED = (
    "adaptive_pricing",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "custom_text",
    "customer",
    "customer_email",
    "excluded_payment_method_types",
    "allowed_payment_method_types",
    "locale",
    "mode",
    "origin_context",
    "payment_method_collection",
    "phone_number_collection",
    "submit_type",
    "success_url",
    "wallet_options",
)


def create(call: Call) -> Obj:
    """An open session with its line items; the PaymentIntent is made when the donor first tries to pay."""
    world, params = call.world, call.params
    rules.check_session(params)
    metadata = merge_metadata({}, params.get("metadata"))
    data = {name: _inner_data(params, name) for name in ("payment_intent_data", "subscription_data")}
    customer = live_customer(world, params["customer"], param="customer") if "customer" in params else None
    expires_at = rules.expiry(params, world.clock)
    items = [_line_item(world, line, index) for index, line in enumerate(params["line_items"])]
    total = rules.check_totals(items)
    session_rules.check_prices(params["mode"], items)
    session_id = new_id("cs_test")
    given = {name: params[name] for name in ECHOED if name in params}
    session = world.create(
        Session,
        "cs_test",
        **{**DEFAULTS, **given},
        id=session_id,
        amount_subtotal=total,
        amount_total=total,
        currency=items[0]["currency"],
        customer_details=_details(params, customer),
        expires_at=expires_at,
        customer_creation=None if customer else _creation(params),
        metadata=metadata,
        payment_method_types=rules.usable_methods(params, total, items[0]["currency"]),
        url=f"{world.base_url}/pay/{session_id}",
    )
    if params["mode"] == "subscription":
        world.store.set_fact(f"intent_data:{session_id}", FIRST_INTENT)
        world.store.set_fact(f"subscription_data:{session_id}", data["subscription_data"])
    else:
        world.store.set_fact(f"intent_data:{session_id}", data["payment_intent_data"])
    world.store.set_fact(f"line_items:{session_id}", [item["id"] for item in items])
    world.plan("expire", session_id, at=expires_at)
    return session


DEFAULTS: dict[str, Any] = {
    "adaptive_pricing": {"enabled": True},
    "allow_promotion_codes": False,
    "billing_address_collection": "auto",
    "mode": "payment",
    "payment_method_collection": "always",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_status": "unpaid",
    "phone_number_collection": {"enabled": False},
    "status": "open",
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
}


FIRST_INTENT = {"description": "Subscription creation", "metadata": {}, "setup_future_usage": "off_session"}
"""A PaymentIntent of a subscription carries nothing of the caller's: it is found through its invoice."""


def _inner_data(params: dict[str, Any], name: str) -> dict[str, Any]:
    given = params.get(name, {})
    return {**given, "metadata": merge_metadata({}, given.get("metadata"), param=f"{name}[metadata]")}


def _creation(params: dict[str, Any]) -> str:
    """A subscription always needs a customer; a single payment does not."""
    return "always" if params["mode"] == "subscription" else params.get("customer_creation", "if_required")


def _details(params: dict[str, Any], customer: Obj | None) -> Obj | None:
    email = customer["email"] if customer else params.get("customer_email")
    if email is None:
        return None
    return {"email": email, "name": customer["name"] if customer else None, "tax_exempt": "none"}


def _line_item(world: World, line: dict[str, Any], index: int) -> Obj:
    where = f"line_items[{index}]"
    rules.check_line(line, where)
    if "price" in line:
        price = world.get(stripe.Price, line["price"], param=f"{where}[price]")
        if not price["active"]:
            raise invalid_request("The price specified is inactive.", param=f"{where}[price]")
    else:
        # Stripe keeps prices made in passing inactive, so that nobody uses them again.
        price = make_price(world, line["price_data"] | {"active": False}, f"{where}[price_data]")
    total = price["unit_amount"] * line["quantity"]
    product = world.get(stripe.Product, price["product"])
    item = build(
        stripe.LineItem,
        {
            "id": f"li_{secrets.token_hex(12)}",
            "amount_subtotal": total,
            "amount_total": total,
            "currency": price["currency"],
            "description": product["name"],
            "price": price,
            "quantity": line["quantity"],
            "metadata": line.get("metadata") or {},
        },
    )
    return world.save(item)


def line_items_of(world: World, session_id: str) -> list[Obj]:
    found = (world.store.get(item_id) for item_id in world.store.fact(f"line_items:{session_id}", []))
    return [item for item in found if item is not None]


def retrieve(call: Call) -> Obj:
    return call.world.get(Session, call.target)


def expire(call: Call) -> Obj:
    session = call.world.get(Session, call.target)
    if session["status"] != "open":
        raise invalid_request(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{session['status']}`.",
            kept=True,
        )
    return expire_session(call.world, session)


def expire_session(world: World, session: Obj) -> Obj:
    """Close an open session for good: no URL any more, and its unpaid PaymentIntent is canceled."""
    session.update(status="expired", url=None)
    world.save(session)
    intent = intent_so_far(world, session)
    if intent is not None and intent["status"] != "succeeded":
        intent.update(status="canceled", canceled_at=world.now(), cancellation_reason="automatic")
        emit(world, "payment_intent.canceled", world.save(intent))
    emit(world, "checkout.session.expired", session)
    return session


def line_items(call: Call) -> Obj:
    session = call.world.get(Session, call.target)
    items = line_items_of(call.world, session["id"])
    names = [item["id"] for item in items]
    after = call.params.get("starting_after")
    start = names.index(after) + 1 if after in names else 0
    limit = call.params.get("limit", 10)
    return list_object(call.path, items[start : start + limit], has_more=len(items) > start + limit)


def index(call: Call) -> Obj:
    params = call.params
    filters = Filters().created(params.get("created")).equal("status", params.get("status"))
    for name in ("customer", "payment_intent", "subscription"):
        filters.equal(name, params.get(name))
    filters.equal("customer_details.email", params.get("customer_details", {}).get("email"))
    return list_objects(call, "checkout.session", filters)


ROUTES = [
    Route("POST", "/v1/checkout/sessions", create, SessionCreateParams),
    Route("GET", "/v1/checkout/sessions", index, SessionListParams),
    Route("GET", "/v1/checkout/sessions/{id}", retrieve, SessionRetrieveParams),
    Route("POST", "/v1/checkout/sessions/{id}/expire", expire, SessionExpireParams),
    Route("GET", "/v1/checkout/sessions/{id}/line_items", line_items, SessionListLineItemsParams),
]
