"""A campaign page costs at most ten queries with all caches cold, however much is on it."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms_pages.models import CampaignPage
from donors.campaigns.models import GiftPreset
from tests.cms_pages.pages import a_campaign_page, a_picture, a_standard_page, picture_block, the_home
from tests.factories import a_campaign, a_paid_donation

pytestmark = pytest.mark.django_db

MOST = 10


def a_full_page(size: int) -> CampaignPage:
    """With this many pictures, quotes, figures, presets and gifts."""
    quote = ("quote", {"text": "J’ose.", "author": "Jeanne", "role": ""})
    figures = ("figures", {"title": "", "figures": [{"number": "1", "text": "un"}], "source": ""})
    blocks = [block for n in range(size) for block in (picture_block(a_picture(f"n° {n}")), quote, figures)]
    story = [*blocks, ("gauge", None), ("gifts", {"title": "Votre don", "text": ""}), ("text", "<p>Fin.</p>")]
    campaign = a_campaign()
    page = a_campaign_page(
        campaign=campaign, picture=a_picture("Ouverture"), picture_alt="Un fil", story=story
    )
    for n in range(size):
        GiftPreset.objects.create(campaign=campaign, amount_cents=100_000 + n, text="Beaucoup")
        a_paid_donation(campaign=campaign)
    return page


def queries(client: Client, address: str) -> int:
    """Of the first visit to a new process: caches are empty, pictures have their sizes already."""
    client.get(address)
    cache.clear()
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_campaign_page_takes_at_most_ten_queries(client: Client) -> None:
    assert queries(client, a_full_page(3).get_url()) <= MOST


def test_a_campaign_page_takes_no_more_queries_when_it_grows(client: Client) -> None:
    small = a_full_page(1)
    few = queries(client, small.get_url())
    small.delete()

    assert queries(client, a_full_page(8).get_url()) == few


def test_while_the_gauge_is_fresh_its_sums_cost_nothing(client: Client) -> None:
    address = a_full_page(1).get_url()
    cold = queries(client, address)

    with CaptureQueriesContext(connection) as captured:
        client.get(address)

    assert not [query for query in captured.captured_queries if "ledgerentry" in query["sql"]]
    assert len(captured) < cold


def test_home_takes_at_most_ten_queries(client: Client) -> None:
    home = the_home()
    home.highlighted = a_full_page(2)
    home.save()

    assert queries(client, "/") <= MOST


def test_a_page_of_text_takes_at_most_ten_queries(client: Client) -> None:
    assert queries(client, a_standard_page().get_url()) <= MOST
