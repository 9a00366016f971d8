"""A bank debit that takes its days, and a gift that goes back: in a real browser, with real processes."""

import json
import re
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import raised_cents, serious_faults
from tests.e2e.site import Site, eventually
from tests.e2e.test_journeys import address, fill_in, log_in, press, send, thanks_confirmed

pytestmark = pytest.mark.browser


def ask_sandbox(site: Site, told: dict[str, Any]) -> Any:
    """Press a button of the pretend Stripe's dashboard."""
    request = Request(  # noqa: S310  our own server
        f"{site.sandbox_url}/_sandbox/actions",
        data=json.dumps(told).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def last_charge(site: Site) -> str:
    with urlopen(f"{site.sandbox_url}/_sandbox/state") as answer:  # noqa: S310
        return str(json.load(answer)["last"]["charge"]["id"])


def pending_cents(site: Site) -> int:
    with urlopen(f"{site.url}/api/campaigns/juin/progress.json") as answer:  # noqa: S310
        return int(json.load(answer)["pending_cents"])


def test_a_debit_is_thanked_for_as_a_promise_and_counted_when_the_bank_has_paid(
    site: Site, page: Page
) -> None:
    email, before, pending = address(), raised_cents(site), pending_cents(site)
    page.goto(f"{site.url}/don/juin/")
    fill_in(page, email)
    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")

    press(page, "sepa")

    page.wait_for_url(f"{site.url}/don/merci/**")
    expect(page.locator("main")).to_contain_text(re.compile("prélèvement", re.IGNORECASE))
    assert serious_faults(page) == []
    assert eventually(lambda: pending_cents(site) == pending + 5000)
    assert raised_cents(site) == before, "what is only promised is not raised"

    ask_sandbox(site, {"action": "settle_debit", "charge": last_charge(site)})
    assert eventually(lambda: raised_cents(site) == before + 5000)
    page.reload()
    thanks_confirmed(page)


def test_claire_refunds_a_gift_and_the_gauge_goes_back(site: Site, page: Page, browser: Browser) -> None:
    email, before = address(), raised_cents(site)
    page.goto(f"{site.url}/don/juin/")
    fill_in(page, email)
    send(page)
    page.wait_for_url(f"{site.sandbox_url}/pay/**")
    press(page, "card")
    page.wait_for_url(f"{site.url}/don/merci/**")
    thanks_confirmed(page)
    claire = browser.new_context(locale="fr-FR")
    office = claire.new_page()
    log_in(office, site, "tresorier")

    office.goto(f"{site.url}/admin/tresorerie/dons/?q={email}")
    office.get_by_role("link", name=re.compile("N°")).first.click()
    office.get_by_role("link", name="Rembourser").click()
    office.get_by_label("Motif").select_option("donor")
    office.get_by_label("J’ai lu les avertissements").check()
    office.get_by_role("button", name="Rembourser").click()

    expect(office.get_by_role("main")).to_contain_text("Argent reparti")
    assert eventually(lambda: raised_cents(site) == before)
    claire.close()
