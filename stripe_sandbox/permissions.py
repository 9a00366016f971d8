"""Restricted keys: what each may do, and Stripe's words when it may not. https://docs.stripe.com/keys#limit-access"""

from typing import Any

from stripe_sandbox.errors import StripeError
from stripe_sandbox.keys import TEST_KEY, masked, refused
from stripe_sandbox.resources.accounts import the_account
from stripe_sandbox.world import World

LEVELS = ("none", "read", "write")

# What a key is given → the word for it in Stripe's error.
RESOURCES = {
    "account": "accounts_kyc_basic",
    "balance": "balance",
    "balance_transactions": "balance_transaction_source",
    "billing_portal": "customer_portal",
    "charges": "charge",
    "checkout_sessions": "checkout_session",
    "customers": "customer",
    "disputes": "dispute",
    "events": "event",
    "invoices": "invoice",
    "mandates": "mandate",
    "payment_intents": "payment_intent",
    "payment_methods": "payment_method",
    "payouts": "payout",
    "prices": "plan",
    "products": "product",
    "radar": "early_fraud_warning",
    "subscriptions": "subscription",
    "webhook_endpoints": "webhook",
}
# Addresses that belong to a resource of another name.
BELONGS_TO = {
    "checkout": "checkout_sessions",
    "invoice_payments": "invoices",
    "refunds": "charges",
    "subscription_items": "subscriptions",
}


def set_key(world: World, wanted: dict[str, Any]) -> dict[str, Any]:
    """Make or change a key: `key`, and `permissions` (resource → none, read or write) or `revoked`.

    Only restricted keys have permissions; any test key can be revoked. Raises ValueError for anything else.
    """
    key, permissions, revoked = (
        wanted.get("key"),
        wanted.get("permissions", {}),
        wanted.get("revoked", False),
    )
    if set(wanted) - {"key", "permissions", "revoked"} or not isinstance(revoked, bool):
        raise ValueError("give `key`, and `permissions` or `revoked` (true or false)")
    if not isinstance(key, str) or not TEST_KEY.match(key):
        raise ValueError("key: rk_test_… or sk_test_…")
    if permissions and key.startswith("sk_"):
        raise ValueError("a secret key (sk_test_…) may do everything; give permissions to an rk_test_… key")
    for name, level in permissions.items():
        if name not in RESOURCES or level not in LEVELS:
            raise ValueError(
                f"{name}: {level!r} is not allowed; resources are {', '.join(RESOURCES)},"
                f" levels {', '.join(LEVELS)}"
            )
    known = _key(world, key) or {"permissions": {}}
    stored = {"permissions": permissions or known["permissions"], "revoked": revoked}
    world.store.set_fact(f"key:{key}", stored)
    the_account(world)  # a refusal names it, and refused calls store nothing
    return {"key": key, **stored}


def keys(world: World) -> list[dict[str, Any]]:
    """Every key that was made or revoked here."""
    rows = world.store.rows("select name from facts where name like 'key:%' order by name")
    names = [row["name"].removeprefix("key:") for row in rows]
    return [{"key": name, **(_key(world, name) or {})} for name in names]


def check_permission(world: World, key: str, method: str, path: str) -> None:
    """Raise 401 for a key that is unknown or revoked, 403 for one that may not do this."""
    known = _key(world, key)
    if known is not None and known["revoked"]:
        raise refused(f"Expired API Key provided: {masked(key)}", code="api_key_expired")
    if not key.startswith("rk_"):
        return
    if known is None:
        raise refused(f"Invalid API Key provided: {masked(key)}")
    resource, needed = resource_of(path), "read" if method == "GET" else "write"
    level = known["permissions"].get(resource, "none")
    if LEVELS.index(level) < LEVELS.index(needed):
        account = the_account(world)["id"]
        raise StripeError(
            403,
            "invalid_request_error",
            f"The provided key '{masked(key)}' does not have the required permissions for this endpoint on"
            f" account '{account}'. Having the 'rak_{RESOURCES.get(resource, resource)}_{needed}' permission"
            " would allow this request to continue.",
        )


def resource_of(path: str) -> str:
    """`/v1/checkout/sessions/cs_1` → `checkout_sessions`."""
    head = path.removeprefix("/v1/").partition("/")[0]
    return BELONGS_TO.get(head, head)


def _key(world: World, key: str) -> dict[str, Any] | None:
    known: dict[str, Any] | None = world.store.fact(f"key:{key}")
    return known
