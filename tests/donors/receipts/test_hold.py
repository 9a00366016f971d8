"""How long the automatic receipt waits, and which gifts are due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from campaign import env
from donors.gifts.models import Donation, Method
from donors.gifts.monthly import MonthlyGift
from donors.receipts.cancel import cancel_receipt
from donors.receipts.hold import automatic_receipt_at, awaiting_first_receipt, hold_days
from donors.receipts.issue import issue_receipt
from tests.factories import a_campaign, a_donor, a_paid_donation, an_organisation

pytestmark = pytest.mark.django_db

# 3 June 2027, ten in the evening in Paris.
EVENING = datetime(2027, 6, 3, 20, 0, tzinfo=UTC)
SEVENTEENTH = datetime(2027, 6, 16, 22, 0, tzinfo=UTC)  # when 17 June begins in Paris


def a_debit(**over: Any) -> Donation:
    return a_paid_donation(method=Method.SEPA, credited_at=EVENING, **over)


def due(at: datetime) -> list[Donation]:
    return list(awaiting_first_receipt(at=at))


def test_by_default_cards_do_not_wait_and_debits_wait_a_fortnight() -> None:
    assert (hold_days(Method.CARD), hold_days(Method.SEPA)) == (0, 14)


@pytest.mark.parametrize("method", [Method.TRANSFER, Method.CHEQUE, Method.CASH])
def test_what_the_treasurer_holds_in_her_hands_never_waits(method: Method, settings: Settings) -> None:
    settings.RECEIPT_HOLD_DAYS_CARD = settings.RECEIPT_HOLD_DAYS_SEPA = 56

    assert hold_days(method) == 0


def test_a_card_gift_has_its_receipt_at_its_very_credit() -> None:
    assert automatic_receipt_at(a_paid_donation(credited_at=EVENING)) == EVENING


def test_a_debit_waits_for_whole_days_of_paris() -> None:
    assert automatic_receipt_at(a_debit()) == SEVENTEENTH


def test_a_gift_that_is_not_paid_has_no_day() -> None:
    assert automatic_receipt_at(Donation()) is None


def test_a_month_of_a_monthly_gift_waits_for_the_yearly_receipt() -> None:
    gift = a_debit()
    gift.monthly_gift = MonthlyGift(pk=1)

    assert automatic_receipt_at(gift) is None


def test_a_debit_is_due_from_the_first_second_of_its_day() -> None:
    gift = a_debit()

    assert due(SEVENTEENTH - timedelta(seconds=1)) == []
    assert due(SEVENTEENTH) == [gift]


def test_both_ways_of_reckoning_agree_on_any_day(settings: Settings) -> None:
    settings.RECEIPT_HOLD_DAYS_SEPA = 1
    gift = a_debit()
    waits = automatic_receipt_at(gift)
    assert waits

    for hours in range(-30, 30):
        at = waits + timedelta(hours=hours)
        assert (due(at) == [gift]) == (at >= waits), at


def test_a_summer_gift_held_into_winter_time_is_due_when_its_day_begins(settings: Settings) -> None:
    settings.RECEIPT_HOLD_DAYS_SEPA = 30
    gift = a_paid_donation(method=Method.SEPA, credited_at=datetime(2027, 10, 10, 9, 0, tzinfo=UTC))

    assert automatic_receipt_at(gift) == datetime(2027, 11, 8, 23, 0, tzinfo=UTC)
    assert due(datetime(2027, 11, 8, 22, 59, tzinfo=UTC)) == []
    assert due(datetime(2027, 11, 8, 23, 0, tzinfo=UTC)) == [gift]


def test_a_card_gift_that_missed_its_moment_is_due() -> None:
    gift = a_paid_donation(credited_at=EVENING)

    assert due(EVENING + timedelta(minutes=5)) == [gift]


def test_who_did_not_ask_is_never_due() -> None:
    a_debit(wants_receipt=False)

    assert due(SEVENTEENTH) == []


def test_a_gift_that_had_a_receipt_is_never_due_again() -> None:
    gift = a_debit()
    cancel_receipt(issue_receipt(gift, at=EVENING), at=EVENING, reason="Erreur")

    assert due(SEVENTEENTH) == []


def test_a_gift_that_is_set_aside_is_not_due() -> None:
    a_debit()
    Donation.objects.update(hold=Donation.Hold.MISMATCH)

    assert due(SEVENTEENTH) == []


def test_gifts_that_wait_for_a_person_do_not_fill_the_list() -> None:
    a_debit(donor=a_donor(street=""))
    a_debit(donor=a_donor(kind="organisation", organisation_name="Le Fournil", siren="732829320"))
    a_debit(campaign=a_campaign(organisation=an_organisation(receipts_enabled=False)))

    assert due(SEVENTEENTH) == []


def test_real_gifts_are_not_due_on_a_site_that_tries_things_out() -> None:
    a_debit(livemode=True)

    assert due(SEVENTEENTH) == []


@pytest.mark.parametrize("name", ["RECEIPT_HOLD_DAYS_CARD", "RECEIPT_HOLD_DAYS_SEPA"])
@pytest.mark.parametrize("value", ["-1", "57", "deux", "1.5", ""])
def test_a_hold_that_makes_no_sense_stops_the_start(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"{name} must be a whole number from 0 to 56"):
        env.whole_number(name, 0, least=0, most=56)


def test_a_clock_of_stripes_that_runs_ahead_makes_nobody_wait() -> None:
    gift = a_paid_donation(credited_at=timezone.now() + timedelta(minutes=3))

    assert due(timezone.now()) == [gift]
