"""The portal: its settings, its sessions, and the page where Amina looks after her monthly gift."""

from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

from stripe_sandbox import web
from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import error_of

Client = stripe.StripeClient
SIMULATION = "aucun argent ne bouge"
HOST = {"Host": "127.0.0.1:8420"}


def open_portal(client: Client, customer: stripe.Customer, **changes: Any) -> str:
    """The path of a fresh portal page."""
    params = {"customer": customer.id, "return_url": "http://site.example/mes-dons/"} | changes
    session = client.v1.billing_portal.sessions.create(params)  # type: ignore[arg-type]
    assert session.url.startswith("http://127.0.0.1:8420/portal/bps_")
    return session.url.removeprefix("http://127.0.0.1:8420")


def get(sandbox: Sandbox, path: str) -> Response:
    return web.answer(sandbox, "GET", path, HOST, b"")


def press(sandbox: Sandbox, path: str, action: str, subscription: str) -> Response:
    body = urlencode({"action": action, "subscription": subscription}).encode()
    return web.answer(sandbox, "POST", path, HOST, body)


def test_the_page_shows_the_gift_and_the_way_back(
    sandbox: Sandbox, client: Client, customer: stripe.Customer, subscription: stripe.Subscription
) -> None:
    answer = get(sandbox, open_portal(client, customer))
    text = answer.body.decode()
    assert answer.status == 200
    for words in (
        SIMULATION,
        "10,00\u00a0€ par mois",
        "amina@example.org",
        "Visa •••• 4242",
        "prochain prélèvement le",
        'href="http://site.example/mes-dons/"',
        "Arrêter ce don mensuel",
        "Donner une autre carte",
        subscription.id,
    ):
        assert words in text
    assert "<script" not in text


def test_a_donor_stops_and_thinks_better_of_it(
    sandbox: Sandbox, client: Client, customer: stripe.Customer, subscription: stripe.Subscription
) -> None:
    path = open_portal(client, customer)
    text = press(sandbox, path, "stop", subscription.id).body.decode()
    assert "ce don mensuel s’arrête" in text
    assert "Finalement, continuer ce don" in text
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is True
    assert press(sandbox, path, "stop", subscription.id).status == 400
    press(sandbox, path, "keep", subscription.id)
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is False


def test_a_portal_may_end_gifts_at_once(
    sandbox: Sandbox, client: Client, customer: stripe.Customer, subscription: stripe.Subscription
) -> None:
    cancel = {"enabled": True, "mode": "immediately"}
    made = client.v1.billing_portal.configurations.create({"features": {"subscription_cancel": cancel}})  # type: ignore[typeddict-item]
    path = open_portal(client, customer, configuration=made.id)
    assert "Donner une autre carte" not in get(sandbox, path).body.decode()
    assert "Aucun don mensuel" in press(sandbox, path, "stop", subscription.id).body.decode()
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_a_new_card_serves_from_the_next_month_on(
    sandbox: Sandbox, client: Client, customer: stripe.Customer, subscription: stripe.Subscription
) -> None:
    sandbox.renew(subscription.id, "expired_card")
    path = open_portal(client, customer)
    assert "en retard" in get(sandbox, path).body.decode()
    assert "Mastercard •••• 4444" in press(sandbox, path, "card", subscription.id).body.decode()
    after = client.v1.subscriptions.retrieve(subscription.id)
    assert after.default_payment_method != subscription.default_payment_method
    assert client.v1.invoices.pay(str(after.latest_invoice)).status == "paid"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_a_flow_leads_to_the_card_and_back_to_the_site(
    sandbox: Sandbox, client: Client, customer: stripe.Customer, subscription: stripe.Subscription
) -> None:
    back = {"type": "redirect", "redirect": {"return_url": "http://site.example/carte-changee/"}}
    flow = {"type": "payment_method_update", "after_completion": back}
    path = open_portal(client, customer, flow_data=flow)
    assert "Arrêter ce don mensuel" not in get(sandbox, path).body.decode()
    answer = press(sandbox, path, "card", subscription.id)
    assert (answer.status, answer.headers["Location"]) == (303, "http://site.example/carte-changee/")


