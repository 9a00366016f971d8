"""What Stripe says of a monthly gift, as plain values."""

from datetime import UTC, date, datetime

import pytest

from donors.payments.errors import StripeUnavailable, UnknownObject
from donors.payments.gateway.subscriptions import (
    fetch_invoice_subscription,
    fetch_invoices,
    fetch_subscription,
    mandate_holds,
    paid_invoice,
)
from tests.donors.payments.odd_months import a_debited_promise, intent_of, mark_paid_outside, pay_by_another
from tests.scenarios.monthly import Desk

pytestmark = pytest.mark.django_db


def test_a_subscription_tells_whose_it_is_and_what_it_takes(desk: Desk) -> None:
    promise = desk.start(2500)
    facts = fetch_subscription(promise.stripe_subscription_id)

    assert (facts.monthly_uuid, facts.customer_id) == (str(promise.uuid), promise.stripe_customer_id)
    assert (facts.status, facts.amount_cents, facts.currency) == ("active", 2500, "eur")
    assert (facts.livemode, facts.paused, facts.ended_at) == (False, False, None)
    assert facts.card_last4 == "4242"
    assert facts.next_debit_at is not None


def test_a_card_is_good_until_the_last_day_of_its_month(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.card_expires(promise.stripe_subscription_id, 2, 2028)

    assert fetch_subscription(promise.stripe_subscription_id).card_expires_on == date(2028, 2, 29)


def test_a_debited_account_has_a_number_and_never_expires(desk: Desk) -> None:
    facts = fetch_subscription(a_debited_promise(desk).stripe_subscription_id)

    assert len(facts.card_last4) == 4
    assert facts.card_expires_on is None


def test_one_that_has_ended_has_no_next_debit_and_a_reason(desk: Desk) -> None:
    subscription = desk.start().stripe_subscription_id
    desk.sandbox.cancel_subscription(subscription)
    facts = fetch_subscription(subscription)

    assert (facts.status, facts.next_debit_at) == ("canceled", None)
    assert (facts.ended_at, facts.end_reason) == (desk.now.replace(microsecond=0), "cancellation_requested")


def test_one_that_ends_with_its_month_has_no_next_debit_either(desk: Desk) -> None:
    subscription = desk.start().stripe_subscription_id
    desk.sandbox.stop_subscription_later(subscription)
    facts = fetch_subscription(subscription)

    assert (facts.status, facts.ends_at_period_end, facts.next_debit_at) == ("active", True, None)


def test_invoices_come_oldest_first_with_what_paid_them(desk: Desk) -> None:
    subscription = desk.start().stripe_subscription_id
    for outcome in ("card", "card_declined"):
        desk.sandbox.renew(subscription, outcome)

    first, second, third = fetch_invoices(subscription)

    assert [one.first for one in (first, second, third)] == [True, False, False]
    assert (second.status, second.paid_intents, second.owed) == ("paid", (second.intent_id,), False)
    assert (third.status, third.paid_intents, third.owed) == ("open", (), True)
    assert (third.tries, third.intent_state) == (1, "requires_payment_method")
    assert third.next_try_at is not None
    assert third.page_url.endswith(third.invoice_id)


def test_more_than_a_page_of_invoices_is_read_whole(desk: Desk) -> None:
    subscription = desk.start().stripe_subscription_id
    desk.sandbox.advance(days=31 * 3)

    assert len(fetch_invoices(subscription)) >= 3
    assert fetch_invoices("sub_nobody") == ()


def test_a_month_paid_by_hand_shows_no_payment(desk: Desk) -> None:
    subscription = desk.start().stripe_subscription_id
    invoice = desk.sandbox.renew(subscription, "card_declined")
    mark_paid_outside(desk.sandbox, invoice["id"])

    paid = fetch_invoices(subscription)[-1]

    assert (paid.status, paid.paid_intents, paid.paid_outside) == ("paid", (), True)


def test_two_payments_of_one_month_are_both_named(desk: Desk) -> None:
    subscription = desk.start().stripe_subscription_id
    invoice = desk.sandbox.renew(subscription)
    ours = intent_of(desk.sandbox, invoice["id"])
    other = pay_by_another(desk.sandbox, invoice["id"], like=ours)

    assert set(fetch_invoices(subscription)[-1].paid_intents) == {ours, other}
    assert paid_invoice(ours, invoice["id"])
    assert not paid_invoice("pi_of_nobody", invoice["id"])


def test_the_way_from_an_invoice_to_its_subscription(desk: Desk) -> None:
    promise = desk.start()

    found = fetch_invoice_subscription(promise.donations.get().stripe_invoice_id)

    assert found == promise.stripe_subscription_id


def test_a_mandate_holds_until_it_is_withdrawn(desk: Desk) -> None:
    assert mandate_holds(a_debited_promise(desk).donations.get().stripe_mandate_id)


def test_what_is_not_there_and_what_does_not_answer_are_two_things(desk: Desk) -> None:
    with pytest.raises(UnknownObject):
        fetch_subscription("sub_nobody")
    with pytest.raises(UnknownObject):
        fetch_invoice_subscription("in_nobody")

    desk.sandbox.faults.add("status", status=503, count=None, path="/v1/")
    with pytest.raises(StripeUnavailable):
        fetch_subscription("sub_nobody")
    with pytest.raises(StripeUnavailable):
        fetch_invoices("sub_nobody")


def test_moments_are_in_utc(desk: Desk) -> None:
    started = fetch_subscription(desk.start().stripe_subscription_id).started_at

    assert started.tzinfo == UTC
    assert isinstance(started, datetime)
