"""SEPA direct debits: promised today, known in a week, taken back at will."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.bank_accounts import ACCOUNTS
from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from stripe_sandbox.payments import NotPayable
from tests.stripe_sandbox.conftest import OpenSession, error_of, price_data

Client = stripe.StripeClient
DAY = 24 * 3600
PAYS, PAYS_LATER, REFUSED, REFUSED_LATER, DISPUTED, EMPTY = ACCOUNTS
SUBMITTED = [
    "payment_intent.created",
    "charge.pending",
    "payment_intent.processing",
    "checkout.session.completed",
]
SUCCEEDED = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"]
FAILED = ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]


@pytest.fixture
def debited(sandbox: Sandbox, client: Client, open_session: OpenSession) -> stripe.PaymentIntent:
    """Amina's gift of 50 euros by direct debit; her bank has not answered yet."""
    session = open_session()
    sandbox.pay(session.id, "sepa")
    session = client.v1.checkout.sessions.retrieve(session.id)
    return client.v1.payment_intents.retrieve(str(session.payment_intent))


def happened(sandbox: Sandbox) -> list[str]:
    """The types of all events, oldest first."""
    return [event["type"] for event in reversed(sandbox.find("event"))]


def read_session(client: Client, sandbox: Sandbox) -> stripe.checkout.Session:
    expand = ["payment_intent.latest_charge.balance_transaction"]
    return client.v1.checkout.sessions.retrieve(sandbox.find("checkout.session")[0]["id"], {"expand": expand})


def net(sandbox: Sandbox) -> list[tuple[str, int]]:
    return [(line["type"], line["net"]) for line in reversed(sandbox.find("balance_transaction"))]


