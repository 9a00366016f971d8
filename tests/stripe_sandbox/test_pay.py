"""The buttons of the pay page, pressed by `sandbox.pay`."""

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from stripe_sandbox.errors import StripeError
from stripe_sandbox.payments import NotPayable
from tests.stripe_sandbox.conftest import SECRET, OpenSession

Client = stripe.StripeClient


def types(sandbox: Sandbox) -> list[str]:
    """Event types, oldest first."""
    return [event["type"] for event in reversed(sandbox.find("event"))]


def test_an_accepted_card_pays_the_session_and_leads_back_to_the_site(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    session = open_session()
    assert sandbox.pay(session.id, "card") == f"http://site.example/merci?session_id={session.id}"
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (paid.status, paid.payment_status, paid.url, paid.amount_total) == ("complete", "paid", None, 5000)
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, intent.metadata["donation"]) == ("succeeded", 5000, "1")
    assert intent.capture_method == "automatic_async"
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.paid, charge.captured, charge.amount_captured) == (
        "succeeded",
        True,
        True,
        5000,
    )
    assert charge.payment_method_details
    assert charge.payment_method_details.card
    assert charge.payment_method_details.card.last4 == "4242"
    assert charge.billing_details.email == "amina@example.org"
    assert charge.statement_descriptor_suffix == "DON"
    assert "sepa_debit" not in charge.payment_method_details


def test_events_of_a_payment_come_in_stripes_order(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.pay(open_session().id, "card")
    sandbox.clock.advance(5)
    assert types(sandbox) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_no_intent_exists_before_the_donor_tries(open_session: OpenSession) -> None:
    assert open_session().payment_intent is None


def test_a_declined_card_leaves_the_session_open_and_says_why(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    session = open_session()
    assert sandbox.pay(session.id, "card_declined") == session.url
    again = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (again.status, again.payment_status, again.url) == ("open", "unpaid", session.url)
    intent = again.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.status == "requires_payment_method"
    error = intent.last_payment_error
    assert error
    assert (error.type, error.code, error.decline_code) == (
        "card_error",
        "card_declined",
        "generic_decline",
    )
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, "card_declined")
    assert types(sandbox) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_a_card_accepted_after_a_refusal_pays_the_same_intent_once(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    session = open_session()
    sandbox.pay(session.id, "card_declined")
    sandbox.pay(session.id, "challenge_failed")
    sandbox.pay(session.id, "card")
    assert sandbox.tries(session.id) == 3
    assert len(sandbox.find("payment_intent")) == 1
    assert [charge["status"] for charge in sandbox.find("charge")] == ["succeeded", "failed"]
    intent = sandbox.find("payment_intent")[0]
    assert intent["last_payment_error"] is None
    assert intent["latest_charge"] == sandbox.find("charge")[0]["id"]


def test_a_failed_challenge_makes_no_charge(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    assert sandbox.pay(session.id, "challenge_failed") == session.url
    assert sandbox.find("charge") == []
    error = sandbox.find("payment_intent")[0]["last_payment_error"]
    assert error["code"] == "payment_intent_authentication_failure"
    assert types(sandbox)[-2:] == ["payment_intent.requires_action", "payment_intent.payment_failed"]


def test_a_passed_challenge_is_written_on_the_charge(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.pay(open_session().id, "challenge_passed")
    card = sandbox.find("charge")[0]["payment_method_details"]["card"]
    assert card["three_d_secure"]["result"] == "authenticated"
    assert sandbox.find("payment_intent")[0]["next_action"] is None


def test_pressing_twice_pays_once(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    assert sandbox.pay(session.id, "card") == sandbox.pay(session.id, "card")
    assert len(sandbox.find("charge")) == 1
    assert types(sandbox).count("checkout.session.completed") == 1


def test_walking_away_leads_to_the_cancel_address_and_changes_nothing(
    sandbox: Sandbox, open_session: OpenSession
) -> None:
    session = open_session()
    assert sandbox.pay(session.id, "walk_away") == "http://site.example/annule"
    assert sandbox.find("checkout.session")[0]["status"] == "open"
    assert sandbox.find("event") == []


def test_walking_away_without_a_cancel_address_stays_on_the_page(
    sandbox: Sandbox, open_session: OpenSession
) -> None:
    session = open_session(cancel_url=None)
    assert sandbox.pay(session.id, "walk_away") == session.url


@pytest.mark.parametrize("outcome", ["", "cash", "iban"])
def test_an_outcome_that_the_page_does_not_offer_is_refused(
    sandbox: Sandbox, open_session: OpenSession, outcome: str
) -> None:
    with pytest.raises(NotPayable):
        sandbox.pay(open_session().id, outcome)
    assert sandbox.find("payment_intent") == []


def test_an_unknown_session_is_missing(sandbox: Sandbox) -> None:
    with pytest.raises(StripeError) as caught:
        sandbox.pay("cs_test_nobody", "card")
    assert caught.value.status == 404


def test_an_expired_session_cannot_be_paid(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    sandbox.clock.advance(24 * 3600 + 1)
    with pytest.raises(NotPayable):
        sandbox.pay(session.id, "card")
    assert sandbox.find("charge") == []


def test_a_customer_is_made_only_when_asked(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.pay(open_session().id, "card")
    assert sandbox.find("customer") == []
    session = open_session(customer_creation="always")
    sandbox.pay(session.id, "card", name="Amina Diallo")
    (customer,) = sandbox.find("customer")
    assert (customer["email"], customer["name"]) == ("amina@example.org", "Amina Diallo")
    assert sandbox.find("payment_intent")[0]["customer"] == customer["id"]


def test_the_address_typed_on_the_page_counts_only_when_the_site_gave_none(
    sandbox: Sandbox, open_session: OpenSession
) -> None:
    sandbox.pay(open_session(customer_email=None).id, "card", email="typed@example.org")
    assert sandbox.find("checkout.session")[0]["customer_details"]["email"] == "typed@example.org"
    sandbox.pay(open_session().id, "card", email="typed@example.org")
    assert sandbox.find("checkout.session")[0]["customer_details"]["email"] == "amina@example.org"


def test_every_event_of_a_payment_verifies_with_the_real_sdk(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    sandbox.pay(open_session().id, "card")
    events = [
        client.construct_event(body, header, SECRET) for body, header in sandbox.pop_signed_events(SECRET)
    ]
    assert [event.type for event in events][-1] == "checkout.session.completed"
    assert {event.api_version for event in events} == {stripe._api_version._ApiVersion.CURRENT}
    assert not any(event.livemode for event in events)
    assert sandbox.pop_signed_events(SECRET) == []


def test_an_event_keeps_the_object_as_it_was(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.pay(open_session().id, "card")
    (created,) = [event for event in sandbox.find("event") if event["type"] == "payment_intent.created"]
    assert created["data"]["object"]["status"] == "requires_payment_method"
