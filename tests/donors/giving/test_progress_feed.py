"""The public feed of a campaign's gauge."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from donors.campaigns.models import Campaign, Goal, local_day
from donors.gifts.models import Status
from tests.factories import a_donation, a_donor, a_paid_donation

URL = "/api/campaigns/juin/progress.json"


def test_the_feed_says_what_the_ledger_says(client: Client, campaign: Campaign) -> None:
    a_paid_donation(campaign=campaign, amount_cents=777_700)
    a_donation(campaign=campaign, amount_cents=2000, status=Status.PROCESSING)

    facts = client.get(URL).json()

    moment = datetime.fromisoformat(facts.pop("computed_at"))
    assert timezone.now() - moment < timedelta(minutes=1)
    assert facts == {
        "campaign": "juin",
        "raised_cents": 777_700,
        "goal_cents": 2_000_000,
        "percent": 38,
        "donors": 1,
        "pending_cents": 2000,
        "days_left": 29,
        "open": True,
    }


def test_a_campaign_without_a_goal_has_no_percentage(client: Client, campaign: Campaign) -> None:
    Goal.objects.all().delete()

    facts = client.get(URL).json()

    assert (facts["goal_cents"], facts["percent"]) == (None, None)


def test_an_ended_campaign_is_told_as_closed(client: Client, campaign: Campaign) -> None:
    yesterday = local_day(timezone.now()) - timedelta(days=1)
    Campaign.objects.update(starts_on=yesterday, ends_on=yesterday)

    facts = client.get(URL).json()

    assert (facts["open"], facts["days_left"]) == (False, 0)


def test_any_site_may_read_it_for_five_seconds(client: Client, campaign: Campaign) -> None:
    answer = client.get(URL)

    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=5"
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies


def test_an_unknown_campaign_is_404_in_json(client: Client, db: None) -> None:
    answer = client.get("/api/campaigns/decembre/progress.json")

    assert (answer.status_code, answer.json()) == (404, {"error": "unknown campaign"})
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_feed_only_reads(client: Client, campaign: Campaign, method: str) -> None:
    assert getattr(client, method)(URL).status_code == 405


def test_the_feed_says_nothing_of_anybody(client: Client, campaign: Campaign) -> None:
    donor = a_donor()
    a_paid_donation(campaign=campaign, donor=donor)

    body = client.get(URL).content.decode()

    for secret in (donor.email, "Amina", "Benali"):
        assert secret not in body


def test_the_feed_costs_the_same_however_many_gifts_there_are(
    client: Client, campaign: Campaign, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        a_paid_donation(campaign=campaign)
    with django_assert_num_queries(2):
        client.get(URL)
    with django_assert_num_queries(1):
        client.get(URL)
    cache.clear()
    with django_assert_num_queries(2):
        client.get(URL)
