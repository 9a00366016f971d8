"""The form's script in a real browser: optional help, with the same sums as the server.

The pages are rendered first and then handed to Chromium, which reaches nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from donors.campaigns.models import Campaign, local_day
from donors.campaigns.regimes import OrganisationRegime
from donors.money import format_euros
from donors.receipts.tax.reduction import cost_after_tax_cents
from tests.donors.giving.conftest import form_key_of

STATIC = Path(settings.BASE_DIR) / "campaign" / "static"
FORM = "http://testserver/don/juin/"

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def keys() -> list[str]:
    return []


@pytest.fixture
def forms(client: Client, campaign: Campaign, keys: list[str]) -> list[bytes]:
    """The form as two visits get it, each with its own key; the aid regime has a ceiling to reckon with."""
    OrganisationRegime.objects.update(regime="aid")
    visits = [client.get("/don/juin/") for _ in range(2)]
    keys.extend(form_key_of(visit) for visit in visits)
    return [visit.content for visit in visits]


@pytest.fixture
def page(forms: list[bytes], browser: Browser) -> Iterator[Page]:
    waiting = list(forms)

    def answer(route: Route) -> None:
        address = route.request.url
        if address == FORM:
            route.fulfill(body=waiting.pop(0), content_type="text/html")
        elif "/static/" in address:
            route.fulfill(path=STATIC / address.split("/static/")[1])
        else:
            route.fulfill(body=b"<title>Stripe</title>", content_type="text/html")

    opened = browser.new_page(viewport={"width": 320, "height": 740})
    opened.route("**/*", answer)
    opened.goto(FORM)
    yield opened
    opened.close()


def type_amount(page: Page, text: str) -> None:
    page.locator("#id_other_amount").fill(text)


@pytest.mark.parametrize("cents", [500, 2550, 2999, 199_999, 200_000, 200_001, 777_777])
def test_the_estimate_is_the_servers_to_the_cent(page: Page, cents: int) -> None:
    type_amount(page, f"{cents // 100},{cents % 100:02d}")

    cost = cost_after_tax_cents(cents, regime="aid", on=local_day(timezone.now()))
    said = page.locator("[data-give-cost]")
    expect(said).to_be_visible()
    assert f"Votre don de {format_euros(cents)} vous coûte {format_euros(cost)} " in (
        said.text_content() or ""
    )
    assert page.locator("[data-give-button]").text_content() == f"Donner {format_euros(cents)}"


def test_typing_an_amount_ticks_other_and_a_tick_empties_it(page: Page) -> None:
    type_amount(page, "30")
    assert page.locator("input[name=amount][value=other]").is_checked()

    page.locator("label[for=id_amount_1]").click()

    assert page.locator("#id_other_amount").input_value() == ""
    assert page.locator("[data-give-button]").text_content() == "Donner 50\u00a0€"


def test_what_is_no_amount_promises_nothing(page: Page) -> None:
    type_amount(page, "30,505")

    assert page.locator("[data-give-button]").text_content() == "Faire mon don"
    expect(page.locator("[data-give-cost]")).to_be_hidden()


def test_fields_that_are_not_asked_are_not_shown(page: Page) -> None:
    street, siren = page.locator("#id_street"), page.locator("#id_siren")
    expect(street).to_be_visible()
    expect(siren).to_be_hidden()

    page.locator("#id_wants_receipt").uncheck()
    page.locator("#id_as_organisation").check()

    expect(street).to_be_hidden()
    expect(siren).to_be_visible()
    expect(page.locator(".give-tax__company")).to_be_visible()
    expect(page.locator(".give-cost").first).to_be_hidden()


def test_the_back_button_goes_on_with_the_same_gift(page: Page, keys: list[str]) -> None:
    key = page.locator("[name=form_key]")
    assert key.input_value() == keys[0]

    page.goto("http://testserver/pay/")
    page.go_back()

    expect(page.locator("[data-give-button]")).to_be_visible()
    assert key.input_value() == keys[0] != keys[1]


def test_a_new_visit_is_a_new_gift(page: Page, keys: list[str]) -> None:
    page.goto("http://testserver/pay/")
    page.goto(FORM)

    assert page.locator("[name=form_key]").input_value() == keys[1]
