"""The demo is for the demo alone."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from campaign.demo.past_gifts import plan_gifts
from campaign.demo.people import plant_campaign, plant_users
from donors.campaigns.models import Campaign


@pytest.mark.parametrize("command", ["demo", "seed_demo"])
def test_a_real_site_is_never_planted_with_it(command: str, settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match=r"demo|DEMO"):
        call_command(command)


@pytest.mark.django_db
def test_the_campaign_is_open_today_and_planted_once() -> None:
    now = timezone.now()

    first, second = plant_campaign(at=now), plant_campaign(at=now)

    assert first == second
    assert first.is_open(now)
    assert (Campaign.objects.count(), first.presets.count()) == (1, 8)
    assert first.days_left(now) == 18


@pytest.mark.django_db
def test_the_three_accounts_have_their_groups_and_fresh_passwords() -> None:
    first, second = plant_users(), plant_users()

    groups = {user.username: [group.name for group in user.groups.all()] for user in User.objects.all()}
    assert groups == {"editrice": ["Communication"], "tresorier": ["Trésorerie"], "admin": []}
    assert User.objects.get(is_superuser=True).username == "admin"
    assert all(first[name] != second[name] for name in first)
    assert User.objects.get(username="tresorier").check_password(second["tresorier"])


def test_the_past_gifts_are_the_same_at_every_planting_and_in_order() -> None:
    first, last = datetime(2027, 6, 1, tzinfo=UTC), datetime(2027, 6, 13, tzinfo=UTC)

    plans = plan_gifts(count=42, first=first, last=last)

    assert plans == plan_gifts(count=42, first=first, last=last)
    assert [plan.at for plan in plans] == sorted(plan.at for plan in plans)
    assert all(first <= plan.at < last for plan in plans)
    assert {plan.outcomes for plan in plans} == {
        ("card",),
        ("card_declined", "card"),
        ("walk_away",),
        ("challenge_passed",),
    }
