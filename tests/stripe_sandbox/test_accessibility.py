"""The pages in Chromium, under their own policy: for everyone, on a phone, with nothing from elsewhere."""

from collections.abc import Iterator

import pytest
import stripe
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard.frame import PAGES
from stripe_sandbox.server import RunningServer
from tests.stripe_sandbox.conftest import OpenSession

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def test_the_pages_are_open_to_everyone(
    sandbox: Sandbox, server: RunningServer, open_session: OpenSession, phone: Page
) -> None:
    requested: list[str] = []
    phone.on("request", lambda request: requested.append(request.url))
    unpaid, declined = open_session(customer_email=None), open_session()
    sandbox.pay(declined.id, "card_declined")
    for address in (unpaid.url, declined.url, f"{server.url}/", f"{server.url}/pay/unknown"):
        phone.goto(str(address))
        found = [violation["id"] for violation in Axe().run(phone).response["violations"]]
        assert found == [], address
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, address
    assert all(url.startswith((server.url, "data:")) for url in requested)


def test_the_pages_of_monthly_donors_are_open_to_everyone(
    sandbox: Sandbox,
    server: RunningServer,
    client: stripe.StripeClient,
    subscription: stripe.Subscription,
    phone: Page,
) -> None:
    invoice = sandbox.renew(subscription.id, "needs_authentication")
    portal = client.v1.billing_portal.sessions.create({"customer": str(subscription.customer)})
    for address, button in (
        (invoice["hosted_invoice_url"], "Confirmer"),
        (portal.url, "Donner une autre carte"),
    ):
        phone.goto(address)
        for _ in ("as it is", "afterwards"):
            found = [violation["id"] for violation in Axe().run(phone).response["violations"]]
            assert found == [], address
            assert phone.evaluate("document.documentElement.scrollWidth") <= 360, address
            if phone.get_by_role("button", name=button).count():
                phone.get_by_role("button", name=button).click()
    assert phone.get_by_role("status").inner_text().startswith("C’est fait")
    assert sandbox.find("invoice")[0]["status"] == "paid"


def test_a_refusal_and_then_a_payment_in_a_real_browser(
    sandbox: Sandbox, server: RunningServer, open_session: OpenSession, phone: Page
) -> None:
    session = open_session(success_url=f"{server.url}/?paid={{CHECKOUT_SESSION_ID}}")
    phone.goto(str(session.url))
    phone.get_by_role("button", name="Carte refusée").click()
    assert "refusée par la banque" in phone.get_by_role("alert").inner_text()
    phone.get_by_role("button", name="carte acceptée").click()
    assert phone.url == f"{server.url}/?paid={session.id}"
    assert sandbox.find("checkout.session")[0]["payment_status"] == "paid"


def test_the_dashboard_is_open_to_everyone(
    sandbox: Sandbox,
    server: RunningServer,
    paid: stripe.PaymentIntent,
    subscription: stripe.Subscription,
    phone: Page,
) -> None:
    sandbox.refund(paid.id, 100)
    sandbox.clock.advance(5 * 24 * 3600)
    sandbox.faults.add("html")
    objects = [paid.id, subscription.id, *(sandbox.find(kind)[0]["id"] for kind in ("payout", "event"))]
    for path in (*PAGES, *(f"/objects/{found}" for found in objects)):
        phone.goto(f"{server.url}{path}")
        found = [violation["id"] for violation in Axe().run(phone).response["violations"]]
        assert found == [], path
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_button_of_the_dashboard_in_a_real_browser(
    sandbox: Sandbox, server: RunningServer, paid: stripe.PaymentIntent, phone: Page
) -> None:
    phone.goto(f"{server.url}/objects/{paid.id}")
    phone.get_by_role("button", name="Rembourser").click()
    assert "Rembourser" in phone.get_by_role("status").inner_text()
    assert sandbox.find("charge")[0]["refunded"] is True
