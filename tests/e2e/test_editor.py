"""Bruno at work: the page editor with its preview, and the way back from the page, in a real browser.

The `page` fixture fails for anything that the Content Security Policy refuses."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Site, eventually
from tests.e2e.test_journeys import log_in

pytestmark = pytest.mark.browser

PREVIEW = "#w-preview-iframe"


def open_editor(page: Page, site: Site) -> None:
    """From the public page, by its user bar."""
    page.goto(f"{site.url}/c/juin/")
    page.get_by_role("button", name="Wagtail").click()
    page.get_by_role("menuitem", name="Modifier cette page").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))


def test_the_preview_beside_the_editor_shows_what_is_not_published_yet(site: Site, page: Page) -> None:
    log_in(page, site, "editrice")
    open_editor(page, site)
    page.locator("button[aria-label*='révisualis']").first.click()
    preview = page.frame_locator(PREVIEW)
    expect(preview.locator(".gauge").first).to_be_visible(timeout=15_000)
    page.locator("#id_lead").click()

    def typed_and_shown() -> bool:
        """What is typed in the page's first two seconds is no change to Wagtail yet: go on typing."""
        page.keyboard.type("Déjà douze. ")
        page.wait_for_timeout(1_000)
        return "Déjà douze." in preview.locator(".lead").first.inner_text()

    assert eventually(typed_and_shown, seconds=20)
    assert "Déjà douze." not in page.request.get(f"{site.url}/c/juin/").text()


def test_nothing_in_the_office_is_refused_by_the_policy(site: Site, page: Page) -> None:
    """Login, first page, lists, forms: the console stays clean, which the fixture checks at the end."""
    page.goto(f"{site.url}/admin/login/")
    expect(page.locator("[name=username]")).to_be_visible()
    log_in(page, site, "admin")
    for path in ("pages/", "images/", "campagnes/", "tresorerie/dons/", "tresorerie/evenements/"):
        page.goto(f"{site.url}/admin/{path}")
        expect(page.locator("main .w-slim-header")).to_be_visible()


def test_a_visitor_gets_no_user_bar(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/c/juin/")

    expect(page.locator("h1")).to_be_visible()
    assert page.locator("wagtail-userbar").count() == 0
    assert "userbar.js" not in page.content()
