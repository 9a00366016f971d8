"""A gift of each month in a real browser: chosen, paid, thanked for."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import raised_cents, serious_faults
from tests.e2e.site import Site, eventually
from tests.e2e.test_journeys import address, press, send, thanks_confirmed

pytestmark = pytest.mark.browser


def fill_in_monthly(page: Page, email: str) -> None:
    page.locator("input[name=frequency][value=monthly]").check(force=True)
    page.locator("input[name=amount][value='10'][data-frequency=monthly]").check(force=True)
    page.locator("[name=email]").fill(email)
    page.locator("[name=first_name]").fill("Amina")
    page.locator("[name=last_name]").fill("Benali")
    page.locator("[name=street]").fill("3 cours de l’Yser")
    page.locator("[name=postcode]").fill("33800")
    page.locator("[name=city]").fill("Bordeaux")


def give_monthly(site: Site, page: Page) -> None:
    email, before = address(), raised_cents(site)
    page.goto(f"{site.url}/don/juin/")
    assert not page.locator("input[name=frequency][value=monthly]").is_checked(), "nobody chooses for Amina"
    fill_in_monthly(page, email)
    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")
    expect(page.locator("body")).to_contain_text("par mois")

    press(page, "card")

    page.wait_for_url(f"{site.url}/don/merci/**")
    thanks_confirmed(page)
    assert eventually(lambda: raised_cents(site) == before + 1000)
    (letter,) = eventually(lambda: site.letters_to(email))
    assert list(letter.iter_attachments()) == [], "its receipt comes once a year"


def test_a_gift_of_each_month_begins_with_its_first_month(site: Site, page: Page) -> None:
    give_monthly(site, page)

    assert serious_faults(page) == []


def test_a_gift_of_each_month_without_javascript(site: Site, browser: Browser) -> None:
    visitor = browser.new_context(locale="fr-FR", java_script_enabled=False)

    give_monthly(site, visitor.new_page())

    assert visitor.pages
    visitor.close()
