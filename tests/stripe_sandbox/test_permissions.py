"""Restricted keys, and keys that were taken back."""

from typing import Any

import pytest
import stripe

from stripe_sandbox import permissions
from stripe_sandbox.api import ROUTES
from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import SandboxHTTPClient
from stripe_sandbox.server import RunningServer
from tests.stripe_sandbox.conftest import error_of, session_params
from tests.stripe_sandbox.test_server import read, send

KEY = "rk_test_web1234567890"
WEB = {"checkout_sessions": "write", "customers": "write", "charges": "read", "payment_intents": "read"}


def give(sandbox: Sandbox, **wanted: Any) -> dict[str, Any]:
    with sandbox.locked() as world:
        return permissions.set_key(world, {"key": KEY, **wanted})


@pytest.fixture
def web(sandbox: Sandbox) -> stripe.StripeClient:
    """A site that works with a key that may do only what it needs."""
    give(sandbox, permissions=WEB)
    return stripe.StripeClient(KEY, http_client=SandboxHTTPClient(sandbox))


def test_a_restricted_key_does_what_it_may(sandbox: Sandbox, web: stripe.StripeClient) -> None:
    params: Any = session_params()
    session = web.v1.checkout.sessions.create(params)
    sandbox.pay(session.id, "card")
    assert web.v1.checkout.sessions.retrieve(session.id).status == "complete"
    assert len(web.v1.charges.list().data) == 1


def test_and_nothing_else(sandbox: Sandbox, web: stripe.StripeClient) -> None:
    error = error_of(lambda: web.v1.refunds.create({"charge": "ch_1"}))
    assert isinstance(error, stripe.PermissionError)
    assert error.http_status == 403
    assert error.error is not None
    assert error.error.type == "invalid_request_error"
    account = sandbox.find("account")[0]["id"]
    assert error.user_message == (
        "The provided key 'rk_test_*********7890' does not have the required permissions for this endpoint on"
        f" account '{account}'. Having the 'rak_charge_write' permission would allow this request to"
        " continue."
    )
    error = error_of(lambda: web.v1.events.list())
    assert "'rak_event_read'" in str(error)
    assert "'rak_plan_write'" in str(
        error_of(lambda: web.v1.prices.create({"currency": "eur", "product": "x"}))
    )


def test_a_restricted_key_that_nobody_made_is_unknown(sandbox: Sandbox) -> None:
    client = stripe.StripeClient("rk_test_unknown_12345", http_client=SandboxHTTPClient(sandbox))
    error = error_of(lambda: client.v1.charges.list())
    assert isinstance(error, stripe.AuthenticationError)
    assert "Invalid API Key provided: rk_test_*********2345" in str(error)


def test_a_key_that_is_revoked_opens_nothing_and_can_be_given_back(
    sandbox: Sandbox, web: stripe.StripeClient
) -> None:
    give(sandbox, revoked=True)
    error = error_of(lambda: web.v1.charges.list())
    assert isinstance(error, stripe.AuthenticationError)
    assert error.http_status == 401
    assert error.error is not None
    assert error.error.code == "api_key_expired"
    give(sandbox, revoked=False)
    assert web.v1.charges.list().data == []


def test_a_secret_key_can_be_revoked_too(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    with sandbox.locked() as world:
        permissions.set_key(world, {"key": "sk_test_sandbox", "revoked": True})
    assert isinstance(error_of(lambda: client.v1.charges.list()), stripe.AuthenticationError)


def test_a_key_that_may_not_leaves_no_trace(sandbox: Sandbox, web: stripe.StripeClient) -> None:
    give(sandbox, permissions={"customers": "read"})
    assert isinstance(error_of(lambda: web.v1.customers.create({"name": "Amina"})), stripe.PermissionError)
    assert sandbox.find("customer") == []
    assert web.v1.customers.list().data == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"permissions": WEB, "colour": "red"},
        {"key": "pk_test_1", "permissions": WEB},
        {"key": "sk_test_1", "permissions": WEB},
        {"permissions": {"weather": "read"}},
        {"permissions": {"charges": "all"}},
        {"revoked": "yes"},
    ],
)
def test_an_impossible_key_is_refused_in_words(sandbox: Sandbox, wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        give(sandbox, **wanted)
    with sandbox.locked() as world:
        assert permissions.keys(world) == []


def test_keys_are_made_and_read_by_control(server: RunningServer) -> None:
    url = f"{server.url}/_sandbox/keys"
    made = {"key": KEY, "permissions": WEB, "revoked": False}
    assert send(url, {"key": KEY, "permissions": WEB}) == (200, made)
    assert read(url) == [made]
    assert send(url, {"key": "pk_live_1"})[0] == 400


def test_every_address_of_the_api_belongs_to_a_resource() -> None:
    assert {permissions.resource_of(route.path) for route in ROUTES} <= set(permissions.RESOURCES)
