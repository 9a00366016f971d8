"""The French pages, over HTTP without a browser."""

from urllib.parse import urlencode

import pytest
import stripe

from stripe_sandbox import web
from stripe_sandbox.answers import Response
from stripe_sandbox.bank_accounts import ACCOUNTS
from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import OpenSession

REFUSED = "FR8420041010050500013M02607"
SIMULATION = "aucun argent ne bouge"


def get(sandbox: Sandbox, path: str) -> Response:
    return web.answer(sandbox, "GET", path, {"Host": "127.0.0.1:8420"}, b"")


def press(sandbox: Sandbox, session: stripe.checkout.Session, outcome: str, **fields: str) -> Response:
    body = urlencode({"outcome": outcome, **fields}).encode()
    return web.answer(sandbox, "POST", f"/pay/{session.id}", {"Host": "127.0.0.1:8420"}, body)


def test_the_page_says_what_is_paid_to_whom_and_that_it_is_a_simulation(
    sandbox: Sandbox, open_session: OpenSession
) -> None:
    answer = get(sandbox, f"/pay/{open_session().id}")
    text = answer.body.decode()
    assert answer.status == 200
    for words in (
        SIMULATION,
        "50,00\u00a0€",
        "Don à la campagne",
        "Association de démonstration",
        "amina@example.org",
    ):
        assert words in text
    for outcome in ("card", "card_declined", "challenge_passed", "challenge_failed", "walk_away"):
        assert f'value="{outcome}"' in text
    assert "<script" not in text
    assert '<html lang="fr">' in text


def test_the_policy_lets_nothing_in_but_the_form_out(sandbox: Sandbox, open_session: OpenSession) -> None:
    policy = get(sandbox, f"/pay/{open_session().id}").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action" not in policy


def test_the_page_asks_for_an_address_only_when_the_site_gave_none(
    sandbox: Sandbox, open_session: OpenSession
) -> None:
    assert 'name="email"' not in get(sandbox, f"/pay/{open_session().id}").body.decode()
    session = open_session(customer_email=None)
    assert 'name="email"' in get(sandbox, f"/pay/{session.id}").body.decode()
    press(sandbox, session, "card", email="amina@example.org")
    assert sandbox.find("checkout.session")[0]["customer_details"]["email"] == "amina@example.org"


@pytest.mark.parametrize("outcome", ["card", "challenge_passed"])
def test_paying_leads_back_to_the_site(sandbox: Sandbox, open_session: OpenSession, outcome: str) -> None:
    session = open_session()
    answer = press(sandbox, session, outcome)
    assert (answer.status, answer.headers["Location"]) == (
        303,
        f"http://site.example/merci?session_id={session.id}",
    )
    assert press(sandbox, session, outcome).status == 303
    assert len(sandbox.find("charge")) == 1
    assert "déjà été accepté" in get(sandbox, f"/pay/{session.id}").body.decode()


@pytest.mark.parametrize(
    ("outcome", "words"), [("card_declined", "refusée par la banque"), ("challenge_failed", "3-D Secure")]
)
def test_a_refusal_is_shown_and_the_donor_can_try_again(
    sandbox: Sandbox, open_session: OpenSession, outcome: str, words: str
) -> None:
    session = open_session()
    answer = press(sandbox, session, outcome)
    text = answer.body.decode()
    assert answer.status == 200
    assert 'role="alert"' in text
    assert words in text
    assert "<dd>1</dd>" in text
    assert press(sandbox, session, "card").status == 303


def test_walking_away_leads_to_the_cancel_address(sandbox: Sandbox, open_session: OpenSession) -> None:
    answer = press(sandbox, open_session(), "walk_away")
    assert (answer.status, answer.headers["Location"]) == (303, "http://site.example/annule")


@pytest.mark.parametrize(("outcome", "words"), [("sepa", "SEPA"), ("cash", "n’existe pas")])
def test_an_outcome_that_is_not_offered_is_explained(
    sandbox: Sandbox, open_session: OpenSession, outcome: str, words: str
) -> None:
    answer = press(sandbox, open_session(allowed_payment_method_types=["card"]), outcome)
    assert answer.status == 400
    assert words in answer.body.decode()
    assert SIMULATION in answer.body.decode()


