"""What every public page has around it."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cms_pages.pages import a_campaign_page
from tests.source import ROOT

pytestmark = pytest.mark.django_db

STATIC = ROOT / "campaign" / "static"


def test_a_keyboard_reaches_the_text_in_one_step(client: Client) -> None:
    html = client.get("/").content.decode()
    body = html.split("<body", 1)[1]

    assert body.index("skip-link") < body.index("<header")
    assert '<a class="skip-link" href="#main">' in body
    assert '<main id="main" tabindex="-1">' in body


def test_the_page_has_its_landmarks_once_each(client: Client) -> None:
    html = client.get("/").content.decode()

    assert [html.count(f"<{name}") for name in ("h1", "main", "footer")] == [1, 1, 1]


def test_only_the_demo_says_that_it_is_one(client: Client, settings: Settings) -> None:
    assert "Site de démonstration" not in client.get("/").content.decode()

    settings.DEMO = True

    assert "Site de démonstration" in client.get("/").content.decode()


def test_nothing_comes_from_elsewhere(client: Client) -> None:
    html = client.get(a_campaign_page().get_url()).content.decode()
    addresses = re.findall(r'(?:src|href|srcset)="(https?://[^"]+)"', html)

    assert [address for address in addresses if not address.startswith("http://testserver/")] == []


def test_every_file_that_a_page_names_is_there(client: Client) -> None:
    html = client.get(a_campaign_page().get_url()).content.decode()
    named = set(re.findall(r"/static/([\w./-]+)", html))

    assert {"css/tokens.css", "css/story.css", "js/gauge.js"} <= named
    assert [name for name in named if not (STATIC / name).is_file()] == []


def test_the_letters_come_from_our_own_files_with_their_licence() -> None:
    css = (STATIC / "css/base.css").read_text()
    fonts = re.findall(r'url\("\.\./(fonts/[\w.-]+)"\)', css)

    assert len(fonts) == 2
    assert all((STATIC / font).read_bytes().startswith(b"wOF2") for font in fonts)
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/OFL.txt").read_text().upper()


def test_a_visit_sets_no_cookie(client: Client) -> None:
    response = client.get(a_campaign_page().get_url())

    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_our_drawings_have_a_title_and_run_no_script() -> None:
    drawings = [*(STATIC / "images").glob("*.svg"), *(ROOT / "cms_pages/demo_pictures").glob("*.svg")]

    assert len(drawings) == 4
    for drawing in drawings:
        text = drawing.read_text("utf-8")
        assert re.search(r"<title>\S.+</title>", text), drawing.name
        assert "<script" not in text
        assert "href" not in text
