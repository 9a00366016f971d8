"""What the gateway reads of payments, refunds and disputes, in plain values."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from donors.gifts.models import Donation
from donors.payments.errors import StripeRefused, StripeUnavailable, UnknownObject
from donors.payments.facts import RefundOrder
from donors.payments.gateway.checkout import fetch_checkout
from donors.payments.gateway.payments import (
    create_refund,
    fetch_disputes,
    fetch_fraud_warning,
    fetch_payment,
    fetch_refunds,
)
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation

pytestmark = pytest.mark.django_db

DAY = 86_400


def charge_of(sandbox: Sandbox) -> dict[str, object]:
    return dict(sandbox.find("charge")[0])


def intent_of(sandbox: Sandbox) -> str:
    return str(charge_of(sandbox)["payment_intent"])


def test_a_payment_is_read_without_its_page(paid: Donation, stripe_account: Sandbox) -> None:
    stripe_account.clock.advance(60)

    facts = fetch_payment(intent_of(stripe_account))

    assert (facts.amount_cents, facts.currency, facts.livemode) == (5000, "eur", False)
    assert (facts.is_paid, facts.method, facts.session_id) == (True, "card", "")
    assert facts.donation_uuid == str(paid.uuid)
    assert facts.fee is not None
    assert facts.fee.fee_cents > 0


def test_a_fee_that_has_not_come_is_none(paid: Donation, stripe_account: Sandbox) -> None:
    assert fetch_payment(intent_of(stripe_account)).fee is None


def test_a_debit_under_way_names_its_mandate_and_its_day(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.pay(session_of(opened), "sepa")

    facts = fetch_checkout(session_of(opened))

    assert (facts.intent_state, facts.payment_state, facts.is_paid) == ("processing", "unpaid", False)
    assert facts.mandate_id.startswith("mandate_")
    assert isinstance(facts.debit_expected_on, date)
    assert facts.charge_id == "", "nothing is paid yet"


def test_a_refused_debit_says_why_and_what_came_back(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.pay(session_of(opened), "sepa")
    stripe_account.fail_debit(str(charge_of(stripe_account)["id"]))

    facts = fetch_checkout(session_of(opened))

    assert (facts.is_paid, facts.was_paid) == (False, False)
    assert facts.failure
    assert facts.taken_back is not None
    assert facts.taken_back.amount_cents == -5000


def test_a_payment_that_was_taken_back_later_had_been_paid(paid: Donation, stripe_account: Sandbox) -> None:
    stripe_account.fail_late(str(charge_of(stripe_account)["id"]))

    facts = fetch_checkout(session_of(paid))

    assert (facts.is_paid, facts.was_paid) == (False, True)


def test_refunds_are_read_oldest_first_whoever_made_them(paid: Donation, stripe_account: Sandbox) -> None:
    intent, charge = intent_of(stripe_account), str(charge_of(stripe_account)["id"])
    order = RefundOrder(refund_uuid="5f0c", intent_id=intent, amount_cents=1000)
    ours = create_refund(order, idempotency_key="re:5f0c")
    stripe_account.clock.advance(5)
    stripe_account.refund(charge, 2000)

    first, second = fetch_refunds(intent)

    assert (first.refund_id, first.uuid, first.amount_cents) == (ours.refund_id, "5f0c", 1000)
    assert (second.uuid, second.amount_cents) == ("", 2000)
    assert first.booked is not None
    assert first.booked.amount_cents == -1000
    assert fetch_payment(intent).went_back


def test_the_same_refund_asked_for_twice_is_one(paid: Donation, stripe_account: Sandbox) -> None:
    order = RefundOrder(refund_uuid="5f0c", intent_id=intent_of(stripe_account), amount_cents=1000)

    made = {create_refund(order, idempotency_key="re:5f0c").refund_id for _ in range(3)}

    assert len(made) == 1
    assert len(stripe_account.find("refund")) == 1


def test_more_than_the_payment_is_refused_with_stripes_code(paid: Donation, stripe_account: Sandbox) -> None:
    order = RefundOrder(refund_uuid="x", intent_id=intent_of(stripe_account), amount_cents=9000)

    with pytest.raises(StripeRefused, match="refunding"):
        create_refund(order, idempotency_key="re:x")


def test_a_failed_refund_shows_the_money_that_came_back(paid: Donation, stripe_account: Sandbox) -> None:
    made = stripe_account.refund(str(charge_of(stripe_account)["id"]))
    stripe_account.fail_refund(made["id"])

    (facts,) = fetch_refunds(intent_of(stripe_account))

    assert facts.state == "failed"
    assert facts.failure
    assert facts.booked is not None
    assert facts.given_back is not None
    assert facts.booked.amount_cents + facts.given_back.amount_cents == 0


def test_a_dispute_carries_what_it_took_and_gave_back(paid: Donation, stripe_account: Sandbox) -> None:
    stripe_account.clock.advance(60)
    dispute = stripe_account.open_dispute(str(charge_of(stripe_account)["id"]))
    stripe_account.win_dispute(dispute["id"])

    (facts,) = fetch_disputes(intent_of(stripe_account))

    assert (facts.dispute_id, facts.state, facts.amount_cents) == (dispute["id"], "won", 5000)
    assert [line.amount_cents for line in facts.lines] == [-5000, 5000]
    assert facts.lines[0].fee_cents == 2000
    assert facts.answer_due_at is None or facts.answer_due_at > facts.opened_at


def test_an_inquiry_has_no_lines(paid: Donation, stripe_account: Sandbox) -> None:
    stripe_account.open_dispute(str(charge_of(stripe_account)["id"]), inquiry=True)

    (facts,) = fetch_disputes(intent_of(stripe_account))

    assert (facts.state, facts.lines) == ("warning_needs_response", ())


def test_a_quiet_payment_has_neither(paid: Donation, stripe_account: Sandbox) -> None:
    intent = intent_of(stripe_account)

    assert (fetch_refunds(intent), fetch_disputes(intent)) == ((), ())
    assert not fetch_payment(intent).went_back


def test_many_refunds_are_read_page_by_page(stripe_account: Sandbox) -> None:
    gift = a_donation(amount_cents=50_000)
    open_page(gift)
    stripe_account.pay(session_of(gift), "card")
    charge = str(charge_of(stripe_account)["id"])
    for _ in range(104):
        stripe_account.refund(charge, 100)

    assert sum(facts.amount_cents for facts in fetch_refunds(intent_of(stripe_account))) == 10_400


def test_a_warning_is_actionable_until_something_was_done(paid: Donation, stripe_account: Sandbox) -> None:
    charge = str(charge_of(stripe_account)["id"])
    warning = stripe_account.warn_of_fraud(charge)
    before = fetch_fraud_warning(warning["id"])
    stripe_account.refund(charge)

    assert (before.actionable, before.intent_id) == (True, intent_of(stripe_account))
    assert not fetch_fraud_warning(warning["id"]).actionable


@pytest.mark.parametrize("read", [fetch_payment, fetch_fraud_warning])
def test_what_stripe_does_not_know_has_a_name(read: object, stripe_account: Sandbox) -> None:
    assert callable(read)
    with pytest.raises(UnknownObject):
        read("pi_nobody")


@pytest.mark.parametrize("read", [fetch_payment, fetch_refunds, fetch_disputes])
def test_silence_is_silence(read: object, stripe_account: Sandbox) -> None:
    assert callable(read)
    stripe_account.faults.add("drop", count=None)

    with pytest.raises(StripeUnavailable):
        read("pi_1")


def test_moments_are_in_utc(paid: Donation, stripe_account: Sandbox) -> None:
    facts = fetch_payment(intent_of(stripe_account))

    assert facts.charged_at is not None
    assert facts.charged_at.tzinfo is UTC
    assert abs(facts.charged_at - timezone.now()).total_seconds() < DAY
    assert isinstance(facts.charged_at, datetime)
