"""A dated drive, its goal and its amounts."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from donors.campaigns.models import PARIS, Campaign, GiftPreset, Goal, local_day
from tests.factories import a_campaign

pytestmark = pytest.mark.django_db

JUNE = {"starts_on": date(2027, 6, 1), "ends_on": date(2027, 6, 30)}


@pytest.mark.parametrize(
    ("moment", "is_open", "has_ended"),
    [
        (datetime(2027, 5, 31, 23, 59, 59, tzinfo=PARIS), False, False),
        (datetime(2027, 6, 1, 0, 0, tzinfo=PARIS), True, False),
        (datetime(2027, 5, 31, 22, 0, tzinfo=UTC), True, False),
        (datetime(2027, 6, 30, 23, 59, 59, tzinfo=PARIS), True, False),
        (datetime(2027, 6, 30, 22, 0, tzinfo=UTC), False, True),
    ],
)
def test_it_opens_and_ends_at_midnight_in_paris(moment: datetime, is_open: bool, has_ended: bool) -> None:
    campaign = a_campaign(**JUNE)

    assert (campaign.is_open(moment), campaign.has_ended(moment)) == (is_open, has_ended)


def test_before_it_starts_all_its_days_are_left() -> None:
    assert a_campaign(**JUNE).days_left(datetime(2027, 3, 1, tzinfo=PARIS)) == 30


def test_the_new_year_begins_in_paris_before_it_does_in_london() -> None:
    assert local_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)
    assert local_day(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"starts_on": date(2027, 7, 1)}, "ends_on"),
        ({"minimum_cents": 600, "maximum_cents": 500}, "maximum_cents"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(over: dict[str, object], field: str) -> None:
    campaign = a_campaign(**JUNE)
    for name, value in over.items():
        setattr(campaign, name, value)

    with pytest.raises(ValidationError) as refusal:
        campaign.full_clean()
    assert field in refusal.value.message_dict


@pytest.mark.parametrize(
    ("over", "constraint"),
    [
        ({"starts_on": date(2027, 7, 1)}, "campaign_dates_ordered"),
        ({"minimum_cents": 49}, "campaign_bounds_ordered"),
        ({"maximum_cents": 400}, "campaign_bounds_ordered"),
        ({"maximum_cents": 100_000_000}, "campaign_bounds_ordered"),
    ],
)
def test_the_database_refuses_what_cannot_be(over: dict[str, object], constraint: str) -> None:
    campaign = a_campaign(**JUNE)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**over)


def test_an_amount_is_proposed_once() -> None:
    campaign = a_campaign()

    with pytest.raises(IntegrityError), transaction.atomic():
        GiftPreset.objects.create(campaign=campaign, amount_cents=5000)


def test_at_most_one_amount_is_ticked_at_the_start() -> None:
    campaign = a_campaign()
    campaign.presets.filter(amount_cents=2000).update(selected=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        campaign.presets.filter(amount_cents=5000).update(selected=True)


def test_the_same_amount_may_be_proposed_once_and_each_month_and_be_ticked_in_both() -> None:
    campaign = a_campaign()
    campaign.presets.filter(amount_cents=2000).update(selected=True)
    GiftPreset.objects.create(campaign=campaign, amount_cents=2000, frequency="monthly", selected=True)

    assert [str(preset) for preset in campaign.presets.filter(amount_cents=2000)] == [
        "20\u00a0€",
        "20\u00a0€ par mois",
    ]


@pytest.mark.parametrize(
    ("over", "constraint"),
    [
        ({"amount_cents": 0}, "preset_positive"),
        ({"frequency": "weekly"}, "preset_frequency_known"),
        ({"frequency": ""}, "preset_frequency_known"),
    ],
)
def test_an_amount_that_cannot_be_given_is_not_proposed(over: dict[str, object], constraint: str) -> None:
    campaign = a_campaign()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GiftPreset.objects.create(campaign=campaign, **{"amount_cents": 900, **over})


def test_amounts_are_shown_from_small_to_large() -> None:
    campaign = a_campaign()
    GiftPreset.objects.create(campaign=campaign, amount_cents=1000)

    assert [str(preset) for preset in campaign.presets.all()] == [
        "10\u00a0€",
        "20\u00a0€",
        "50\u00a0€",
        "80\u00a0€",
        "150\u00a0€",
    ]


@pytest.mark.parametrize(("kind", "target"), [("raised", 0), ("gratitude", 10)])
def test_a_goal_is_a_positive_number_of_something_known(kind: str, target: int) -> None:
    campaign = a_campaign()
    campaign.goals.all().delete()

    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.create(campaign=campaign, kind=kind, target=target)
