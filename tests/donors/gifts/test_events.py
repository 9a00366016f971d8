"""One line of history for each change, in the transaction that makes it."""

import pytest
from django.utils import timezone

from donors.gifts.events import DonationEvent, note_change
from donors.gifts.models import Status
from donors.gifts.returns import Dispute, Refund
from tests.factories import a_donation, a_paid_donation, claire

pytestmark = pytest.mark.django_db


def test_a_change_of_a_gift_is_due_to_be_followed_at_once() -> None:
    gift, at = a_donation(), timezone.now()

    event = note_change(gift, (Status.CREATED, Status.OPEN), because="x" * 400, at=at)

    assert (event.donation, event.refund, event.dispute) == (gift, None, None)
    assert (event.from_status, event.to_status, event.actor) == ("created", "open", None)
    assert len(event.because) == 300
    assert list(DonationEvent.objects.due(at)) == [event]


def test_a_change_of_a_refund_names_it_and_who_asked() -> None:
    gift, at, who = a_paid_donation(), timezone.now(), claire()
    refund = Refund.objects.create(
        donation=gift, amount_cents=500, reason=Refund.Reason.DASHBOARD, requested_at=at
    )

    event = note_change(refund, ("", Refund.Status.REQUESTED), because="Doublon", at=at, actor=who)

    assert (event.donation, event.refund, event.actor) == (gift, refund, who)
    assert str(event) == f"nouveau → {Refund.Status.REQUESTED.label}"


def test_a_change_of_a_dispute_names_it() -> None:
    gift, at = a_paid_donation(), timezone.now()
    dispute = Dispute.objects.create(
        donation=gift,
        amount_cents=5000,
        stage=Dispute.Stage.OPEN,
        reason="fraudulent",
        opened_at=at,
        stripe_dispute_id="du_1",
    )

    event = note_change(dispute, ("", Dispute.Stage.OPEN), because="evt_1", at=at)

    assert (event.donation, event.dispute) == (gift, dispute)
    assert event.to_status == Dispute.Stage.OPEN
