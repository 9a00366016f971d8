"""What comes out of the printer: words and figures, black on white, nothing to press."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Site
from tests.e2e.test_journeys import address, fill_in, press, send, thanks_confirmed

pytestmark = pytest.mark.browser


def check_paper(page: Page) -> None:
    """As a printer sees the page, also for somebody whose screen is dark."""
    page.emulate_media(media="print", color_scheme="dark")
    for pressable in (
        ".button",
        "button",
        "wagtail-userbar",
        ".site-footer ul",
        ".skip-link",
        ".demo-banner",
    ):
        for found in page.locator(pressable).all():
            expect(found).to_be_hidden()
    ink, ground = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor]"
    )
    assert (ink, ground) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    expect(page.locator("h1")).to_be_visible()


def test_the_campaign_page_is_readable_on_paper(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/c/juin/")

    check_paper(page)

    expect(page.locator(".gauge__raised").first).to_be_visible()
    expect(page.locator(".story")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_thank_you_page_is_readable_on_paper(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/don/juin/?montant=50")
    fill_in(page, address())
    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")
    press(page, "card")
    thanks_confirmed(page)

    check_paper(page)

    expect(page.locator(".receipt")).to_contain_text("50")
