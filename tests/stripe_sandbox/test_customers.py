"""/v1/customers"""

import stripe

from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession, error_of

Client = stripe.StripeClient


def test_a_customer_is_made_changed_and_read(sandbox: Sandbox, client: Client) -> None:
    made = client.v1.customers.create(
        {
            "email": "amina@example.org",
            "name": "Amina",
            "address": {"city": "Bordeaux"},
            "metadata": {"a": "1", "b": "2"},
        }
    )
    assert made.id.startswith("cus_")
    assert made.address
    assert made.address.city == "Bordeaux"
    changed = client.v1.customers.update(made.id, {"name": "Amina Diallo", "metadata": {"a": "", "c": "3"}})
    assert changed.name == "Amina Diallo"
    assert changed.metadata
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert client.v1.customers.retrieve(made.id).email == "amina@example.org"
    updated = sandbox.find("event")[0]
    assert updated["type"] == "customer.updated"
    assert updated["data"]["previous_attributes"]["name"] == "Amina"


def test_all_metadata_is_cleared_by_an_empty_string(client: Client) -> None:
    made = client.v1.customers.create({"metadata": {"a": "1"}})
    cleared = client.v1.customers.update(made.id, {"metadata": ""})
    assert cleared.metadata is not None
    assert cleared.metadata.to_dict() == {}


def test_a_deleted_customer_says_so_and_cannot_be_used(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    made = client.v1.customers.create({"email": "amina@example.org"})
    assert client.v1.customers.delete(made.id).deleted is True
    assert client.v1.customers.retrieve(made.id).to_dict() == {
        "id": made.id,
        "object": "customer",
        "deleted": True,
    }
    assert client.v1.customers.list().data == []
    assert sandbox.find("event")[0]["type"] == "customer.deleted"
    error = error_of(lambda: open_session(customer=made.id, customer_email=None))
    assert error.code == "resource_missing"
    assert error_of(lambda: client.v1.customers.update(made.id, {"name": "x"})).http_status == 404


def test_customers_are_found_by_address(client: Client) -> None:
    for email in ("amina@example.org", "claire@example.org"):
        client.v1.customers.create({"email": email})
    (found,) = client.v1.customers.list({"email": "claire@example.org"}).data
    assert found.email == "claire@example.org"


def test_a_session_for_a_customer_carries_the_customer(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    made = client.v1.customers.create({"email": "amina@example.org", "name": "Amina"})
    session = open_session(customer=made.id, customer_email=None)
    sandbox.pay(session.id, "card")
    read = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert isinstance(read.customer, stripe.Customer)
    assert read.customer.email == "amina@example.org"
    assert sandbox.find("charge")[0]["customer"] == made.id
    assert [intent.customer for intent in client.v1.payment_intents.list({"customer": made.id})] == [made.id]


def test_what_the_sandbox_does_not_know_is_refused_not_ignored(client: Client) -> None:
    error = error_of(lambda: client.v1.customers.create({"test_clock": "clock_1"}))
    assert error.code == "sandbox_unsupported"


def test_products_are_made_changed_and_listed(sandbox: Sandbox, client: Client) -> None:
    made = client.v1.products.create({"name": "Don", "id": "don_juin"})
    assert made.id == "don_juin"
    assert error_of(lambda: client.v1.products.create({"name": "Don", "id": "don_juin"})).code == (
        "resource_already_exists"
    )
    client.v1.products.update("don_juin", {"active": False})
    assert client.v1.products.list({"active": True}).data == []
    assert [product.id for product in client.v1.products.list({"active": False})] == ["don_juin"]
    assert [event["type"] for event in sandbox.find("event")] == ["product.updated", "product.created"]
    assert error_of(lambda: client.v1.products.create({})).code == "parameter_missing"  # type: ignore[typeddict-item]


def test_prices_are_made_and_listed(client: Client) -> None:
    product = client.v1.products.create({"name": "Don"})
    price = client.v1.prices.create({"product": product.id, "currency": "EUR", "unit_amount": 1200})
    assert (price.unit_amount, price.currency, price.type) == (1200, "eur", "one_time")
    assert [found.id for found in client.v1.prices.list({"product": product.id})] == [price.id]
    assert client.v1.prices.retrieve(price.id).active is True
    each = {"product": product.id, "currency": "eur", "unit_amount": 1, "recurring": {"interval": "month"}}
    monthly = client.v1.prices.create(each)  # type: ignore[arg-type]
    assert (monthly.type, monthly.recurring and monthly.recurring.interval) == ("recurring", "month")
    yearly = each | {"recurring": {"interval": "year"}}
    assert error_of(lambda: client.v1.prices.create(yearly)).code == "sandbox_unsupported"  # type: ignore[arg-type]
    yen = {"product": product.id, "currency": "jpy", "unit_amount": 100}
    assert error_of(lambda: client.v1.prices.create(yen)).param == "currency"  # type: ignore[arg-type, attr-defined]


def test_the_account_is_one_french_organisation(client: Client) -> None:
    account = client.v1.accounts.retrieve_current()
    assert (account.country, account.default_currency, account.charges_enabled) == ("FR", "eur", True)
    assert client.v1.accounts.retrieve_current().id == account.id
