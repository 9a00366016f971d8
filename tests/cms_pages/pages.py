"""Pages and pictures that these tests need."""

from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Drawing
from wagtail.images.models import Image

from cms_pages.models import CampaignPage, HomePage, StandardPage
from tests.factories import a_campaign


def the_home() -> HomePage:
    home: HomePage = HomePage.objects.get()
    return home


def a_campaign_page(**over: Any) -> CampaignPage:
    """Published under the home page, about a campaign that is open, without picture or story."""
    facts: dict[str, Any] = {"title": "Juin solidaire", "slug": "juin-solidaire", "lead": "Ensemble.", **over}
    if "campaign" not in facts:
        facts["campaign"] = a_campaign()
    page = CampaignPage(**facts)
    the_home().add_child(instance=page)
    return page


def a_standard_page(**over: Any) -> StandardPage:
    facts: dict[str, Any] = {"title": "Mentions légales", "slug": "mentions-legales", "body": "<p>Texte.</p>"}
    page = StandardPage(**{**facts, **over})
    the_home().add_child(instance=page)
    return page


def a_picture(title: str = "Un atelier", *, size: tuple[int, int] = (60, 40)) -> Image:
    content = BytesIO()
    Drawing.new("RGB", size, "teal").save(content, "png")
    content.seek(0)
    return Image.objects.create(title=title, file=ImageFile(content, name="atelier.png"))


def a_drawing(title: str = "Un dessin") -> Image:
    content = BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40"/>')
    return Image.objects.create(title=title, file=ImageFile(content, name="dessin.svg"))


def picture_block(image: Image, **over: str) -> tuple[str, dict[str, Any]]:
    return ("picture", {"image": image, "alt": "Trois personnes", "caption": "", "credit": "", **over})
