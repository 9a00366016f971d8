"""Rows that are work to do: one worker at a time, and later each time that it fails."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from donors.gifts.events import DonationEvent
from donors.gifts.models import Status
from donors.gifts.retrying import FIRST_WAIT, LEASE, LONGEST_WAIT, Work, WorkQuerySet
from donors.gifts.status import move
from donors.payments.models import StripeEvent
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def a_change(at: datetime) -> Work:
    donation = a_donation()
    move(donation, Status.FAILED, at=at, because="test")
    return DonationEvent.objects.get(donation=donation)


def a_message(at: datetime) -> Work:
    return StripeEvent.objects.create(
        stripe_event_id=f"evt_{at.timestamp()}",
        type="charge.updated",
        object_id="ch_1",
        livemode=False,
        payload={},
        created_at=at,
        received_at=at,
        next_try_at=at,
    )


both = pytest.mark.parametrize("a_row", [a_change, a_message])


def rows(row: Work) -> WorkQuerySet:
    found = type(row)._default_manager.all()
    assert isinstance(found, WorkQuerySet)
    return found


@both
def test_one_of_two_workers_gets_the_row(a_row: Callable[[datetime], Work]) -> None:
    at = timezone.now()
    row = a_row(at)

    assert [rows(row).claim(row.pk, at=at) for _ in range(2)] == [True, False]


@both
def test_a_dead_workers_row_is_free_when_its_lease_is_over(a_row: Callable[[datetime], Work]) -> None:
    at = timezone.now()
    row = a_row(at)
    rows(row).claim(row.pk, at=at)

    assert not rows(row).claim(row.pk, at=at + LEASE)
    assert rows(row).claim(row.pk, at=at + LEASE + timedelta(seconds=1))


@both
def test_a_failure_stands_on_the_row_and_its_next_try_is_dated(a_row: Callable[[datetime], Work]) -> None:
    at = timezone.now()
    row = a_row(at)
    rows(row).claim(row.pk, at=at)

    row.note_failure(OSError("the disk is full"), at=at)

    row.refresh_from_db()
    assert (row.attempts, row.claimed_until, row.last_error) == (1, None, "OSError: the disk is full")
    assert not rows(row).due(at).exists()
    assert rows(row).due(at + FIRST_WAIT).get() == row


@both
def test_the_wait_doubles_up_to_an_hour_and_never_ends(a_row: Callable[[datetime], Work]) -> None:
    at = timezone.now()
    row = a_row(at)
    waits = []
    for _ in range(12):
        row.note_failure(OSError(), at=at)
        row.refresh_from_db()
        waits.append(row.next_try_at - at)

    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


@both
def test_a_very_long_error_is_cut(a_row: Callable[[datetime], Work]) -> None:
    row = a_row(timezone.now())

    row.note_failure(ValueError("x" * 5000), at=timezone.now())

    row.refresh_from_db()
    assert len(row.last_error) == 2000


def test_every_table_of_work_says_what_is_to_do() -> None:
    with pytest.raises(NotImplementedError):
        WorkQuerySet(StripeEvent).to_do()
