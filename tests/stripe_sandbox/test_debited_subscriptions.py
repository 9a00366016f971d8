"""Monthly gifts by SEPA debit: active from the first day, paid only when the bank says so."""

import pytest
import stripe

from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import error_of, events_since, monthly_params

Client = stripe.StripeClient
REFUSING = "FR8420041010050500013M02607"
DISPUTING = "FR5720041010050500013M02608"


def subscribe(sandbox: Sandbox, client: Client, customer: stripe.Customer, iban: str = "") -> str:
    """The id of a subscription whose first debit is under way."""
    session = client.v1.checkout.sessions.create(monthly_params(customer.id))  # type: ignore[arg-type]
    sandbox.pay(session.id, "sepa", iban=iban)
    return str(client.v1.checkout.sessions.retrieve(session.id).subscription)


@pytest.fixture
def debited(sandbox: Sandbox, client: Client, customer: stripe.Customer) -> str:
    return subscribe(sandbox, client, customer)


def test_it_is_active_while_the_first_month_is_still_processing(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    seen = len(sandbox.find("event"))
    found = client.v1.subscriptions.retrieve(
        subscribe(sandbox, client, customer), {"expand": ["latest_invoice"]}
    )
    assert events_since(sandbox, seen) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "checkout.session.completed",
    ]
    assert found.status == "active"
    assert isinstance(found.latest_invoice, stripe.Invoice)
    assert (found.latest_invoice.status, found.latest_invoice.amount_paid) == ("open", 0)
    session = sandbox.find("checkout.session")[0]
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    assert sandbox.find("invoice_payment")[0]["status"] == "open"


def test_days_later_the_month_is_paid(sandbox: Sandbox, client: Client, debited: str) -> None:
    sandbox.advance(days=6)
    (invoice,) = client.v1.invoices.list({"subscription": debited}).data
    assert (invoice.status, invoice.attempt_count) == ("paid", 1)
    assert sandbox.find("checkout.session")[0]["payment_status"] == "paid"
    types = [event["type"] for event in sandbox.find("event")]
    assert types.count("invoice.paid") == types.count("checkout.session.async_payment_succeeded") == 1


def test_the_next_months_are_debited_under_the_same_mandate(
    sandbox: Sandbox, client: Client, debited: str
) -> None:
    sandbox.advance(days=6)
    invoice = sandbox.renew(debited)
    assert (invoice["status"], invoice["next_payment_attempt"]) == ("open", None)
    assert client.v1.subscriptions.retrieve(debited).status == "active"
    newest, first = sandbox.find("charge")
    assert (newest["status"], first["status"]) == ("pending", "succeeded")
    mandates = {charge["payment_method_details"]["sepa_debit"]["mandate"] for charge in (newest, first)}
    assert len(mandates) == 1
    sandbox.advance(days=6)
    assert client.v1.invoices.retrieve(invoice["id"]).status == "paid"
    assert sandbox.find("payment_intent")[0]["payment_method_types"] == ["sepa_debit"]


def test_a_refused_first_debit_makes_it_late_and_in_the_end_ends_it(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    found = subscribe(sandbox, client, customer, REFUSING)
    sandbox.advance(days=6)
    late = client.v1.subscriptions.retrieve(found)
    invoice = client.v1.invoices.retrieve(str(late.latest_invoice))
    assert (late.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt
    assert invoice.next_payment_attempt > sandbox.clock.now()
    types = [event["type"] for event in sandbox.find("event")]
    assert types.count("invoice.payment_failed") == types.count("checkout.session.async_payment_failed") == 1
    sandbox.advance(days=20)
    ended = client.v1.subscriptions.retrieve(found)
    assert ended.status == "canceled"
    assert {charge["status"] for charge in sandbox.find("charge")} == {"failed"}


def test_a_refused_debit_of_a_later_month_is_tried_again_and_may_work(
    sandbox: Sandbox, client: Client, debited: str
) -> None:
    sandbox.advance(days=6)
    invoice = sandbox.renew(debited)
    sandbox.fail_debit(sandbox.find("charge")[0]["id"])
    sandbox.run_due()
    assert client.v1.subscriptions.retrieve(debited).status == "past_due"
    sandbox.advance(days=3)
    again = client.v1.invoices.retrieve(invoice["id"])
    assert (again.status, again.attempt_count, again.next_payment_attempt) == ("open", 2, None)
    sandbox.advance(days=6)
    assert client.v1.invoices.retrieve(invoice["id"]).status == "paid"
    assert client.v1.subscriptions.retrieve(debited).status == "active"


def test_while_a_debit_is_under_way_nobody_can_pay_a_second_time_or_void(
    sandbox: Sandbox, client: Client, debited: str
) -> None:
    invoice_id = str(client.v1.subscriptions.retrieve(debited).latest_invoice)
    assert error_of(lambda: client.v1.invoices.pay(invoice_id)).http_status == 400
    assert error_of(lambda: client.v1.invoices.void_invoice(invoice_id)).http_status == 400
    for press in (sandbox.collect_invoice, sandbox.void_invoice):
        with pytest.raises(NotNow, match="processing"):
            press(invoice_id)
    assert len(sandbox.find("charge")) == 1


def test_without_a_mandate_nothing_is_debited(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    found = subscribe(sandbox, client, customer, DISPUTING)
    sandbox.advance(days=6)
    assert sandbox.find("mandate")[0]["status"] == "inactive"
    charges = len(sandbox.find("charge"))
    invoice = sandbox.renew(found)
    assert invoice["status"] == "open"
    assert len(sandbox.find("charge")) == charges
    error = sandbox.find("payment_intent")[0]["last_payment_error"]
    assert error["code"] == "payment_intent_mandate_invalid"
    assert client.v1.subscriptions.retrieve(found).status == "past_due"


def test_what_is_said_of_cards_does_not_fit_an_account(sandbox: Sandbox, debited: str) -> None:
    for press in (
        lambda: sandbox.next_renewal(debited, "card_declined"),
        lambda: sandbox.card_expires(debited, month=1, year=2020),
        lambda: sandbox.card_replaced(debited),
    ):
        with pytest.raises(NotNow, match="sepa_debit"):
            press()
    assert sandbox.find("event")[0]["type"] == "checkout.session.completed"


def test_somebody_late_by_debit_pays_by_card_and_goes_on_so(
    sandbox: Sandbox, client: Client, customer: stripe.Customer
) -> None:
    found = subscribe(sandbox, client, customer, REFUSING)
    sandbox.advance(days=6)
    invoice_id = str(client.v1.subscriptions.retrieve(found).latest_invoice)
    assert sandbox.pay_invoice(invoice_id, "card") is None
    assert client.v1.invoices.retrieve(invoice_id).status == "paid"
    assert client.v1.subscriptions.retrieve(found).status == "active"
    assert sandbox.renew(found)["status"] == "paid"