def test_a_portal_is_for_one_customer_and_one_hour(
    sandbox: Sandbox, client: Client, customer: stripe.Customer, subscription: stripe.Subscription
) -> None:
    other = client.v1.customers.create({"email": "bruno@example.org"})
    stranger = open_portal(client, other)
    assert subscription.id not in get(sandbox, stranger).body.decode()
    assert press(sandbox, stranger, "stop", subscription.id).status == 400
    path = open_portal(client, customer)
    sandbox.advance(hours=1)
    assert get(sandbox, path).status == press(sandbox, path, "stop", subscription.id).status == 404
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is False


def test_a_deleted_customer_has_no_portal_any_more(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    path = open_portal(client, customer)
    sandbox.delete_customer(customer.id)
    assert get(sandbox, path).status == 404
    error = error_of(lambda: open_portal(client, customer))
    assert (error.http_status, error.code) == (400, "resource_missing")


@pytest.mark.parametrize("path", ["/portal/bps_nobody", "/portal/", "/invoice/in_nobody", "/invoice/"])
def test_an_address_of_nobody_is_a_page_too(sandbox: Sandbox, path: str) -> None:
    for answer in (get(sandbox, path), press(sandbox, path, "stop", "sub_x")):
        assert answer.status == 404
        assert SIMULATION in answer.body.decode()


def test_the_settings_are_made_changed_and_listed(sandbox: Sandbox, client: Client) -> None:
    configurations = client.v1.billing_portal.configurations
    made = configurations.create(
        {
            "business_profile": {"headline": "Vos dons"},
            "features": {"payment_method_update": {"enabled": True}},
            "default_return_url": "http://site.example/",
            "metadata": {"app": "dons"},
        }
    )
    assert (made.active, made.is_default, made.business_profile.headline) == (True, False, "Vos dons")
    assert made.features.payment_method_update.enabled is True
    assert made.features.subscription_cancel.enabled is False
    changed = configurations.update(
        made.id, {"active": False, "features": {"subscription_cancel": {"enabled": True}}}
    )
    assert (changed.active, changed.business_profile.headline) == (False, "Vos dons")
    assert changed.features.payment_method_update.enabled is True
    assert changed.features.subscription_cancel.enabled is True
    assert configurations.retrieve(made.id).active is False
    assert [found.id for found in configurations.list({"active": False})] == [made.id]
    assert configurations.list({"active": True}).data == []


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"configuration": "bpc_nobody"}, "configuration"),
        ({"flow_data": {"type": "subscription_cancel"}}, "flow_data[type]"),
        ({"on_behalf_of": "acct_1"}, "on_behalf_of"),
    ],
)
def test_a_session_that_makes_no_sense_is_refused(
    client: Client, customer: stripe.Customer, changes: dict[str, Any], param: str
) -> None:
    error = error_of(lambda: open_portal(client, customer, **changes))
    assert (error.http_status, error.param) == (400, param)  # type: ignore[attr-defined]


def test_settings_that_the_page_cannot_play_are_refused(client: Client, customer: stripe.Customer) -> None:
    create = client.v1.billing_portal.configurations.create
    update = {"enabled": True, "default_allowed_updates": ["price"], "products": ""}
    for params in (
        {},
        {"features": {"subscription_update": update}},
        {"features": {}, "login_page": {"enabled": True}},
    ):
        assert error_of(lambda params=params: create(params)).http_status == 400  # type: ignore[misc]
    off = create({"features": {"payment_method_update": {"enabled": True}}})
    client.v1.billing_portal.configurations.update(off.id, {"active": False})
    assert error_of(lambda: open_portal(client, customer, configuration=off.id)).http_status == 400
    assert error_of(lambda: client.v1.billing_portal.sessions.create({})).code == "parameter_missing"
