"""Refunds asked for in the office: one for two clicks, never more than is left, lost answers made up for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.returns import Refund
from donors.payments.errors import StripeUnavailable
from donors.payments.models import Alarm
from donors.payments.refunds import (
    NotRefundable,
    RefundWish,
    push_requested_refunds,
    refund_cautions,
    refundable_cents,
    request_refund,
)
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation, claire

pytestmark = pytest.mark.django_db


def a_gift(sandbox: Sandbox) -> Donation:
    """50 €, paid by card and known to us."""
    donation = a_donation()
    open_page(donation)
    sandbox.pay(session_of(donation), "card")
    return sync_donation(donation.pk, because="test", at=timezone.now())


def wish(cents: int = 5000, *, seen: int = 5000, **over: Any) -> RefundWish:
    return RefundWish(amount_cents=cents, reason=Refund.Reason.DONOR, seen_cents=seen, **over)


def ask(gift: Donation, wanted: RefundWish | None = None, *, by: User | None = None) -> Refund:
    return request_refund(gift.pk, wanted or wish(), by=by or claire(), at=timezone.now())


def books(gift: Donation) -> list[tuple[str, int]]:
    lines = gift.ledger.exclude(kind="fee").order_by("pk")
    return [(line.kind, line.amount_cents) for line in lines]


def test_a_whole_refund_is_asked_for_made_and_booked(stripe_account: Sandbox) -> None:
    gift, treasurer = a_gift(stripe_account), claire()

    refund = ask(gift, wish(note="Appel du 3 juin"), by=treasurer)

    (made,) = stripe_account.find("refund")
    assert (refund.status, refund.stripe_refund_id) == (Refund.Status.SUCCEEDED, made["id"])
    assert (refund.requested_by, refund.note) == (treasurer, "Appel du 3 juin")
    assert books(gift) == [("gift", 5000), ("refund", -5000)]
    assert refundable_cents(gift) == 0
    told = [(event.to_status, event.actor) for event in gift.events.filter(refund=refund)]
    assert told == [("requested", treasurer), ("succeeded", None)]


def test_parts_are_refunded_until_nothing_is_left(stripe_account: Sandbox) -> None:
    gift, treasurer = a_gift(stripe_account), claire()

    ask(gift, wish(2000), by=treasurer)
    ask(gift, wish(3000, seen=3000), by=treasurer)

    assert books(gift) == [("gift", 5000), ("refund", -2000), ("refund", -3000)]
    with pytest.raises(NotRefundable, match="jusqu’à 0"):
        ask(gift, wish(100, seen=0), by=treasurer)


@pytest.mark.parametrize(("cents", "seen"), [(5001, 5000), (0, 5000), (-100, 5000)])
def test_never_more_than_is_left_and_never_nothing(stripe_account: Sandbox, cents: int, seen: int) -> None:
    gift = a_gift(stripe_account)

    with pytest.raises(NotRefundable, match="jusqu’à 50"):
        ask(gift, wish(cents, seen=seen))

    assert (Refund.objects.count(), stripe_account.find("refund")) == (0, [])


def test_the_second_of_two_clicks_learns_that_the_gift_has_changed(stripe_account: Sandbox) -> None:
    """Both had read "50 € left"; each wants to give 20 € back."""
    gift, treasurer = a_gift(stripe_account), claire()
    ask(gift, wish(2000), by=treasurer)

    with pytest.raises(NotRefundable, match="il reste 30"):
        ask(gift, wish(2000), by=treasurer)

    assert len(stripe_account.find("refund")) == 1


def test_a_gift_that_is_not_paid_cannot_be_refunded(opened: Donation, stripe_account: Sandbox) -> None:
    with pytest.raises(NotRefundable, match="il reste 0"):
        ask(opened)


def test_a_disputed_gift_is_not_refunded_on_top(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    stripe_account.open_dispute(gift.stripe_charge_id)
    sync_donation(gift.pk, because="test", at=timezone.now())

    with pytest.raises(NotRefundable, match="contesté"):
        ask(gift, wish(seen=0))


def test_a_lost_answer_is_asked_for_again_with_the_same_key(stripe_account: Sandbox) -> None:
    """Stripe made the refund, the line dropped: the sweep finds it and makes no second one."""
    gift = a_gift(stripe_account)
    stripe_account.faults.add("commit_then_drop", path="/v1/refunds", count=3)

    with pytest.raises(StripeUnavailable):
        ask(gift)
    refund = Refund.objects.get()
    assert refund.status == Refund.Status.REQUESTED
    assert refundable_cents(gift) == 0, "what is asked for is no longer free"

    assert push_requested_refunds(at=timezone.now()) == 0, "not at once"
    assert push_requested_refunds(at=timezone.now() + timedelta(minutes=5)) == 1
    refund.refresh_from_db()
    assert refund.status == Refund.Status.SUCCEEDED
    assert len(stripe_account.find("refund")) == 1
    assert books(gift) == [("gift", 5000), ("refund", -5000)]


def test_a_request_that_never_reached_stripe_is_sent_later(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    stripe_account.faults.add("drop", path="/v1/refunds", count=3)
    with pytest.raises(StripeUnavailable):
        ask(gift)
    assert stripe_account.find("refund") == []

    push_requested_refunds(at=timezone.now() + timedelta(minutes=5))

    assert Refund.objects.get().status == Refund.Status.SUCCEEDED


def test_a_silent_stripe_ends_the_sweep_until_its_next_turn(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    stripe_account.faults.add("drop", count=99)
    with pytest.raises(StripeUnavailable):
        ask(gift)

    assert push_requested_refunds(at=timezone.now() + timedelta(minutes=5)) == 0
    assert Refund.objects.get().status == Refund.Status.REQUESTED


def test_refunded_in_the_dashboard_a_moment_before(stripe_account: Sandbox) -> None:
    """Stripe refuses ours; theirs is imported, and the gift is refunded once."""
    gift = a_gift(stripe_account)
    stripe_account.refund(gift.stripe_charge_id)

    refused = ask(gift)

    assert refused.status == Refund.Status.REFUSED
    assert "charge_already_refunded" in refused.failure_reason
    assert books(gift) == [("gift", 5000), ("refund", -5000)]
    assert refundable_cents(gift) == 0


def test_a_refund_made_in_the_dashboard_gives_the_same_books(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    made = stripe_account.refund(gift.stripe_charge_id, 2000)

    for _ in range(2):
        sync_donation(gift.pk, because="charge.refunded", at=timezone.now())

    refund = Refund.objects.get()
    assert (refund.reason, refund.requested_by) == (Refund.Reason.DASHBOARD, None)
    assert (refund.stripe_refund_id, refund.amount_cents) == (made["id"], 2000)
    assert books(gift) == [("gift", 5000), ("refund", -2000)]


def test_a_refund_that_fails_days_later_brings_the_money_back_and_tells_somebody(
    stripe_account: Sandbox,
) -> None:
    gift = a_gift(stripe_account)
    refund = ask(gift)
    stripe_account.fail_refund(refund.stripe_refund_id)

    for _ in range(2):
        sync_donation(gift.pk, because="refund.failed", at=timezone.now())

    refund.refresh_from_db()
    assert (refund.status, refund.takes_money) == (Refund.Status.FAILED, False)
    assert books(gift) == [("gift", 5000), ("refund", -5000), ("refund", 5000)]
    assert LedgerEntry.objects.get(reverses__isnull=False).reverses.key == f"refund:{refund.stripe_refund_id}"  # type: ignore[union-attr]
    assert Alarm.objects.get().kind == Alarm.Kind.REFUND_FAILED
    assert refundable_cents(gift) == 5000


def test_a_pending_refund_is_shown_as_pending_and_ends_once(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    stripe_account.next_refund("pending")

    refund = ask(gift)
    assert refund.status == Refund.Status.PENDING
    assert refundable_cents(gift) == 0

    stripe_account.settle_refund(refund.stripe_refund_id)
    sync_donation(gift.pk, because="refund.updated", at=timezone.now())
    refund.refresh_from_db()
    assert refund.status == Refund.Status.SUCCEEDED
    assert sum(cents for _, cents in books(gift)) == 0


def test_a_refund_that_is_canceled_leaves_the_gift_whole(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    stripe_account.next_refund("requires_action")
    refund = ask(gift)

    stripe_account.cancel_refund(refund.stripe_refund_id)
    sync_donation(gift.pk, because="refund.updated", at=timezone.now(), thorough=True)

    refund.refresh_from_db()
    assert refund.status == Refund.Status.CANCELED
    assert sum(cents for _, cents in books(gift)) == 5000


def test_a_debit_may_still_be_disputed_and_the_form_says_so(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    Donation.objects.filter(pk=gift.pk).update(method="sepa")
    gift.refresh_from_db()
    now = timezone.now()

    soon = " ".join(refund_cautions(gift, at=now))
    late = " ".join(refund_cautions(gift, at=now + timedelta(weeks=9)))

    assert "huit semaines" in soon
    assert "huit semaines" not in late
    assert "frais" in late


def test_an_inquiry_is_mentioned_before_a_refund(stripe_account: Sandbox) -> None:
    gift = a_gift(stripe_account)
    stripe_account.open_dispute(gift.stripe_charge_id, inquiry=True)
    sync_donation(gift.pk, because="test", at=timezone.now())

    assert "explications" in " ".join(refund_cautions(gift, at=timezone.now()))
    assert refundable_cents(gift) == 5000


@pytest.mark.usefixtures("committed_db")
def test_two_people_who_click_at_once_make_one_refund(stripe_account: Sandbox) -> None:
    gift, treasurer = a_gift(stripe_account), claire()

    def click(_: int) -> str:
        try:
            return ask(gift, wish(2000), by=treasurer).status
        except NotRefundable:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as people:
        answers = sorted(people.map(click, range(4)))

    assert answers == ["refused", "refused", "refused", "succeeded"]
    assert len(stripe_account.find("refund")) == 1
