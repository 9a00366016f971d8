"""The ways that people take through the site, in a real browser, with real processes behind it."""

import io
import re
import uuid
import zipfile
from email.message import EmailMessage

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from donors.campaigns.models import local_day
from tests.e2e.conftest import raised_cents, serious_faults
from tests.e2e.site import Site, eventually

pytestmark = pytest.mark.browser


def fill_in(page: Page, email: str, *, euros: str = "50") -> None:
    """The form, as Amina fills it in."""
    page.locator(f"input[name=amount][value='{euros}'][data-frequency=once]").check(force=True)
    page.locator("[name=email]").fill(email)
    page.locator("[name=first_name]").fill("Amina")
    page.locator("[name=last_name]").fill("Benali")
    page.locator("[name=street]").fill("3 cours de l’Yser")
    page.locator("[name=postcode]").fill("33800")
    page.locator("[name=city]").fill("Bordeaux")


def send(page: Page) -> None:
    page.locator("form[method=post] button[type=submit]").first.click()


def press(page: Page, outcome: str) -> None:
    page.locator(
        f"button[name=outcome][value={outcome}], form:has(input[value={outcome}]) button"
    ).first.click()


def address() -> str:
    return f"amina.{uuid.uuid4().hex[:8]}@example.org"


def thanks_confirmed(page: Page) -> None:
    expect(page.locator("h1")).to_contain_text(re.compile("merci", re.IGNORECASE), timeout=20_000)


def letter_with_receipt(site: Site, email: str) -> EmailMessage:
    letters = eventually(lambda: site.letters_to(email))
    assert len(letters) == 1
    return letters[0]


def log_in(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.url}/admin/login/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(site.password(name))
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{site.url}/admin/")


def test_from_the_campaign_page_to_the_treasurers_exports(site: Site, page: Page, browser: Browser) -> None:
    email, before = address(), raised_cents(site)

    page.goto(f"{site.url}/c/juin/")
    assert serious_faults(page) == []
    page.locator("a[href*='/don/juin/'][href*='montant=50']").first.click()
    assert page.locator("input[name=amount][value='50']").is_checked()
    assert serious_faults(page) == []
    fill_in(page, email)
    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")
    expect(page.locator("body")).to_contain_text("50")
    press(page, "card")
    page.wait_for_url(f"{site.url}/don/merci/**")
    thanks_confirmed(page)
    assert serious_faults(page) == []
    assert email not in page.content()

    letter = letter_with_receipt(site, email)
    (receipt,) = list(letter.iter_attachments())
    content = receipt.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.startswith(b"%PDF")
    assert raised_cents(site) == before + 5000, "the gauge moved by this gift"

    claire = browser.new_context(locale="fr-FR", accept_downloads=True)
    office = claire.new_page()
    log_in(office, site, "tresorier")
    office.goto(f"{site.url}/admin/")
    export_and_check(office, site, email, content)
    claire.close()


def export_and_check(office: Page, site: Site, email: str, receipt: bytes) -> None:
    """Claire finds the gift, exports it as CSV, and takes the receipts of the day as ZIP."""
    office.get_by_role("button", name="Trésorerie").click()
    office.get_by_role("link", name="Dons", exact=True).click()
    office.wait_for_url(f"{site.url}/admin/tresorerie/dons/")
    office.goto(f"{office.url}?q={email}")
    expect(office.get_by_role("main")).to_contain_text("50\u00a0€")
    with office.expect_download() as started:
        office.get_by_role("button", name="Actions").click()
        office.get_by_role("link", name=re.compile("CSV")).click()
    table = started.value.path().read_bytes().decode("utf-8-sig")
    assert email in table
    assert "50,00" in table
    office.goto(f"{site.url}/admin/tresorerie/recus/zip/")
    today = f"{local_day(timezone.now()):%d/%m/%Y}"
    office.locator("[name=du]").fill(today)
    office.locator("[name=au]").fill(today)
    with office.expect_download() as started:
        office.get_by_role("button", name="Télécharger le ZIP").press("Enter")
    archive = zipfile.ZipFile(io.BytesIO(started.value.path().read_bytes()))
    assert receipt in [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]


def test_a_declined_card_and_then_a_good_one_are_one_gift(site: Site, page: Page) -> None:
    email, before = address(), raised_cents(site)
    page.goto(f"{site.url}/don/juin/")
    fill_in(page, email, euros="20")
    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")

    press(page, "card_declined")
    assert "/pay/" in page.url
    press(page, "card")

    page.wait_for_url(f"{site.url}/don/merci/**")
    thanks_confirmed(page)
    letter_with_receipt(site, email)
    assert raised_cents(site) == before + 2000


def test_everything_works_without_javascript(site: Site, browser: Browser) -> None:
    visitor = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page, email = visitor.new_page(), address()
    page.goto(f"{site.url}/don/juin/?montant=50&source=affiche")
    fill_in(page, email)

    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")
    press(page, "card")

    page.wait_for_url(f"{site.url}/don/merci/**")
    thanks_confirmed(page)
    letter_with_receipt(site, email)
    visitor.close()


def test_walking_away_keeps_what_was_typed(site: Site, page: Page) -> None:
    email = address()
    page.goto(f"{site.url}/don/juin/")
    fill_in(page, email, euros="80")
    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")

    press(page, "walk_away")

    page.wait_for_url(f"{site.url}/don/juin/**")
    assert page.locator("[name=email]").input_value() == email
    assert page.locator("input[name=amount][value='80']").is_checked()
    assert page.locator("[name=street]").input_value() == "3 cours de l’Yser"


def test_home_has_no_serious_fault(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/")

    assert serious_faults(page) == []


def test_the_books_of_the_demo_are_right(site: Site) -> None:
    result = eventually(lambda: (found := site.manage("verify_books")).returncode == 0 and found, seconds=20)

    assert result, site.manage("verify_books").stderr
    assert "The books are right" in result.stdout