def test_an_expired_page_says_so(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    sandbox.clock.advance(24 * 3600 + 1)
    for answer in (get(sandbox, f"/pay/{session.id}"), press(sandbox, session, "card")):
        assert answer.status == 410
        assert "expiré" in answer.body.decode()


@pytest.mark.parametrize("path", ["/pay/cs_test_nobody", "/pay/", "/nowhere"])
def test_an_unknown_page_is_a_page_too(sandbox: Sandbox, path: str) -> None:
    answer = get(sandbox, path)
    assert answer.status == 404
    assert SIMULATION in answer.body.decode()


def test_what_others_wrote_is_shown_as_text(sandbox: Sandbox, open_session: OpenSession) -> None:
    data = {"currency": "eur", "unit_amount": 5000, "product_data": {"name": "<b>Don</b> ${x}"}}
    session = open_session(line_items=[{"quantity": 1, "price_data": data}])
    text = get(sandbox, f"/pay/{session.id}").body.decode()
    assert "&lt;b&gt;Don&lt;/b&gt; ${x}" in text


def test_the_landing_page_lists_what_happened(sandbox: Sandbox, open_session: OpenSession) -> None:
    assert "Rien pour l’instant" in get(sandbox, "/").body.decode()
    sandbox.pay(open_session().id, "card_declined")
    sandbox.pay(open_session().id, "card")
    text = get(sandbox, "/").body.decode()
    for words in (SIMULATION, "terminée", "ouverte", "refusée", "acceptée", "checkout.session.completed"):
        assert words in text


def test_the_page_proposes_the_test_accounts(sandbox: Sandbox, open_session: OpenSession) -> None:
    text = get(sandbox, f"/pay/{open_session(customer_email=None).id}").body.decode()
    assert 'value="sepa"' in text
    for iban, account in ACCOUNTS.items():
        assert f'<option value="{iban}">{account.french}</option>' in text
    assert text.count('name="email"') == 2
    assert "$" not in text.partition("<body>")[2]


@pytest.mark.parametrize(
    ("days", "words"), [(0, "le jour même"), (1, "le lendemain"), (5, "5 jours plus tard")]
)
def test_the_page_says_when_the_bank_answers(
    sandbox: Sandbox, open_session: OpenSession, days: int, words: str
) -> None:
    sandbox.debit_days(days)
    assert f"La banque répond {words}," in get(sandbox, f"/pay/{open_session().id}").body.decode()


@pytest.mark.parametrize(
    ("allowed", "shown", "hidden"), [("card", "card", "sepa"), ("sepa_debit", "sepa", "card")]
)
def test_only_what_the_site_allows_is_proposed(
    sandbox: Sandbox, open_session: OpenSession, allowed: str, shown: str, hidden: str
) -> None:
    session = open_session(allowed_payment_method_types=[allowed])
    text = get(sandbox, f"/pay/{session.id}").body.decode()
    assert f'value="{shown}"' in text
    assert f'value="{hidden}"' not in text
    assert 'value="walk_away"' in text


def test_a_debit_leads_back_to_the_site_and_the_page_says_that_it_is_on_its_way(
    sandbox: Sandbox, open_session: OpenSession
) -> None:
    session = open_session()
    answer = press(sandbox, session, "sepa", iban=REFUSED)
    assert (answer.status, answer.headers["Location"]) == (
        303,
        f"http://site.example/merci?session_id={session.id}",
    )
    assert "Prélèvement en cours" in get(sandbox, f"/pay/{session.id}").body.decode()
    sandbox.clock.advance(6 * 24 * 3600)
    assert sandbox.find("charge")[0]["status"] == "failed"


def test_an_iban_alone_is_a_debit(sandbox: Sandbox, open_session: OpenSession) -> None:
    session = open_session()
    body = urlencode({"iban": REFUSED}).encode()
    answer = web.answer(sandbox, "POST", f"/pay/{session.id}", {"Host": "127.0.0.1:8420"}, body)
    assert answer.status == 303
    assert sandbox.find("charge")[0]["payment_method_details"]["sepa_debit"]["last4"] == REFUSED[-4:]


def test_a_real_iban_is_not_taken_and_not_shown_again(sandbox: Sandbox, open_session: OpenSession) -> None:
    answer = press(sandbox, open_session(), "sepa", iban="FR7630006000011234567890189")
    assert answer.status == 200
    assert "comptes d’essai" in answer.body.decode()
    assert "FR7630006000011234567890189" not in answer.body.decode()


def test_a_mandate_has_its_page(sandbox: Sandbox, open_session: OpenSession) -> None:
    press(sandbox, open_session(), "sepa")
    details = sandbox.find("mandate")[0]["payment_method_details"]["sepa_debit"]
    path = details["url"].removeprefix("http://127.0.0.1:8420")
    text = get(sandbox, path).body.decode()
    assert details["reference"] in text
    assert "en vigueur" in text
    sandbox.settle_debit(sandbox.find("charge")[0]["id"])
    sandbox.open_dispute(sandbox.find("charge")[0]["id"])
    assert "révoqué" in get(sandbox, path).body.decode()
    assert get(sandbox, "/mandate/nobody").status == 404