def test_a_debit_is_promised_but_not_paid(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    session = read_session(client, sandbox)
    assert (session.status, session.payment_status, session.url) == ("complete", "unpaid", None)
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    assert (session.payment_intent.status, session.payment_intent.amount_received) == ("processing", 0)
    charge = session.payment_intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.id.startswith("py_")
    assert (charge.status, charge.paid, charge.amount) == ("pending", False, 5000)
    assert happened(sandbox) == SUBMITTED
    assert sandbox.find("event")[0]["data"]["object"]["payment_status"] == "unpaid"


def test_the_charge_names_its_mandate_and_the_day_of_the_debit(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    charge = client.v1.charges.retrieve(str(debited.latest_charge))
    assert charge.payment_method_details
    debit = charge.payment_method_details.sepa_debit
    assert debit
    assert (debit.last4, debit.country, debit.bank_code) == ("2606", "FR", "20041")
    assert debit.expected_debit_date
    assert len(debit.expected_debit_date) == len("2026-06-01")
    mandate = client.v1.mandates.retrieve(str(debit.mandate))
    assert (mandate.status, mandate.type, mandate.payment_method) == (
        "active",
        "multi_use",
        debited.payment_method,
    )
    assert mandate.payment_method_details.sepa_debit
    assert mandate.payment_method_details.sepa_debit.reference
    method = client.v1.payment_methods.retrieve(str(debited.payment_method))
    assert method.sepa_debit
    assert (method.type, method.sepa_debit.last4) == ("sepa_debit", "2606")
    assert method.billing_details.email == "amina@example.org"


def test_its_line_stands_in_the_balance_from_the_start_but_is_no_proof(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    charge = client.v1.charges.retrieve(str(debited.latest_charge), {"expand": ["balance_transaction"]})
    line = charge.balance_transaction
    assert isinstance(line, stripe.BalanceTransaction)
    assert (line.type, line.reporting_category, line.amount, line.fee) == ("payment", "charge", 5000, 35)
    assert line.status == "pending"
    sandbox.clock.advance(6 * DAY)
    assert client.v1.balance_transactions.retrieve(line.id).status == "pending"
    sandbox.clock.advance(2 * DAY)
    assert client.v1.balance_transactions.retrieve(line.id).status == "available"


def test_the_bank_pays_after_five_days(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    sandbox.clock.advance(5 * DAY - 60)
    assert happened(sandbox) == SUBMITTED
    sandbox.clock.advance(120)
    assert happened(sandbox) == SUBMITTED + SUCCEEDED
    session = read_session(client, sandbox)
    assert session.payment_status == "paid"
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    assert (session.payment_intent.status, session.payment_intent.amount_received) == ("succeeded", 5000)
    charge = session.payment_intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.paid) == ("succeeded", True)
    assert net(sandbox) == [("payment", 4965)]


def test_an_answer_is_dated_when_it_came(sandbox: Sandbox, debited: stripe.PaymentIntent) -> None:
    sandbox.clock.advance(30 * DAY)
    (event,) = [event for event in sandbox.find("event") if event["type"] == SUCCEEDED[-1]]
    assert event["created"] == pytest.approx(debited.created + 5 * DAY, abs=5)


@pytest.mark.parametrize(
    ("iban", "days", "after"),
    [
        (PAYS, 5, SUCCEEDED),
        (PAYS_LATER, 14, SUCCEEDED),
        (REFUSED, 5, FAILED),
        (REFUSED_LATER, 14, FAILED),
        (EMPTY, 5, FAILED),
    ],
)
def test_each_test_account_answers_in_its_time(
    sandbox: Sandbox, open_session: OpenSession, iban: str, days: int, after: list[str]
) -> None:
    sandbox.pay(open_session().id, "sepa", iban=iban)
    sandbox.clock.advance(days * DAY - 60)
    assert happened(sandbox) == SUBMITTED
    sandbox.clock.advance(120)
    assert happened(sandbox)[len(SUBMITTED) :] == after


@pytest.mark.parametrize(
    ("iban", "reason", "code"),
    [
        (REFUSED, "generic_could_not_process", "payment_intent_payment_attempt_failed"),
        (EMPTY, "insufficient_funds", "insufficient_funds"),
    ],
)
def test_a_refused_debit_leaves_the_fee_only(
    sandbox: Sandbox, client: Client, open_session: OpenSession, iban: str, reason: str, code: str
) -> None:
    sandbox.pay(open_session().id, "sepa", iban=iban)
    sandbox.clock.advance(6 * DAY)
    session = read_session(client, sandbox)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error
    assert (intent.last_payment_error.code, intent.last_payment_error.payment_method_type) == (
        code,
        "sepa_debit",
    )
    charge = client.v1.charges.retrieve(intent.last_payment_error.charge or "")
    assert (charge.status, charge.failure_code) == ("failed", reason)
    assert charge.failure_balance_transaction
    assert net(sandbox) == [("payment", 4965), ("payment_failure_refund", -5000)]


def test_a_disputed_debit_is_lost_the_moment_the_dispute_comes(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    sandbox.pay(open_session().id, "sepa", iban=DISPUTED)
    sandbox.clock.advance(6 * DAY)
    assert happened(sandbox)[len(SUBMITTED) :] == [
        *SUCCEEDED,
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "mandate.updated",
    ]
    (dispute,) = client.v1.disputes.list().data
    assert (dispute.status, dispute.reason, dispute.is_charge_refundable) == (
        "lost",
        "debit_not_authorized",
        False,
    )
    assert dispute.evidence_details.due_by is None
    assert sandbox.find("mandate")[0]["status"] == "inactive"
    assert net(sandbox) == [("payment", 4965), ("adjustment", -7000)]


def test_any_debit_can_be_disputed_weeks_later_but_is_never_inquired_about(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    with pytest.raises(NotNow, match="not paid"):
        sandbox.open_dispute(debited.id)
    sandbox.clock.advance(50 * DAY)
    with pytest.raises(NotNow, match="inquire"):
        sandbox.open_dispute(debited.id, inquiry=True)
    assert sandbox.open_dispute(debited.id)["status"] == "lost"
    error = error_of(lambda: client.v1.refunds.create({"payment_intent": debited.id}))
    assert error.code == "charge_disputed"


def test_a_debit_can_fail_weeks_after_its_success(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    sandbox.clock.advance(20 * DAY)
    sandbox.fail_late(str(debited.latest_charge))
    assert happened(sandbox)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    assert client.v1.payment_intents.retrieve(debited.id).status == "requires_payment_method"
    assert read_session(client, sandbox).payment_status == "paid"


def test_a_debit_on_its_way_cannot_be_refunded(client: Client, debited: stripe.PaymentIntent) -> None:
    error = error_of(lambda: client.v1.refunds.create({"payment_intent": debited.id}))
    assert "pending" in str(error)


def test_a_refund_of_a_debit_has_its_own_names(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    sandbox.clock.advance(6 * DAY)
    refund = client.v1.refunds.create({"payment_intent": debited.id, "amount": 2000})
    assert refund.id.startswith("pyr_")
    assert (refund.status, refund.destination_details) == ("succeeded", None)
    assert net(sandbox)[-1] == ("payment_refund", -2000)
    assert (
        client.v1.balance_transactions.retrieve(str(refund.balance_transaction)).reporting_category
        == "refund"
    )
    sandbox.fail_refund(refund.id)
    assert net(sandbox)[-1] == ("refund_failure", 2000)


def test_a_short_balance_makes_refunds_of_debits_fail(
    sandbox: Sandbox, client: Client, debited: stripe.PaymentIntent
) -> None:
    sandbox.clock.advance(6 * DAY)
    sandbox.run_short()
    refund = client.v1.refunds.create({"payment_intent": debited.id})
    assert (refund.status, refund.failure_reason) == ("failed", "insufficient_funds")
    assert happened(sandbox)[-2:] == ["refund.created", "refund.failed"]
    assert client.v1.charges.retrieve(str(debited.latest_charge)).amount_refunded == 0


def test_nobody_has_to_wait_for_the_bank(sandbox: Sandbox, debited: stripe.PaymentIntent) -> None:
    sandbox.settle_debit(debited.id)
    assert happened(sandbox) == SUBMITTED + SUCCEEDED
    sandbox.clock.advance(20 * DAY)
    assert [kind for kind in happened(sandbox) if not kind.startswith("payout")] == SUBMITTED + SUCCEEDED
    with pytest.raises(NotNow, match="succeeded"):
        sandbox.settle_debit(debited.id)


def test_a_bank_can_be_told_to_refuse(sandbox: Sandbox, debited: stripe.PaymentIntent) -> None:
    sandbox.fail_debit(debited.id)
    assert happened(sandbox) == SUBMITTED + FAILED
    with pytest.raises(NotNow, match="failed"):
        sandbox.fail_debit(str(debited.latest_charge))


def test_the_days_can_be_set(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.debit_days(1)
    sandbox.pay(open_session().id, "sepa")
    sandbox.clock.advance(DAY)
    assert happened(sandbox)[-1] == SUCCEEDED[-1]
    with pytest.raises(ValueError, match="between 0 and 30"):
        sandbox.debit_days(31)


def test_a_customer_is_kept_with_a_debit_too(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    sandbox.pay(open_session(customer_creation="always").id, "sepa", name="Amina Benali")
    charge = sandbox.find("charge")[0]
    assert client.v1.customers.retrieve(charge["customer"]).name == "Amina Benali"


def test_a_declined_card_can_be_followed_by_a_debit(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    sandbox.pay(session.id, "card_declined")
    sandbox.pay(session.id, "sepa")
    sandbox.clock.advance(6 * DAY)
    (intent,) = sandbox.find("payment_intent")
    assert (intent["status"], intent["last_payment_error"]) == ("succeeded", None)
    assert sandbox.tries(session.id) == 2


def test_paying_twice_debits_once(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    addresses = {sandbox.pay(session.id, outcome) for outcome in ("sepa", "sepa", "card")}
    assert len(addresses) == 1
    assert len(sandbox.find("charge")) == 1


@pytest.mark.parametrize(
    ("changes", "methods"),
    [
        ({}, ["card", "sepa_debit"]),
        ({"allowed_payment_method_types": ["sepa_debit"]}, ["sepa_debit"]),
        ({"allowed_payment_method_types": ["card"]}, ["card"]),
        ({"allowed_payment_method_types": None}, ["card", "sepa_debit"]),
        (
            {"allowed_payment_method_types": None, "excluded_payment_method_types": ["sepa_debit"]},
            ["card"],
        ),
        ({"line_items": [{"quantity": 1, "price_data": price_data(10_000_00)}]}, ["card", "sepa_debit"]),
        ({"line_items": [{"quantity": 1, "price_data": price_data(10_000_01)}]}, ["card"]),
        ({"line_items": [{"quantity": 1, "price_data": price_data() | {"currency": "chf"}}]}, ["card"]),
    ],
)
def test_a_session_offers_what_the_site_allows_and_the_amount_permits(
    open_session: OpenSession, changes: dict[str, Any], methods: list[str]
) -> None:
    assert open_session(**changes).payment_method_types == methods


@pytest.mark.parametrize(("allowed", "outcome"), [("card", "sepa"), ("sepa_debit", "card")])
def test_what_the_session_does_not_offer_cannot_be_used(
    sandbox: Sandbox, open_session: OpenSession, allowed: str, outcome: str
) -> None:
    with pytest.raises(NotPayable):
        sandbox.pay(open_session(allowed_payment_method_types=[allowed]).id, outcome)
    assert sandbox.find("charge") == []


def test_an_iban_may_be_written_with_spaces(sandbox: Sandbox, open_session: OpenSession) -> None:
    spaced = "fr97 2004 1010 0500 0000 2222 227"
    sandbox.pay(open_session().id, "sepa", iban=spaced)
    assert sandbox.find("payment_method")[0]["sepa_debit"]["last4"] == "2227"


def test_a_real_iban_is_not_taken(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    assert sandbox.pay(session.id, "sepa", iban="FR7630006000011234567890189") == session.url
    assert sandbox.find("payment_intent") == []
    assert sandbox.tries(session.id) == 0
