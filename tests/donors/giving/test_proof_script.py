"""The calculation in a real browser, under the site's own Content Security Policy, and the way without it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from donors.campaigns.models import Campaign
from donors.giving.tokens import read_form_key
from donors.payments.gate.attack import begin_attack
from donors.payments.gate.proof import read_proof
from tests.donors.giving.conftest import form_key_of

STATIC = Path(settings.BASE_DIR) / "campaign" / "static"
SITE = "http://127.0.0.1:1"  # browsers lend their cryptography to safe places only; this machine is one
FORM = f"{SITE}/don/juin/"

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

type Open = Callable[..., Page]


@pytest.fixture
def form(client: Client, campaign: Campaign) -> Any:
    begin_attack("Une raison.", at=timezone.now())
    return client.get("/don/juin/")


@pytest.fixture
def sent() -> list[dict[str, list[str]]]:
    return []


@pytest.fixture
def open_page(form: Any, sent: list[dict[str, list[str]]], browser: Browser) -> Iterator[Open]:
    pages = []

    def answer(route: Route) -> None:
        request = route.request
        if request.url == FORM and request.method == "POST":
            sent.append(parse_qs(request.post_data or ""))
            route.fulfill(body=b"<title>Stripe</title>", content_type="text/html")
        elif request.url == FORM:
            policy = {"Content-Security-Policy": form["Content-Security-Policy"]}
            route.fulfill(body=form.content, content_type="text/html", headers=policy)
        else:
            route.fulfill(path=STATIC / request.url.split("/static/")[1])

    def run(**options: Any) -> Page:
        page = browser.new_page(viewport={"width": 390, "height": 800}, **options)
        pages.append(page)
        page.route("**/*", answer)
        page.goto(FORM)
        return page

    yield run
    for page in pages:
        page.close()


def press(page: Page) -> None:
    page.locator("[data-give-button]").click()


def test_the_browser_calculates_by_itself_and_the_server_believes_it(
    open_page: Open, form: Any, campaign: Campaign, sent: list[dict[str, list[str]]]
) -> None:
    page = open_page()
    expect(page.locator("[data-proof-missing]")).to_be_hidden()
    expect(page.locator("[data-proof]")).to_have_value(re.compile(".+"), timeout=30_000)

    press(page)

    expect(page).to_have_title("Stripe")
    proof = read_proof(sent[0]["proof"][0])
    assert proof
    assert proof.holds_for(read_form_key(form_key_of(form), campaign))


def test_who_is_faster_than_the_calculation_waits_and_need_not_press_again(
    open_page: Open, sent: list[dict[str, list[str]]]
) -> None:
    page = open_page()

    press(page)

    expect(page).to_have_title("Stripe", timeout=30_000)
    assert len(sent) == 1
    assert read_proof(sent[0]["proof"][0])


def test_without_javascript_the_page_says_how_to_give(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)

    expect(page.locator("[data-proof-missing]")).to_be_visible()
    page.get_by_role("link", name="comment faire").first.click()
    expect(page.get_by_role("heading", name="Par chèque", exact=True)).to_be_in_viewport()


def test_a_browser_without_cryptography_says_how_to_give(open_page: Open) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'crypto', {value: {}})")
    page.reload()

    expect(page.locator("[data-proof-missing]")).to_be_visible()


def test_nobody_meets_the_trap(open_page: Open) -> None:
    """Neither with the eyes nor with the keyboard nor with a screen reader."""
    page = open_page()

    box = page.locator("#id_sujet").bounding_box()
    assert box is None or box["width"] <= 1 or page.locator("p:has(> #id_sujet)").bounding_box()["width"] <= 1  # type: ignore[index]
    assert "Laissez ce champ vide" not in page.locator("form.give-form").aria_snapshot()
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") != "sujet"
