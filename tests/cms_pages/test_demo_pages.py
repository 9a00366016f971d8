"""The demo's pages: planted once, kept as editors leave them, honest about what is invented."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.models import Page

from cms_pages.demo_pages import plant_pages
from cms_pages.models import CampaignPage, HomePage
from donors.campaigns.models import Campaign
from tests.cms_pages.pages import the_home
from tests.factories import a_campaign, an_organisation

pytestmark = pytest.mark.django_db

ADDRESSES = ["/", "/campagne-de-juin/", "/mentions-legales/", "/confidentialite/"]


@pytest.fixture
def june() -> Campaign:
    organisation = an_organisation(legal_name="Emmaüs Connect (démonstration)", phone="05 00 00 00 00")
    return a_campaign(code="juin", organisation=organisation)


def plant(campaign: Campaign) -> None:
    plant_pages(campaign, at=timezone.now())


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_of_the_demo_is_public(client: Client, june: Campaign, address: str) -> None:
    plant(june)

    html = text_of(client, address)

    assert "<h1>" in html
    assert not re.search(r"\{\{|\{%|None|lorem", html)


def test_planting_twice_is_planting_once(june: Campaign) -> None:
    plant(june)
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision"))
    pictures = Image.objects.count()

    plant(june)

    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision")) == before
    assert Image.objects.count() == pictures == 3


def test_what_an_editor_changed_stays(june: Campaign) -> None:
    plant(june)
    page, home = CampaignPage.objects.get(), the_home()
    page.title, home.lead = "Récit de Bruno", "Bruno écrit."
    page.save_revision().publish()
    home.save_revision().publish()

    plant(june)

    assert CampaignPage.objects.get().title == "Récit de Bruno"
    assert the_home().lead == "Bruno écrit."


def test_a_page_that_an_editor_deleted_comes_back(june: Campaign) -> None:
    plant(june)
    Page.objects.get(slug="confidentialite").delete()

    plant(june)

    assert Page.objects.filter(slug="confidentialite", live=True).exists()


def test_a_site_without_home_gets_one(june: Campaign) -> None:
    HomePage.objects.get().delete()

    plant(june)

    assert the_home().live
    assert the_home().highlighted == CampaignPage.objects.get()


def test_the_campaign_page_tells_the_facts_of_june(client: Client, june: Campaign) -> None:
    plant(june)

    html = text_of(client, "/campagne-de-juin/")

    for fact in (
        "Aubiers",
        "8 juin 2017",
        "quinzaine de bénévoles",
        "13 millions",
        "1 000 personnes",
        "20 000",
    ):
        assert fact in html, fact
    assert 'href="/don/juin/?montant=50"' in html
    assert html.count('alt="Dessin :') == 3


def test_the_campaign_page_says_what_is_shifted_and_what_is_invented(client: Client, june: Campaign) -> None:
    plant(june)

    html = text_of(client, "/campagne-de-juin/")

    assert "Les dates sont déplacées" in html
    assert "sont inventés" in html
    assert "témoignage inventé pour la démonstration" in html


def test_the_legal_notice_has_its_mentions_and_marks_them(client: Client, june: Campaign) -> None:
    plant(june)

    html = text_of(client, "/mentions-legales/")

    for mention in ("Éditeur", "Siège", "RNA", "SIREN", "Directrice de la publication", "Hébergeur"):
        assert mention in html, mention
    assert june.organisation.siren in html
    assert html.count("numéro inventé") == 3


def test_the_privacy_page_answers_what_people_ask(client: Client, june: Campaign) -> None:
    plant(june)

    html = text_of(client, "/confidentialite/")

    for answer in ("Base légale", "dix ans", "Stripe", "CNIL", "effacer", june.organisation.email):
        assert answer in html, answer


def test_an_organisations_name_is_text_in_its_pages(client: Client) -> None:
    organisation = an_organisation(legal_name="<script>alert(1)</script>")

    plant(a_campaign(code="juin", organisation=organisation))

    assert "<script>alert" not in text_of(client, "/mentions-legales/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_french_signs_never_begin_a_line(client: Client, june: Campaign, address: str) -> None:
    plant(june)
    html = client.get(address).content.decode()
    words = re.sub(r"<[^>]+>", "", html.split("<main", 1)[1])

    assert re.findall(r".{12} [;:!?»%€](?=\s)", words) == []
    assert re.findall(r"« ", words) == []
