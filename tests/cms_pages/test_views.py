"""Short addresses: /c/ and /c/<code>/."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cms_pages.models import CampaignPage
from donors.campaigns.models import local_day
from tests.cms_pages.pages import a_campaign_page
from tests.factories import a_campaign

pytestmark = pytest.mark.django_db


def page_of_days(slug: str, first: int, last: int) -> CampaignPage:
    today = local_day(timezone.now())
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return a_campaign_page(slug=slug, campaign=a_campaign(code=slug, **days))


def leads_to(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 302
    return str(response.headers["Location"])


def test_a_code_leads_to_the_page_of_its_campaign(client: Client) -> None:
    page_of_days("juin", -1, 28)

    assert leads_to(client, "/c/juin/") == "/juin/"


def test_the_page_may_have_another_name_than_its_campaign(client: Client) -> None:
    a_campaign_page(slug="aux-aubiers", campaign=a_campaign(code="juin"))

    assert leads_to(client, "/c/juin/") == "/aux-aubiers/"


def test_an_unknown_code_leads_home(client: Client) -> None:
    assert leads_to(client, "/c/rien/") == "/"


def test_a_draft_leads_home(client: Client) -> None:
    a_campaign_page(live=False, campaign=a_campaign(code="juin"))

    assert leads_to(client, "/c/juin/") == "/"


def test_what_is_no_code_is_not_found(client: Client) -> None:
    assert client.get("/c/un code/").status_code == 404


def test_the_current_campaign_is_the_one_that_is_open(client: Client) -> None:
    page_of_days("ouverte", -1, 28)
    page_of_days("prochaine", 300, 330)

    assert leads_to(client, "/c/") == "/ouverte/"


def test_on_its_first_and_last_day_a_campaign_is_current(client: Client) -> None:
    page_of_days("ancienne", -400, -370)
    page_of_days("un-jour", 0, 0)

    assert leads_to(client, "/c/") == "/un-jour/"


def test_between_campaigns_the_latest_is_current(client: Client) -> None:
    page_of_days("ancienne", -400, -370)
    page_of_days("derniere", -40, -10)

    assert leads_to(client, "/c/") == "/derniere/"


def test_without_any_campaign_page_home_is_what_there_is(client: Client) -> None:
    a_campaign_page(campaign=None)

    assert leads_to(client, "/c/") == "/"
