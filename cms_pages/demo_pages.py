"""The pages of the demo: home, the June campaign, legal notice, privacy."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile
from django.template.loader import render_to_string
from wagtail.images.models import Image
from wagtail.models import Page

from cms_pages.demo_story import LEAD, PICTURE_ALT, TITLE, june_story
from cms_pages.gauge import day_in_words
from cms_pages.models import CampaignPage, HomePage, StandardPage
from donors.campaigns.models import Campaign, local_day

PICTURES = Path(__file__).resolve().parent / "demo_pictures"

STANDARD_PAGES = (
    ("mentions-legales", "Mentions légales", "cms_pages/demo/legal_notice.html"),
    ("confidentialite", "Vos données personnelles", "cms_pages/demo/privacy.html"),
)


def plant_pages(campaign: Campaign, *, at: datetime) -> None:
    """Make and publish the pages that are missing; what an editor changed since stays as it is."""
    home = _home()
    facts = {"organisation": campaign.organisation, "day": day_in_words(local_day(at))}
    for slug, title, template in STANDARD_PAGES:
        body = render_to_string(template, facts)
        _add(home, StandardPage(slug=slug, title=title, body=body))
    june = CampaignPage.objects.filter(campaign=campaign).first()
    if june is None:
        june = CampaignPage(
            slug=f"campagne-de-{campaign.code}",
            title=TITLE,
            campaign=campaign,
            lead=LEAD,
            picture=_picture("cote-a-cote"),
            picture_alt=PICTURE_ALT,
            story=june_story(campaign, atelier=_picture("atelier"), wifi=_picture("wifi")),
        )
        _add(home, june)
    if not home.lead:
        _write_home(home, june)


def _home() -> HomePage:
    """The home page that the first migration made, or a new one where somebody removed it."""
    home: HomePage | None = HomePage.objects.first()
    if home is None:
        home = HomePage(slug="accueil", title="Accueil")
        Page.get_first_root_node().add_child(instance=home)
    return home


def _write_home(home: HomePage, june: CampaignPage) -> None:
    home.title = "Le numérique, c’est pour tout le monde"
    home.seo_title = "Accueil"
    home.lead = (
        "Nous donnons à celles et ceux que les écrans laissent de côté un lieu, du temps et de quoi se "
        "connecter. Chaque mois de juin, vous nous aidez à continuer."
    )
    home.body = render_to_string("cms_pages/demo/home.html")
    home.highlighted = june
    home.save_revision().publish()


def _add(home: HomePage, page: Any) -> None:
    if not home.get_children().filter(slug=page.slug).exists():
        home.add_child(instance=page)
        page.save_revision().publish()


def _picture(name: str) -> Image:
    """The drawing of this name in the image library; put there the first time."""
    title = f"Dessin : {name.replace('-', ' ')}"
    found: Image | None = Image.objects.filter(title=title).first()
    if found is None:
        with (PICTURES / f"{name}.svg").open("rb") as file:
            found = Image.objects.create(title=title, file=ImageFile(file, name=f"{name}.svg"))
    return found
