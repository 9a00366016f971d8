"""What disputes, fraud warnings and late failures do to a gift and its books."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from donors.gifts.models import Donation, Status
from donors.gifts.progress import compute_progress
from donors.gifts.returns import Dispute, Refund
from donors.payments.inbox import process_event, receive
from donors.payments.models import Alarm
from donors.payments.reduce import dispute_stage, refund_status
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import SECRET

pytestmark = pytest.mark.django_db

Deliver = Callable[[], int]


@pytest.fixture
def gift(paid: Donation, deliver: Deliver) -> Donation:
    """Amina's 50 €, paid, and everything told."""
    deliver()
    paid.refresh_from_db()
    assert paid.is_paid
    return paid


def books(gift: Donation) -> list[tuple[str, int]]:
    return [(line.kind, line.amount_cents) for line in gift.ledger.exclude(kind="fee").order_by("pk")]


def raised(gift: Donation) -> int:
    return compute_progress(gift.campaign, at=timezone.now()).raised_cents


def test_an_inquiry_moves_no_money(gift: Donation, stripe_account: Sandbox, deliver: Deliver) -> None:
    inquiry = stripe_account.open_dispute(gift.stripe_charge_id, inquiry=True)
    deliver()
    dispute = Dispute.objects.get()
    assert (dispute.stage, books(gift)) == (Dispute.Stage.INQUIRY, [("gift", 5000)])
    assert raised(gift) == 5000

    stripe_account.close_inquiry(inquiry["id"])
    deliver()

    dispute.refresh_from_db()
    assert (dispute.stage, dispute.closed_at is not None) == (Dispute.Stage.CLOSED, True)
    assert books(gift) == [("gift", 5000)]


def test_an_open_dispute_takes_the_money_and_its_fee(
    gift: Donation, stripe_account: Sandbox, deliver: Deliver
) -> None:
    opened = stripe_account.open_dispute(gift.stripe_charge_id)
    deliver()

    dispute = Dispute.objects.get()
    assert (dispute.stage, dispute.stripe_dispute_id) == (Dispute.Stage.OPEN, opened["id"])
    assert dispute.answer_due_at is not None
    assert books(gift) == [("gift", 5000), ("dispute", -5000)]
    assert raised(gift) == 0
    fees = sorted(gift.ledger.filter(kind="fee").values_list("amount_cents", flat=True))
    assert -2000 in fees
    gift.refresh_from_db()
    assert gift.status == Status.SUCCEEDED, "a dispute is no status"
    assert [str(event) for event in gift.events.filter(dispute=dispute)] == ["nouveau → Contesté"]
    assert Alarm.objects.get().donation == gift


def test_a_won_dispute_brings_the_money_back_once(
    gift: Donation, stripe_account: Sandbox, deliver: Deliver
) -> None:
    dispute = stripe_account.open_dispute(gift.stripe_charge_id)
    deliver()
    stripe_account.win_dispute(dispute["id"])
    deliver()
    sync_donation(gift.pk, because="again", at=timezone.now(), thorough=True)

    assert Dispute.objects.get().stage == Dispute.Stage.WON
    assert books(gift) == [("gift", 5000), ("dispute", -5000), ("dispute", 5000)]
    assert raised(gift) == 5000


def test_a_lost_dispute_keeps_it_away(gift: Donation, stripe_account: Sandbox, deliver: Deliver) -> None:
    dispute = stripe_account.open_dispute(gift.stripe_charge_id)
    stripe_account.lose_dispute(dispute["id"])
    deliver()

    assert Dispute.objects.get().stage == Dispute.Stage.LOST
    assert raised(gift) == 0


def test_a_prevented_dispute_is_noted_and_nothing_more(
    gift: Donation, stripe_account: Sandbox, deliver: Deliver
) -> None:
    stripe_account.prevent_dispute(gift.stripe_charge_id)
    deliver()

    assert Dispute.objects.get().stage == Dispute.Stage.PREVENTED


def test_a_late_failure_takes_the_gift_back(
    gift: Donation, stripe_account: Sandbox, deliver: Deliver
) -> None:
    stripe_account.fail_late(gift.stripe_charge_id)
    deliver()
    sync_donation(gift.pk, because="again", at=timezone.now())

    gift.refresh_from_db()
    assert gift.status == Status.REVERSED
    assert books(gift) == [("gift", 5000), ("gift", -5000)]
    assert raised(gift) == 0
    assert Alarm.objects.filter(kind=Alarm.Kind.LATE_FAILURE).count() == 1


def test_a_fraud_warning_is_a_task_for_a_person_until_the_gift_is_refunded(
    gift: Donation, stripe_account: Sandbox, deliver: Deliver
) -> None:
    stripe_account.warn_of_fraud(gift.stripe_charge_id)
    deliver()

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.donation) == (Alarm.Kind.FRAUD_WARNING, gift)
    assert books(gift) == [("gift", 5000)], "nothing is refunded by itself"


def test_a_refund_told_before_the_payment_itself(paid: Donation, stripe_account: Sandbox) -> None:
    """The refund's event overtakes the payment's: one look at Stripe brings both."""
    (charge,) = stripe_account.find("charge")
    stripe_account.refund(charge["id"], 1000)
    posts = stripe_account.pop_signed_events(SECRET)
    for body, signature in reversed(posts):
        now = timezone.now()
        process_event(receive(body, signature, at=now).pk, at=now + timedelta(seconds=1))

    paid.refresh_from_db()
    assert paid.is_paid
    assert books(paid) == [("gift", 5000), ("refund", -1000)]


def test_words_of_stripe_that_nobody_knows_yet_are_taken_carefully() -> None:
    assert refund_status(Refund.Status.REQUESTED, "teleported") == Refund.Status.PENDING
    assert refund_status(Refund.Status.SUCCEEDED, "teleported") == Refund.Status.SUCCEEDED
    assert dispute_stage(None, "mediation") == Dispute.Stage.OPEN
    assert dispute_stage(Dispute.Stage.WON, "mediation") == Dispute.Stage.WON


def test_a_gift_paid_after_the_last_day_counts_and_somebody_knows(
    paid: Donation, deliver: Deliver, stripe_account: Sandbox
) -> None:
    campaign = paid.campaign
    campaign.starts_on -= timedelta(days=60)
    campaign.ends_on -= timedelta(days=60)
    campaign.save()

    deliver()

    assert Alarm.objects.get().kind == Alarm.Kind.LATE_GIFT
    assert raised(paid) == 5000
