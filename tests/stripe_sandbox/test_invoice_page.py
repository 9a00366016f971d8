"""The page of an invoice that the card did not pay by itself."""

from urllib.parse import urlencode

import pytest
import stripe

from stripe_sandbox import web
from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox

Client = stripe.StripeClient
HOST = {"Host": "127.0.0.1:8420"}


@pytest.fixture
def path(sandbox: Sandbox, subscription: stripe.Subscription) -> str:
    """The page of an invoice whose bank wants to see Amina."""
    url = sandbox.renew(subscription.id, "needs_authentication")["hosted_invoice_url"]
    return str(url).removeprefix("http://127.0.0.1:8420")


def get(sandbox: Sandbox, path: str) -> Response:
    return web.answer(sandbox, "GET", path, HOST, b"")


def press(sandbox: Sandbox, path: str, outcome: str) -> Response:
    return web.answer(sandbox, "POST", path, HOST, urlencode({"outcome": outcome}).encode())


def test_it_says_what_is_owed_and_that_it_is_a_simulation(sandbox: Sandbox, path: str) -> None:
    text = get(sandbox, path).body.decode()
    for words in (
        "aucun argent ne bouge",
        "10,00\u00a0€",
        "Association de démonstration",
        "Visa •••• 4242",
        "<dd>1</dd>",
        '<html lang="fr">',
    ):
        assert words in text
    for outcome in ("challenge_passed", "card", "card_declined"):
        assert f'value="{outcome}"' in text


@pytest.mark.parametrize("outcome", ["challenge_passed", "card"])
def test_a_payment_leads_to_the_page_of_a_paid_invoice(
    sandbox: Sandbox, client: Client, subscription: stripe.Subscription, path: str, outcome: str
) -> None:
    answer = press(sandbox, path, outcome)
    assert (answer.status, answer.headers["Location"]) == (303, path)
    assert "est payée" in get(sandbox, path).body.decode()
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert press(sandbox, path, outcome).status == 303
    assert len([charge for charge in sandbox.find("charge") if charge["paid"]]) == 2


def test_a_refusal_is_said_and_may_be_followed_by_a_payment(sandbox: Sandbox, path: str) -> None:
    text = press(sandbox, path, "card_declined").body.decode()
    assert 'role="alert"' in text
    assert "refusée par la banque" in text
    assert press(sandbox, path, "card").status == 303


def test_an_unknown_button_changes_nothing(sandbox: Sandbox, path: str) -> None:
    events = len(sandbox.find("event"))
    assert press(sandbox, path, "cash").status == 400
    assert len(sandbox.find("event")) == events


def test_what_is_not_owed_cannot_be_paid(sandbox: Sandbox, path: str) -> None:
    sandbox.void_invoice(path.removeprefix("/invoice/"))
    assert "rien à payer" in get(sandbox, path).body.decode()
    press(sandbox, path, "card")
    assert len([charge for charge in sandbox.find("charge") if charge["paid"]]) == 1


def test_a_draft_asks_for_patience(sandbox: Sandbox, subscription: stripe.Subscription) -> None:
    sandbox.clock.set(subscription["items"].data[0].current_period_end)
    draft = sandbox.find("invoice")[0]["id"]
    assert "pas encore définitive" in get(sandbox, f"/invoice/{draft}").body.decode()
