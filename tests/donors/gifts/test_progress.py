from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from donors.campaigns.models import PARIS
from donors.gifts.models import LedgerEntry, Status
from donors.gifts.progress import compute_progress, progress_of
from donors.gifts.status import move
from tests.factories import a_campaign, a_donation, a_donor, a_gift_in_kind, a_paid_donation

pytestmark = pytest.mark.django_db


def test_an_empty_campaign_raised_nothing() -> None:
    campaign = a_campaign()

    progress = compute_progress(campaign, at=timezone.now())

    assert (progress.raised_cents, progress.donors, progress.pending_cents) == (0, 0, 0)
    assert (progress.percent, progress.missing_cents) == (0, 2_000_000)


def test_paid_gifts_are_raised_and_fees_are_not_taken_off() -> None:
    campaign = a_campaign()
    a_paid_donation(campaign=campaign, amount_cents=5000, fee_cents=100)
    a_paid_donation(campaign=campaign, amount_cents=2550, fee_cents=63)

    assert compute_progress(campaign, at=timezone.now()).raised_cents == 7550


def test_what_was_given_in_kind_fills_no_gauge() -> None:
    campaign = a_campaign()
    a_paid_donation(campaign=campaign, amount_cents=5000)
    a_gift_in_kind(campaign=campaign)

    progress = compute_progress(campaign, at=timezone.now())

    assert (progress.raised_cents, progress.donors) == (5000, 1)


def test_a_gift_that_is_not_paid_does_not_count() -> None:
    campaign = a_campaign()
    a_donation(campaign=campaign)

    progress = compute_progress(campaign, at=timezone.now())

    assert (progress.raised_cents, progress.donors) == (0, 0)


def test_money_on_its_way_is_shown_apart() -> None:
    campaign = a_campaign()
    move(
        a_donation(campaign=campaign, amount_cents=3000), Status.PROCESSING, at=timezone.now(), because="test"
    )

    progress = compute_progress(campaign, at=timezone.now())

    assert (progress.raised_cents, progress.pending_cents) == (0, 3000)


def test_a_refund_lowers_what_was_raised() -> None:
    campaign = a_campaign()
    gift = a_paid_donation(campaign=campaign, amount_cents=5000)
    LedgerEntry.objects.create(
        kind="refund",
        donation=gift,
        amount_cents=-2000,
        occurred_at=timezone.now(),
        booked_at=timezone.now(),
        livemode=False,
        key="refund:re_1",
    )

    assert compute_progress(campaign, at=timezone.now()).raised_cents == 3000


def test_the_percentage_never_says_100_before_the_goal_is_reached() -> None:
    campaign = a_campaign(maximum_cents=99_999_999)
    a_paid_donation(campaign=campaign, amount_cents=1_999_999)
    assert compute_progress(campaign, at=timezone.now()).percent == 99

    a_paid_donation(campaign=campaign, amount_cents=1)
    assert compute_progress(campaign, at=timezone.now()).percent == 100


def test_one_person_who_gives_twice_is_one_donor() -> None:
    campaign = a_campaign()
    a_paid_donation(campaign=campaign, donor=a_donor(email="Amina@example.org"))
    a_paid_donation(campaign=campaign, donor=a_donor(email="amina@example.org", city="Pessac"))
    a_paid_donation(campaign=campaign, donor=a_donor(email="other@example.org"))

    assert compute_progress(campaign, at=timezone.now()).donors == 2


def test_money_of_the_other_mode_stays_outside() -> None:
    campaign = a_campaign()
    a_paid_donation(campaign=campaign, livemode=True)

    assert compute_progress(campaign, at=timezone.now()).raised_cents == 0


def test_a_campaign_without_a_goal_has_no_percentage() -> None:
    campaign = a_campaign()
    campaign.goals.all().delete()

    progress = compute_progress(campaign, at=timezone.now())

    assert (progress.goal_cents, progress.percent, progress.missing_cents) == (None, None, None)


def test_while_open_a_cached_figure_is_never_older_than_five_seconds() -> None:
    campaign, now = a_campaign(), timezone.now()
    first = progress_of(campaign, at=now)
    a_paid_donation(campaign=campaign)

    assert progress_of(campaign, at=now + timedelta(seconds=5)) == first
    later = progress_of(campaign, at=now + timedelta(seconds=6))
    assert (later.raised_cents, later.computed_at) == (5000, now + timedelta(seconds=6))


def test_days_left_count_today_and_end_at_midnight_in_paris() -> None:
    day = datetime(2027, 6, 1, tzinfo=PARIS).date()
    campaign = a_campaign(starts_on=day, ends_on=day.replace(day=30))

    last_second = datetime(2027, 6, 30, 23, 59, 59, tzinfo=PARIS)
    assert campaign.days_left(datetime(2027, 6, 1, 0, 30, tzinfo=PARIS)) == 30
    assert (campaign.days_left(last_second), campaign.is_open(last_second)) == (1, True)
    after = last_second + timedelta(seconds=1)
    assert (campaign.days_left(after), campaign.is_open(after), campaign.has_ended(after)) == (0, False, True)


def test_the_number_of_queries_does_not_grow_with_gifts(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    campaign = a_campaign()
    for _ in range(5):
        a_paid_donation(campaign=campaign)

    with django_assert_num_queries(1):
        compute_progress(campaign, at=timezone.now())
