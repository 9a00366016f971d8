"""What Stripe refuses, and the sandbox does not know, when a Checkout Session begins a subscription."""

from typing import Any

from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.schema.objects import Obj

SUBSCRIPTION_DATA = frozenset({"description", "metadata"})
OF_SUBSCRIPTIONS = ("subscription_data", "payment_method_collection")
OF_PAYMENTS = ("payment_intent_data", "customer_creation")


def check_params(params: dict[str, Any]) -> None:
    """Raise 400 for a parameter of the other mode, or for one that the sandbox cannot play."""
    subscribing = params["mode"] == "subscription"
    for name in OF_PAYMENTS if subscribing else OF_SUBSCRIPTIONS:
        if name in params:
            raise invalid_request(f"You can not pass `{name}` in `{params['mode']}` mode.", param=name)
    if params.get("submit_type") == "subscribe" and not subscribing:
        raise invalid_request(
            "You can only use `submit_type=subscribe` in `subscription` mode.", param="submit_type"
        )
    for name in params.get("subscription_data", {}):
        if name not in SUBSCRIPTION_DATA:
            raise unsupported(f"`subscription_data[{name}]`", param=f"subscription_data[{name}]")


def check_prices(mode: str, items: list[Obj]) -> None:
    """Recurring prices in one mode and one-time prices in the other; here one price a subscription."""
    recurring = [item["price"]["type"] == "recurring" for item in items]
    if mode == "payment" and any(recurring):
        raise invalid_request(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription`"
            " mode or use only one-time prices.",
            param="line_items",
        )
    if mode == "subscription" and not any(recurring):
        raise invalid_request(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
            param="line_items",
        )
    if mode == "subscription" and len(items) > 1:
        raise unsupported("subscriptions with more than one price", param="line_items")
    if mode == "subscription" and items[0]["quantity"] != 1:
        raise unsupported("subscriptions with a quantity", param="line_items")
