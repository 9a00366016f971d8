"""The pretend Dashboard: every list, every page, every button, pressed as a person would."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

from stripe_sandbox import web
from stripe_sandbox.actions import ACTIONS
from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard.frame import PAGES
from stripe_sandbox.dashboard.words import CHOICES, KINDS, PARAMETERS
from tests.stripe_sandbox.conftest import OpenSession

DAY = 24 * 3600
HERE = {"Host": "127.0.0.1:8420"}


class Forms(HTMLParser):
    """The forms of a page: where each posts, and what its controls hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] = {}
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self.found.setdefault(given["action"], {})
        elif tag == "input":
            self._open[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option":
            self._open.setdefault(self._select, given["value"])


def get(sandbox: Sandbox, target: str) -> str:
    answer = web.answer(sandbox, "GET", target, HERE, b"")
    assert answer.status == 200, target
    text = answer.body.decode()
    assert "aucun argent ne bouge" in text
    assert "<script" not in text
    return text


def post(sandbox: Sandbox, path: str, /, **form: Any) -> Response:
    return web.answer(sandbox, "POST", path, HERE, urlencode(form).encode())


def press(sandbox: Sandbox, page: str, action: str, **typed: Any) -> str:
    """Press the button of a page that posts to `/actions/…`; answers the page that comes next."""
    form = Forms(get(sandbox, page)).found[f"/actions/{action}"]
    answer = post(sandbox, f"/actions/{action}", **(form | typed))
    assert answer.status == 303, answer.body.decode()
    return get(sandbox, answer.headers["Location"])


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_before_anything_has_happened(sandbox: Sandbox, page: str) -> None:
    text = get(sandbox, page)
    assert f'href="{page}" aria-current="page"' in text


def test_the_lists_lead_to_the_pages(
    sandbox: Sandbox, paid: stripe.PaymentIntent, subscription: stripe.Subscription
) -> None:
    sandbox.clock.advance(5 * DAY)
    sandbox.open_dispute(paid.id)
    payout = sandbox.find("payout")[0]["id"]
    assert f"/objects/{paid.id}" in get(sandbox, "/payments/")
    assert "litige" in get(sandbox, "/payments/")
    assert f"/objects/{subscription.id}" in get(sandbox, "/subscriptions/")
    assert f"/objects/{payout}" in get(sandbox, "/payouts/")
    dispute = sandbox.find("dispute")[0]["id"]
    assert f"/objects/{dispute}" in get(sandbox, "/disputes/")
    event = sandbox.find("event")[0]
    assert f"/objects/{event['id']}" in get(sandbox, "/events/")
    for found in (paid.id, subscription.id, payout, dispute, event["id"], str(subscription.latest_invoice)):
        assert found in get(sandbox, f"/objects/{found}")


def test_a_list_goes_on_page_by_page(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    for number in range(30):
        client.v1.products.create({"name": f"n{number}"})
    oldest = sandbox.find("event")[-1]["id"]
    first = get(sandbox, "/events/")
    assert oldest not in first
    _, _, rest = first.partition('<a href="/events/?after=')
    second = get(sandbox, f"/events/?after={rest.partition('"')[0]}")
    assert oldest in second
    assert "Plus anciens" not in second


def test_a_refund_and_what_the_bank_makes_of_it(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    page = f"/objects/{paid.id}"
    text = press(sandbox, page, "refund", amount="1500")
    assert "Fait\u202f: Rembourser." in text
    assert "15,00" in text
    text = press(sandbox, page, "fail_refund")
    assert "échoué" in text
    assert sandbox.find("charge")[0]["amount_refunded"] == 0


def test_a_dispute_from_the_first_question_to_the_verdict(
    sandbox: Sandbox, paid: stripe.PaymentIntent
) -> None:
    page = f"/objects/{paid.id}"
    assert "demande d’information" in press(sandbox, page, "open_dispute", inquiry="true")
    press(sandbox, page, "escalate_inquiry")
    assert "gagné" in press(sandbox, page, "win_dispute")
    assert sandbox.find("dispute")[0]["status"] == "won"


def test_a_page_of_a_part_is_the_page_of_the_whole(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    refund = sandbox.refund(paid.id, 1500)
    assert "Paiement de 50,00" in get(sandbox, f"/objects/{refund['id']}")


def test_a_payout_shows_what_is_in_it_and_comes_back(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    sandbox.clock.advance(5 * DAY)
    page = f"/objects/{sandbox.find('payout')[0]['id']}"
    assert "2 au total 0,00" in get(sandbox, page)
    assert "−49,00" in get(sandbox, page)
    assert "échoué" in press(sandbox, page, "fail_payout")
    assert "/actions/fail_payout" not in get(sandbox, page)
    assert paid.id


def test_a_monthly_gift_that_is_refused_and_stopped(
    sandbox: Sandbox, subscription: stripe.Subscription
) -> None:
    page = f"/objects/{subscription.id}"
    press(sandbox, page, "next_renewal", outcome="card_declined")
    post(sandbox, "/clock/", advance=32 * DAY)
    assert "en retard" in get(sandbox, page)
    press(sandbox, page, "change_subscription", amount="2000")
    press(sandbox, page, "cancel_subscription")
    assert "annulé" in get(sandbox, page)


def test_what_cannot_be_is_said_on_the_same_page(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    charge = str(paid.latest_charge)
    answer = post(sandbox, "/actions/refund", charge=charge, amount="999999", back=paid.id)
    assert answer.status == 400
    assert 'role="alert"' in answer.body.decode()
    assert "greater than unrefunded amount" in answer.body.decode()
    assert sandbox.find("refund") == []
    assert post(sandbox, "/actions/refund", charge="ch_nobody", back="<b>").status == 400
    assert post(sandbox, "/actions/dance").status == 404


def test_an_unknown_object_has_no_page(sandbox: Sandbox) -> None:
    answer = web.answer(sandbox, "GET", "/objects/pi_<b>nobody", HERE, b"")
    assert answer.status == 404
    assert "<b>" not in answer.body.decode()


def test_every_button_can_be_pressed_from_a_page(
    sandbox: Sandbox,
    open_session: OpenSession,
    paid: stripe.PaymentIntent,
    subscription: stripe.Subscription,
) -> None:
    """Each is offered beside some object, or in the settings; and its words are French."""
    pages = [f"/objects/{paid.id}", f"/objects/{subscription.id}", "/settings/"]

    def shown(*more: str) -> set[str]:
        return {action for page in (*pages, *more) for action in Forms(get(sandbox, page)).found}

    sandbox.pay(open_session().id, "sepa")
    offered = shown(f"/objects/{sandbox.find('charge')[0]['id']}")
    sandbox.next_refund("pending")
    sandbox.refund(paid.id, 100)
    sandbox.clock.advance(5 * DAY)
    offered |= shown(f"/objects/{sandbox.find('payout')[0]['id']}")
    dispute = sandbox.open_dispute(paid.id, inquiry=True)["id"]
    sandbox.act("pause_subscription", subscription=subscription.id)
    offered |= shown()
    sandbox.escalate_inquiry(dispute)
    sandbox.act("resume_subscription", subscription=subscription.id)
    offered |= shown()
    sandbox.next_renewal(subscription.id, "card_declined")
    sandbox.clock.advance(32 * DAY)
    offered |= shown()
    assert {f"/actions/{name}" for name in ACTIONS} <= offered
    for name, button in ACTIONS.items():
        asked = list(button.parameters)[0 if button.on == "account" else 1 :]
        assert set(asked) <= set(PARAMETERS), name
        assert {option for parameter in asked for option in button.options(parameter)} <= set(CHOICES), name
        assert button.on in {*KINDS, "account"}


def test_an_event_is_sent_once_more(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    first = [body for body, _ in sandbox.pop_signed_events("whsec_x")]
    assert sandbox.pop_signed_events("whsec_x") == []
    event = sandbox.find("event")[0]["id"]
    assert "livré" in get(sandbox, f"/objects/{event}")
    assert post(sandbox, f"/events/{event}/resend").status == 303
    ((again, _),) = sandbox.pop_signed_events("whsec_x")
    assert again == first[-1]
    assert post(sandbox, f"/events/{paid.id}/resend").status == 303
    assert sandbox.pop_signed_events("whsec_x") == []


def test_an_event_that_nobody_wanted_is_sent_to_who_wants_it_now(
    sandbox: Sandbox, client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/x", "enabled_events": ["charge.refunded"]})
    client.v1.products.create({"name": "Don"})
    event = sandbox.find("event")[0]["id"]
    assert "Rien pour l’instant" in get(sandbox, f"/objects/{event}")
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/y", "enabled_events": ["*"]})
    post(sandbox, f"/events/{event}/resend")
    assert "http://127.0.0.1:9/y" in get(sandbox, f"/objects/{event}")
    assert paid.id


def test_the_clock_is_moved_and_comes_back(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    assert "C’est l’heure réelle" in get(sandbox, "/clock/")
    assert post(sandbox, "/clock/", advance=7 * DAY).status == 303
    assert sandbox.clock.offset == 7 * DAY
    assert sandbox.find("payout")
    text = get(sandbox, "/clock/")
    assert f'value="-{7 * DAY}"' in text
    post(sandbox, "/clock/", advance=-7 * DAY)
    assert sandbox.clock.offset == 0
    assert post(sandbox, "/clock/", advance="soon").status == 400
    assert paid.id


def test_webhooks_are_held_back_and_troubled(sandbox: Sandbox, open_session: OpenSession) -> None:
    post(sandbox, "/webhooks/", on="false")
    assert "retenus" in get(sandbox, "/webhooks/")
    sandbox.pay(open_session().id, "card")
    assert sandbox.pop_signed_events("whsec_x") == []
    post(sandbox, "/webhooks/", on="true")
    form = Forms(get(sandbox, "/webhooks/")).found["/webhooks/"]
    form.pop("on")
    post(sandbox, "/webhooks/", **(form | {"copies": "3", "shuffle": "true", "seed": "7"}))
    policy = sandbox.webhook_policy
    assert (policy.on, policy.copies, policy.shuffle, policy.seed) == (True, 3, True, 7)
    assert len(sandbox.pop_signed_events("whsec_x")) == 4
    sandbox.pay(open_session().id, "card")
    assert len(sandbox.pop_signed_events("whsec_x")) == 12
    assert post(sandbox, "/webhooks/", copies="0").status == 400


def test_faults_are_made_listed_and_repaired(sandbox: Sandbox) -> None:
    form = Forms(get(sandbox, "/faults/")).found["/faults/"]
    post(sandbox, "/faults/", **(form | {"status": "429", "share": "25", "count": "", "seed": "3"}))
    (fault,) = sandbox.faults.as_json()
    assert (fault["status"], fault["share"], fault["count"], fault["seed"]) == (429, 25, None, 3)
    assert "sans fin" in get(sandbox, "/faults/")
    assert post(sandbox, "/faults/", **(form | {"kind": "fire"})).status == 400
    post(sandbox, "/faults/", clear="yes")
    assert sandbox.faults.as_json() == []


def test_the_settings_choose_what_comes_and_forget_it_all(
    sandbox: Sandbox, client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    assert "Fait" in press(sandbox, "/settings/", "next_refund", status="pending")
    press(sandbox, "/settings/", "run_short", short="true")
    text = get(sandbox, "/settings/")
    assert "solde Stripe est insuffisant" in text
    assert client.v1.refunds.create({"payment_intent": paid.id}).status == "pending"
    press(sandbox, "/settings/", "bill_fee", amount="35")
    assert sandbox.find("balance_transaction")[0]["type"] == "stripe_fee"
    assert post(sandbox, "/settings/").status == 400
    post(sandbox, "/settings/", reset="yes")
    assert sandbox.find("charge") == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_presses_nothing(sandbox: Sandbox, site: str) -> None:
    headers = {**HERE, "Sec-Fetch-Site": site}
    answer = web.answer(sandbox, "POST", "/clock/", headers, b"advance=86400")
    assert answer.status == 403
    assert sandbox.clock.offset == 0
    mine = web.answer(sandbox, "POST", "/clock/", {**HERE, "Sec-Fetch-Site": "same-origin"}, b"advance=60")
    assert mine.status == 303


def test_what_people_typed_is_only_text(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"name": "<b>Amina</b>", "metadata": {"x": "</pre><script>"}})
    text = get(sandbox, f"/objects/{made.id}")
    assert "<b>Amina" not in text
    assert "&lt;b&gt;Amina" in text
