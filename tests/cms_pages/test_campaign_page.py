"""The page that tells a campaign, in each of its states."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms_pages.models import CampaignPage, HomePage, StandardPage
from donors.campaigns.models import Campaign, local_day
from donors.gifts.models import Status
from donors.gifts.status import move
from tests.cms_pages.pages import a_campaign_page, a_drawing, a_picture, the_home
from tests.factories import a_campaign, a_donation, a_paid_donation

pytestmark = pytest.mark.django_db

STORY = [("gauge", None), ("gifts", {"title": "Ce que permet votre don", "text": ""})]


def shown(client: Client, page: CampaignPage) -> str:
    response = client.get(page.get_url())
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def a_campaign_from(first_day: int, last_day: int) -> Campaign:
    today = local_day(timezone.now())
    return a_campaign(
        code="juin", starts_on=today + timedelta(days=first_day), ends_on=today + timedelta(days=last_day)
    )


def test_an_open_campaign_shows_its_sum_and_ways_to_give(client: Client) -> None:
    page = a_campaign_page(campaign=a_campaign_from(-2, 2), story=STORY)
    a_paid_donation(campaign=page.campaign, amount_cents=5000)

    html = shown(client, page)

    assert "<h1>Juin solidaire</h1>" in html
    assert '<strong class="gauge__raised" data-part="raised">50 €</strong>' in html
    assert '<span data-part="goal">20 000 €</span>' in html
    assert "1 donateur" in html
    assert "3 jours restants" in html
    assert 'href="/don/juin/?montant=50"' in html
    assert 'href="/don/juin/"' in html
    assert "Un atelier" in html
    assert 'data-gauge="/api/campaigns/juin/progress.json"' in html


def test_text_comes_before_the_bar(client: Client) -> None:
    html = shown(client, a_campaign_page())

    assert 0 < html.index('data-part="raised"') < html.index("jours restants") < html.index("<progress")


def test_the_bar_is_full_beyond_the_goal_and_says_so(client: Client) -> None:
    page = a_campaign_page()
    a_paid_donation(campaign=page.campaign, amount_cents=2_500_000)

    html = shown(client, page)

    assert 'value="2000000" max="2000000"' in html
    assert "Objectif dépassé" in html
    assert "125 % de l’objectif" in html


def test_a_campaign_without_a_goal_has_no_bar(client: Client) -> None:
    campaign = a_campaign()
    page = a_campaign_page(campaign=campaign)
    campaign.goals.all().delete()

    html = shown(client, page)

    assert "<progress" not in html
    assert "de l’objectif" not in html
    assert "0 €" in html


def test_a_direct_debit_on_its_way_is_shown_apart(client: Client) -> None:
    page = a_campaign_page()
    donation = a_donation(campaign=page.campaign, amount_cents=15_000)
    move(donation, Status.PROCESSING, at=timezone.now(), because="test")

    html = shown(client, page)

    assert "150 € en cours de prélèvement" in html
    assert 'data-part="raised">0 €<' in html


def test_a_campaign_that_has_not_begun_says_when_and_asks_for_nothing(client: Client) -> None:
    page = a_campaign_page(campaign=a_campaign_from(5, 30), story=STORY)

    html = shown(client, page)

    assert "La collecte ouvre bientôt" in html
    assert "/don/juin/" not in html
    assert "Une carte SIM" in html


def test_a_campaign_that_has_ended_thanks_and_asks_for_nothing(client: Client) -> None:
    page = a_campaign_page(campaign=a_campaign_from(-40, -1), story=STORY)
    a_paid_donation(campaign=page.campaign, amount_cents=5000)

    html = shown(client, page)

    assert "La collecte est terminée. Merci" in html
    assert 'data-part="raised">50 €<' in html
    assert "/don/juin/" not in html
    assert 'data-state="ended"' in html


def test_a_page_without_its_campaign_is_shown_without_gauge(client: Client) -> None:
    """A copy that was published before somebody chose its campaign."""
    html = shown(client, a_campaign_page(campaign=None, story=STORY))

    assert "<progress" not in html
    assert "Ce que permet votre don" not in html
    assert 'href="/c/"' in html


def test_it_says_to_search_engines_and_neighbours_what_it_is(client: Client) -> None:
    page = a_campaign_page(picture=a_picture(), picture_alt="Deux voisins", search_description="À Bordeaux.")

    html = shown(client, page)

    assert "<title>Juin solidaire – Emmaüs Connect</title>" in html
    assert '<html lang="fr">' in html
    assert '<meta name="description" content="À Bordeaux.">' in html
    assert '<link rel="canonical" href="http://testserver/juin-solidaire/">' in html
    assert '<meta property="og:image" content="http://testserver/media/images/' in html
    assert 'alt="Deux voisins"' in html


def test_a_drawing_stays_a_drawing(client: Client) -> None:
    html = shown(client, a_campaign_page(picture=a_drawing(), picture_alt="Un fil"))

    assert ".svg" in html
    assert ".webp" not in html


@pytest.mark.parametrize("field", ["title", "lead"])
def test_what_editors_write_is_text_and_nothing_else(client: Client, field: str) -> None:
    html = shown(client, a_campaign_page(**{field: "<script>alert(1)</script>"}))

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_preset_text_is_text_and_nothing_else(client: Client) -> None:
    campaign = a_campaign()
    page = a_campaign_page(campaign=campaign, story=STORY)
    campaign.presets.filter(amount_cents=5000).update(text="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in shown(client, page)


def test_an_odd_preset_is_written_with_a_comma_in_its_link(client: Client) -> None:
    campaign = a_campaign()
    page = a_campaign_page(campaign=campaign, story=STORY)
    campaign.presets.filter(amount_cents=5000).update(amount_cents=2550)

    assert "?montant=25,50" in shown(client, page)


def test_a_draft_is_not_public(client: Client) -> None:
    page = a_campaign_page(live=False)

    assert client.get(page.get_url()).status_code == 404


def test_a_picture_needs_its_words() -> None:
    with pytest.raises(ValidationError) as refusal:
        a_campaign_page(picture=a_picture(), picture_alt="  ")
    assert list(refusal.value.message_dict) == ["picture_alt"]

    assert a_campaign_page(picture=a_picture(), picture_alt="Deux voisins devant un écran").live


def test_one_campaign_has_one_page() -> None:
    page = a_campaign_page()

    with pytest.raises(ValidationError):
        a_campaign_page(campaign=page.campaign, slug="encore")


def test_a_campaign_with_a_page_cannot_be_deleted() -> None:
    campaign = a_campaign()
    a_campaign_page(campaign=campaign)

    with pytest.raises(ProtectedError):
        campaign.delete()


def test_deleting_a_page_deletes_no_campaign() -> None:
    page = a_campaign_page()

    page.delete()

    assert Campaign.objects.filter(pk=page.campaign_id).exists()


@pytest.mark.parametrize("live", [True, False], ids=["published", "draft"])
def test_last_years_page_can_be_copied_and_waits_for_its_campaign(live: bool) -> None:
    page = a_campaign_page(story=STORY)

    copy = page.copy(update_attrs={"slug": "juin-prochain"}, keep_live=live)

    assert copy.live is live
    assert copy.campaign is None
    assert [block.block_type for block in copy.story] == ["gauge", "gifts"]


def test_pages_stand_where_they_belong() -> None:
    assert CampaignPage.allowed_parent_page_models() == [HomePage]
    assert StandardPage.allowed_parent_page_models() == [HomePage]
    assert CampaignPage.allowed_subpage_models() == []
    assert set(HomePage.allowed_subpage_models()) == {CampaignPage, StandardPage}
    assert not HomePage.can_create_at(Page.objects.get(depth=1)), "there is one already"
    assert the_home().depth == 2
