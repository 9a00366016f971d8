"""The front door."""

import pytest
from django.test import Client

from tests.cms_pages.pages import a_campaign_page, a_picture, the_home
from tests.factories import a_campaign

pytestmark = pytest.mark.django_db


def shown(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_fresh_site_has_a_home_page(client: Client) -> None:
    html = shown(client)

    assert "<h1>Accueil</h1>" in html
    assert "Wagtail" not in html
    assert 'href="/c/"' in html


def test_it_shows_the_campaign_of_the_moment(client: Client) -> None:
    home = the_home()
    home.title, home.lead = "Pour tout le monde", "Un lieu, du temps."
    campaign = a_campaign(code="juin")
    home.highlighted = a_campaign_page(campaign=campaign, picture=a_picture(), picture_alt="Deux voisins")
    home.save()

    html = shown(client)

    assert "<h1>Pour tout le monde</h1>" in html
    assert "Un lieu, du temps." in html
    assert '<a href="/juin-solidaire/">Juin solidaire</a>' in html
    assert 'alt="Deux voisins"' in html
    assert "<progress" in html
    assert 'href="/don/juin/"' in html


def test_a_campaign_page_that_is_not_public_is_not_shown(client: Client) -> None:
    home = the_home()
    home.highlighted = a_campaign_page(live=False)
    home.save()

    assert "Juin solidaire" not in shown(client)


def test_a_page_that_still_waits_for_its_campaign_is_not_shown(client: Client) -> None:
    home = the_home()
    home.highlighted = a_campaign_page(campaign=None)
    home.save()

    assert "Juin solidaire" not in shown(client)


def test_deleting_the_highlighted_page_leaves_home_standing(client: Client) -> None:
    home = the_home()
    home.highlighted = a_campaign_page()
    home.save()

    home.highlighted.delete()

    assert "<progress" not in shown(client)


def test_what_is_not_a_page_is_not_found(client: Client) -> None:
    assert client.get("/rien/").status_code == 404
    assert client.get("/rien/du/tout/").status_code == 404
