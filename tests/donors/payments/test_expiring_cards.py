"""Cards of monthly gifts that will soon expire are noted once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.monthly import MonthlyGift
from donors.payments.expiring_cards import note_expiring_cards
from tests.factories import a_campaign, a_donor

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 6, 10, 12, 0, tzinfo=UTC)


def a_promise(**over: Any) -> MonthlyGift:
    facts = {
        "donor": a_donor(),
        "campaign": a_campaign(),
        "amount_cents": 2000,
        "livemode": False,
        "status": "active",
        "card_last4": "4242",
        "card_expires_on": date(2027, 6, 30),
        "created_at": timezone.now(),
    }
    return MonthlyGift.objects.create(**{**facts, **over})


def test_a_card_that_ends_this_month_is_noted_once() -> None:
    promise = a_promise()

    assert [note_expiring_cards(at=NOON) for _ in range(2)] == [1, 0]

    event = MonthlyGiftEvent.objects.get()
    assert (event.monthly_gift, event.kind) == (promise, "card_expires")
    assert event.detail == {"last4": "4242", "on": "2027-06-30"}
    assert list(MonthlyGiftEvent.objects.due(NOON)) == [event]


@pytest.mark.parametrize(
    ("day", "noted"),
    [
        (date(2027, 6, 9), 0),
        (date(2027, 6, 10), 1),
        (date(2027, 7, 11), 1),
        (date(2027, 7, 12), 0),
        (None, 0),
    ],
)
def test_a_month_ahead_and_no_longer(day: date | None, noted: int) -> None:
    a_promise(card_expires_on=day)

    assert note_expiring_cards(at=NOON) == noted


def test_the_day_is_the_one_in_paris() -> None:
    a_promise(card_expires_on=date(2027, 6, 9))

    assert note_expiring_cards(at=datetime(2027, 6, 9, 21, 59, tzinfo=UTC)) == 1
    MonthlyGiftEvent.objects.all().delete()
    assert note_expiring_cards(at=datetime(2027, 6, 9, 22, 1, tzinfo=UTC)) == 0


@pytest.mark.parametrize("status", ["created", "incomplete", "canceled", "incomplete_expired"])
def test_one_that_takes_no_money_needs_no_card(status: str) -> None:
    a_promise(status=status)

    assert note_expiring_cards(at=NOON) == 0


@pytest.mark.parametrize("status", ["active", "past_due", "unpaid"])
def test_one_that_will_take_money_again_does(status: str) -> None:
    a_promise(status=status)

    assert note_expiring_cards(at=NOON) == 1


def test_one_of_the_other_mode_is_left_alone() -> None:
    a_promise(livemode=True)

    assert note_expiring_cards(at=NOON) == 0


def test_a_new_card_that_ends_soon_again_is_news() -> None:
    promise = a_promise()
    note_expiring_cards(at=NOON)
    MonthlyGift.objects.filter(pk=promise.pk).update(card_expires_on=date(2027, 7, 1))

    assert note_expiring_cards(at=NOON) == 1
