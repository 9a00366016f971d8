"""Sets of gifts, changes and lines."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.events import DonationEvent
from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.queries import day_start
from tests.factories import a_campaign, a_donation, a_paid_donation

pytestmark = pytest.mark.django_db


def test_a_day_begins_at_midnight_in_paris() -> None:
    assert day_start(date(2027, 6, 1)) == datetime(2027, 5, 31, 22, tzinfo=UTC)
    assert day_start(date(2027, 1, 1)) == datetime(2026, 12, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("credited_at", "inside"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), True),
        (datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 12, 31, 23, 0, tzinfo=UTC), False),
    ],
)
def test_a_year_of_gifts_is_a_year_in_paris(credited_at: datetime, inside: bool) -> None:
    a_paid_donation(credited_at=credited_at)

    found = Donation.objects.credited_between(date(2027, 1, 1), date(2027, 12, 31))

    assert found.exists() is inside


def test_the_modes_of_money_never_mix(settings: Settings) -> None:
    test, live = a_paid_donation(), a_paid_donation(livemode=True)

    assert list(Donation.objects.in_site_mode()) == [test]
    assert {line.donation_id for line in LedgerEntry.objects.in_site_mode()} == {test.pk}
    settings.STRIPE_LIVEMODE = True
    assert list(Donation.objects.in_site_mode()) == [live]


def test_gifts_and_lines_of_a_campaign() -> None:
    campaign = a_campaign()
    mine, _ = a_paid_donation(campaign=campaign, fee_cents=100), a_paid_donation()
    a_donation(campaign=campaign)

    assert list(Donation.objects.for_campaign(campaign).succeeded()) == [mine]
    lines = LedgerEntry.objects.for_campaign(campaign)
    assert lines.total_cents() == 4900
    assert lines.collected().total_cents() == 5000


def test_no_lines_are_zero_cents() -> None:
    assert LedgerEntry.objects.total_cents() == 0


def test_a_change_is_due_until_it_is_followed_and_unless_somebody_is_at_it() -> None:
    a_paid_donation()
    now = timezone.now() + timedelta(seconds=1)
    events = DonationEvent.objects

    assert events.due(now).count() == 1
    assert events.due(now - timedelta(minutes=1)).count() == 0
    events.update(claimed_until=now + timedelta(seconds=1))
    assert events.due(now).count() == 0
    events.update(claimed_until=now - timedelta(seconds=1))
    assert events.due(now).count() == 1
    events.update(followed_at=now)
    assert (events.due(now).count(), events.to_do().count()) == (0, 0)
