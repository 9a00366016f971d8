"""The one state machine of a donation."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.gifts.events import DonationEvent
from donors.gifts.models import Donation, Status
from donors.gifts.status import ALLOWED_MOVES, IllegalMove, move
from tests.factories import a_donation, a_paid_donation

pytestmark = pytest.mark.django_db


def test_a_move_writes_status_time_and_event_together() -> None:
    donation, now = a_donation(), timezone.now()

    assert move(donation, Status.OPEN, at=now, because="cs_1") is True

    donation.refresh_from_db()
    assert (donation.status, donation.opened_at) == (Status.OPEN, now)
    event = donation.events.get()
    assert (event.from_status, event.to_status, event.at, event.because) == ("created", "open", now, "cs_1")
    assert event.followed_at is None


def test_moving_to_where_it_is_writes_nothing() -> None:
    donation = a_paid_donation()
    before = DonationEvent.objects.count()

    assert move(donation, Status.SUCCEEDED, at=timezone.now(), because="again") is False
    assert DonationEvent.objects.count() == before


def test_a_move_that_does_not_exist_is_refused_by_name() -> None:
    donation = a_paid_donation()

    with pytest.raises(IllegalMove, match="succeeded → open"):
        move(donation, Status.OPEN, at=timezone.now(), because="stale")
    donation.refresh_from_db()
    assert donation.is_paid


def test_a_stale_object_in_memory_cannot_move_a_paid_gift_back() -> None:
    donation = a_donation()
    stale = Donation.objects.get(pk=donation.pk)
    now = timezone.now()
    move(donation, Status.SUCCEEDED, at=now, because="paid", credited_at=now)

    with pytest.raises(IllegalMove):
        move(stale, Status.EXPIRED, at=now, because="stale")


@pytest.mark.parametrize("end", [Status.FAILED, Status.EXPIRED, Status.CANCELED])
def test_money_wins_over_every_end(end: Status) -> None:
    assert Status.SUCCEEDED in ALLOWED_MOVES[end]


def test_nothing_leads_out_of_a_paid_gift_but_the_bank() -> None:
    assert ALLOWED_MOVES[Status.SUCCEEDED] == {Status.REVERSED}
    assert ALLOWED_MOVES[Status.REVERSED] == frozenset()


def test_every_status_has_its_moves() -> None:
    assert set(ALLOWED_MOVES) == set(Status)


def test_a_failed_move_leaves_no_event() -> None:
    """Succeeded without a credit date is refused by the database; then nothing of the move remains."""
    donation = a_donation()

    with pytest.raises(IntegrityError, match="donation_success_dated"), transaction.atomic():
        move(donation, Status.SUCCEEDED, at=timezone.now(), because="no date")

    assert (donation.events.count(), Donation.objects.get(pk=donation.pk).status) == (0, Status.CREATED)


def test_a_long_reason_is_cut_not_refused() -> None:
    donation = a_donation()

    move(donation, Status.OPEN, at=timezone.now(), because="x" * 400)

    assert len(donation.events.get().because) == 300
