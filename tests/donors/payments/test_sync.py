"""Bringing a donation up to what Stripe says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from donors.gifts.models import Donation, Status
from donors.gifts.progress import compute_progress
from donors.payments import sync
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.facts import CheckoutOrder, PaymentFacts
from donors.payments.gateway.checkout import create_checkout, fetch_checkout
from donors.payments.models import Alarm, CheckoutAttempt
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def read(donation: Donation, because: str = "test") -> Donation:
    return sync_donation(donation.pk, because=because, at=timezone.now())


def lines(donation: Donation) -> list[tuple[str, int]]:
    return [(line.kind, line.amount_cents) for line in donation.ledger.order_by("pk")]


def test_a_paid_page_becomes_a_gift_in_the_ledger(paid: Donation, stripe_account: Sandbox) -> None:
    after = read(paid)

    (charge,) = stripe_account.find("charge")
    assert (after.status, after.method) == (Status.SUCCEEDED, "card")
    assert after.stripe_charge_id == charge["id"]
    assert after.stripe_payment_intent_id == charge["payment_intent"]
    assert lines(after) == [("gift", 5000)]
    assert compute_progress(after.campaign, at=timezone.now()).raised_cents == 5000


def test_the_tax_date_is_the_day_of_the_charge_not_of_our_reading(
    paid: Donation, stripe_account: Sandbox
) -> None:
    (charge,) = stripe_account.find("charge")

    after = sync_donation(paid.pk, because="late sweep", at=timezone.now() + timedelta(days=40))

    assert after.credited_at == datetime.fromtimestamp(charge["created"], tz=UTC)
    assert after.succeeded_at is not None
    assert after.succeeded_at - after.credited_at > timedelta(days=39)


def test_reading_again_changes_nothing(paid: Donation) -> None:
    first = read(paid)
    second = read(paid, because="again")

    assert lines(second) == [("gift", 5000)]
    assert second.events.filter(to_status=Status.SUCCEEDED).count() == 1
    assert second.succeeded_at == first.succeeded_at


def test_the_fee_is_booked_when_it_arrives(paid: Donation, stripe_account: Sandbox) -> None:
    read(paid)
    stripe_account.clock.advance(600)

    after = read(paid)
    read(paid)

    assert lines(after) == [("gift", 5000), ("fee", -100)]  # 1,5 % + 25 cents


def test_a_declined_card_leaves_the_page_open(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.pay(session_of(opened), "card_declined")

    after = read(opened)

    assert (after.status, lines(after)) == (Status.OPEN, [])


def test_a_declined_card_and_then_a_good_one_are_one_gift(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.pay(session_of(opened), "card_declined")
    read(opened)
    stripe_account.pay(session_of(opened), "card")

    after = read(opened)

    assert (after.status, lines(after)) == (Status.SUCCEEDED, [("gift", 5000)])
    assert Donation.objects.count() == 1


def test_an_expired_page_ends_the_try(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.clock.advance(3700)

    after = read(opened)

    assert (after.status, after.attempts.get().state) == (Status.EXPIRED, CheckoutAttempt.State.EXPIRED)


def test_a_gift_whose_page_was_never_opened_is_left_alone(stripe_account: Sandbox) -> None:
    donation = a_donation()

    assert read(donation).status == Status.CREATED


def test_the_session_of_a_lost_answer_is_found_by_its_hint(opened: Donation, stripe_account: Sandbox) -> None:
    session_id = session_of(opened)
    opened.attempts.update(stripe_session_id="", url="", state=CheckoutAttempt.State.CREATING)
    Donation.objects.filter(pk=opened.pk).update(status=Status.CREATED)
    stripe_account.pay(session_id, "card")

    after = sync_donation(opened.pk, because="evt_1", at=timezone.now(), session_id=session_id)

    assert (after.status, session_of(after)) == (Status.SUCCEEDED, session_id)


def test_a_silent_stripe_changes_nothing(paid: Donation, stripe_account: Sandbox) -> None:
    stripe_account.faults.add("timeout", path="/v1/checkout", count=9)

    with pytest.raises(StripeUnavailable):
        read(paid)

    paid.refresh_from_db()
    assert (paid.status, lines(paid)) == (Status.OPEN, [])


def test_an_object_that_stripe_does_not_know_is_a_refusal(opened: Donation) -> None:
    opened.attempts.update(stripe_session_id="cs_test_nobody")

    with pytest.raises(StripeRefused):
        read(opened)


def test_another_amount_than_asked_is_held_and_counts_nowhere(paid: Donation) -> None:
    paid.attempts.update(amount_cents=100)

    after = read(paid)

    assert (after.status, after.hold, lines(after)) == (Status.OPEN, Donation.Hold.MISMATCH, [])
    assert not after.may_still_be_paid
    assert compute_progress(after.campaign, at=timezone.now()).raised_cents == 0


def test_a_held_gift_is_freed_when_stripe_and_we_agree_again(paid: Donation) -> None:
    paid.attempts.update(amount_cents=100)
    read(paid)
    paid.attempts.update(amount_cents=5000)

    after = read(paid)

    assert (after.hold, lines(after)) == ("", [("gift", 5000)])


def test_the_session_of_somebody_else_is_never_applied(paid: Donation, stripe_account: Sandbox) -> None:
    other = a_donation()
    open_page(other)
    wrong, right = session_of(paid), session_of(other)
    CheckoutAttempt.objects.filter(donation=paid).update(stripe_session_id="cs_tmp")
    CheckoutAttempt.objects.filter(donation=other).update(stripe_session_id=wrong)
    CheckoutAttempt.objects.filter(donation=paid).update(stripe_session_id=right)

    assert (read(other).hold, lines(other)) == (Donation.Hold.MISMATCH, [])


def test_an_older_reading_never_overwrites_a_newer_one(
    paid: Donation, stripe_account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one reader holds an answer from before the payment, another reads and books the payment."""
    before = fetch_checkout(session_of(paid))
    stale = PaymentFacts(
        **{**vars(before), "state": "expired", "payment_state": "unpaid", "charged_at": None}
    )
    answers = [stale]

    def slow_fetch(session_id: str) -> PaymentFacts:
        if answers:
            monkeypatch.setattr(sync, "fetch_checkout", fetch_checkout)
            read(paid, because="the faster one")
            monkeypatch.setattr(sync, "fetch_checkout", slow_fetch)
            return answers.pop()
        return fetch_checkout(session_id)

    monkeypatch.setattr(sync, "fetch_checkout", slow_fetch)
    after = read(paid, because="the slower one")

    assert (after.status, lines(after)) == (Status.SUCCEEDED, [("gift", 5000)])
    assert after.attempts.get().state == CheckoutAttempt.State.COMPLETE


