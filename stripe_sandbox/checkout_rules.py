"""What Stripe refuses when a Checkout Session is created, and what this sandbox does not know."""

from typing import Any
from urllib.parse import urlsplit

from stripe_sandbox.amounts import check_total
from stripe_sandbox.billing import session_rules
from stripe_sandbox.clock import Clock
from stripe_sandbox.errors import invalid_request, unsupported
from stripe_sandbox.schema.objects import Obj

KNOWN = frozenset(
    {
        "adaptive_pricing",
        "allowed_payment_method_types",
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "custom_text",
        "customer",
        "customer_creation",
        "customer_email",
        "excluded_payment_method_types",
        "expires_at",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "origin_context",
        "payment_intent_data",
        "payment_method_collection",
        "phone_number_collection",
        "submit_type",
        "subscription_data",
        "success_url",
        "ui_mode",
        "wallet_options",
    }
)
INTENT_DATA = frozenset(
    {
        "capture_method",
        "description",
        "metadata",
        "receipt_email",
        "statement_descriptor",
        "statement_descriptor_suffix",
    }
)
ENABLED_METHODS = ("card", "sepa_debit")
LARGEST_DEBIT = 10_000_00
"""The methods of the pretend account; others that a caller allows are filtered out, as Stripe does."""
HALF_HOUR, DAY = 30 * 60, 24 * 60 * 60
MAX_REFERENCE = 200


def check_session(params: dict[str, Any]) -> None:
    """Raise 400 for a combination that Stripe refuses, or that the sandbox cannot play."""
    for name in params:
        if name not in KNOWN:
            raise unsupported(f"`{name}` on Checkout Sessions", param=name)
    _check_mode(params)
    _check_customer(params)
    _check_urls(params)
    _check_intent_data(params.get("payment_intent_data", {}))
    if not params.get("line_items"):
        raise invalid_request(
            "Missing required param: line_items.", param="line_items", code="parameter_missing"
        )
    if len(params.get("client_reference_id", "")) > MAX_REFERENCE:
        raise invalid_request(
            f"Invalid string: client_reference_id must be at most {MAX_REFERENCE} characters.",
            param="client_reference_id",
        )


def _check_mode(params: dict[str, Any]) -> None:
    if "mode" not in params:
        raise invalid_request("Missing required param: mode.", param="mode", code="parameter_missing")
    if params["mode"] not in ("payment", "subscription"):
        raise unsupported(f"`mode={params['mode']}` on Checkout Sessions", param="mode")
    session_rules.check_params(params)
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported(f"`ui_mode={params['ui_mode']}` on Checkout Sessions", param="ui_mode")


def _check_customer(params: dict[str, Any]) -> None:
    if "customer" in params and "customer_email" in params:
        raise invalid_request(
            "You may only specify one of these parameters: customer, customer_email.", param="customer"
        )
    if "customer" in params and "customer_creation" in params:
        raise invalid_request(
            "You may only specify one of these parameters: customer, customer_creation.", param="customer"
        )
    email = params.get("customer_email", "a@b")
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@") or " " in email:
        raise invalid_request(f"Invalid email address: {email}", param="customer_email", code="email_invalid")


def _check_urls(params: dict[str, Any]) -> None:
    if "success_url" not in params:
        raise invalid_request(
            "Missing required param: success_url.", param="success_url", code="parameter_missing"
        )
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(params.get(name, "http://ok"))
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise invalid_request("Not a valid URL", param=name, code="url_invalid")


def _check_intent_data(data: dict[str, Any]) -> None:
    for name in data:
        if name not in INTENT_DATA:
            raise unsupported(f"`payment_intent_data[{name}]`", param=f"payment_intent_data[{name}]")
    if data.get("capture_method", "automatic_async") == "manual":
        raise unsupported("`capture_method=manual`", param="payment_intent_data[capture_method]")
    if "statement_descriptor" in data:
        raise invalid_request(
            "The `statement_descriptor` parameter cannot be used with card payments. Use"
            " `statement_descriptor_suffix` instead.",
            param="payment_intent_data[statement_descriptor]",
        )
    suffix = data.get("statement_descriptor_suffix", "DON")
    if len(suffix) > 22 or set(suffix) & set("<>\\'\"*") or suffix.isdigit():
        raise invalid_request(
            "The statement descriptor suffix may have at most 22 characters, at least one letter, and none of"
            " < > \\ ' \" *.",
            param="payment_intent_data[statement_descriptor_suffix]",
        )


def expiry(params: dict[str, Any], clock: Clock) -> int:
    """When the session expires, by the sandbox's clock.

    Whoever calls lives in real time, or follows our clock: after a move both ways of counting are taken."""
    now = clock.now()
    expires_at = params.get("expires_at", now + DAY)
    if not _in_bounds(expires_at, now) and _in_bounds(expires_at + clock.offset, now):
        return int(expires_at + clock.offset)
    if not _in_bounds(expires_at, now):
        bound = "at least 30 minutes" if expires_at < now + DAY else "less than 24 hours"
        raise invalid_request(
            f"The `expires_at` timestamp must be {bound} from Checkout Session creation.", param="expires_at"
        )
    return int(expires_at)


def _in_bounds(expires_at: int, now: int) -> bool:
    # Stripe measures against its own clock; a few seconds of travel must not refuse exactly thirty minutes.
    return now + HALF_HOUR - 60 <= expires_at <= now + DAY + 60


def usable_methods(params: dict[str, Any], total: int, currency: str) -> list[str]:
    """What the donor may choose from: what the caller allows, without what cannot take this amount."""
    allowed, excluded = (
        params.get("allowed_payment_method_types"),
        params.get("excluded_payment_method_types"),
    )
    if allowed is not None and excluded is not None:
        raise invalid_request(
            "You may only specify one of these parameters: allowed_payment_method_types,"
            " excluded_payment_method_types.",
            param="allowed_payment_method_types",
        )
    usable = [
        method
        for method in ENABLED_METHODS
        if (allowed is None or method in allowed)
        and method not in (excluded or ())
        and (method != "sepa_debit" or (currency == "eur" and total <= LARGEST_DEBIT))
    ]
    if not usable:
        raise invalid_request("No valid payment method types for this Checkout Session.")
    return usable


def check_line(line: dict[str, Any], where: str) -> None:
    for name in line:
        if name not in ("price", "price_data", "quantity", "metadata"):
            raise unsupported(f"`{name}` on line items", param=f"{where}[{name}]")
    if ("price" in line) == ("price_data" in line):
        raise invalid_request(
            "You must specify either `price` or `price_data` for each line item.", param=f"{where}[price]"
        )
    if "quantity" not in line:
        raise invalid_request(
            "Quantity is required. Add `quantity` to each line item.", param=f"{where}[quantity]"
        )
    if not 1 <= line["quantity"] <= 999_999:
        raise invalid_request("Invalid quantity: must be between 1 and 999999", param=f"{where}[quantity]")


def check_totals(items: list[Obj]) -> int:
    """The sum in cents, of one currency."""
    if len({item["currency"] for item in items}) > 1:
        raise invalid_request("All line items must have the same currency.", param="line_items")
    return check_total(sum(item["amount_total"] for item in items), items[0]["currency"])