def test_an_older_page_that_expires_does_not_end_the_newer_one(
    opened: Donation, stripe_account: Sandbox
) -> None:
    old = session_of(opened)
    Donation.objects.filter(pk=opened.pk).update(amount_cents=8000)
    opened.refresh_from_db()
    open_page(opened)

    after = sync_donation(opened.pk, because="evt_1", at=timezone.now(), session_id=old)

    assert after.status == Status.OPEN


def test_two_pages_of_one_gift_that_are_both_paid_are_two_gifts_and_a_person_looks(
    paid: Donation, stripe_account: Sandbox
) -> None:
    first = read(paid)
    again = CheckoutAttempt.objects.get(donation=paid)
    again.pk, again.number, again.idempotency_key = None, 2, f"co:{paid.uuid}:2:x"
    order = CheckoutOrder(
        donation_uuid=str(paid.uuid),
        amount_cents=5000,
        email="amina@example.org",
        product_name="Don",
        expires_at=timezone.now() + timedelta(hours=1),
        success_url="http://testserver/merci/",
        cancel_url="http://testserver/don/",
    )
    again.stripe_session_id = create_checkout(order, idempotency_key=again.idempotency_key).session_id
    again.save(force_insert=True)
    stripe_account.pay(again.stripe_session_id, "card")

    for _ in range(2):
        sync_donation(paid.pk, because="evt_2", at=timezone.now(), session_id=again.stripe_session_id)

    second = Donation.objects.exclude(pk=first.pk).get()
    assert (second.status, second.donor, second.amount_cents) == (Status.SUCCEEDED, first.donor, 5000)
    assert second.stripe_payment_intent_id != first.stripe_payment_intent_id
    assert (lines(first), lines(second)) == ([("gift", 5000)], [("gift", 5000)])
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.donation) == (Alarm.Kind.PAID_TWICE, second)
    assert sync_donation(second.pk, because="later", at=timezone.now()).is_paid
