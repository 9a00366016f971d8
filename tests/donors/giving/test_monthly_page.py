"""A donor's own pages for a monthly gift: what each shows, and what bad input or a silent Stripe gets."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.gifts.monthly_tokens import Action, monthly_path
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import tag_of, words_of
from tests.factories import a_campaign, with_monthly_amounts
from tests.scenarios.monthly import Desk, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(stripe_account: Sandbox) -> Desk:
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))


@pytest.fixture
def promise(desk: Desk) -> MonthlyGift:
    return desk.start(2000)


def path(promise: MonthlyGift, action: Action) -> str:
    return monthly_path(promise, action, at=timezone.now())


@pytest.mark.parametrize("action", list(Action))
def test_every_page_says_what_it_is_about_and_is_kept_private(
    client: Client, promise: MonthlyGift, action: Action
) -> None:
    page = client.get(path(promise, action))

    assert page.status_code == 200
    assert "20\u00a0€ par mois" in page.text
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert tag_of(page, "meta", name="robots", content="noindex")
    assert "amina@example.org" not in page.text


@pytest.mark.parametrize("action", list(Action))
def test_looking_changes_nothing(client: Client, promise: MonthlyGift, action: Action) -> None:
    client.get(path(promise, action))
    client.head(path(promise, action))

    assert (again(promise).status, MonthlyRequest.objects.count()) == ("active", 0)


@pytest.mark.parametrize("action", list(Action))
def test_other_methods_are_refused(client: Client, promise: MonthlyGift, action: Action) -> None:
    assert client.put(path(promise, action)).status_code == 405
    assert client.delete(path(promise, action)).status_code == 405


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez un montant"),
        ("vingt", "en chiffres"),
        ("0", "Choisissez un montant de 5\u00a0€"),
        ("4,99", "Choisissez un montant de 5\u00a0€"),
        ("10000,01", "Choisissez un montant de 5\u00a0€"),
        ("25,505", "deux chiffres après la virgule"),
    ],
)
def test_an_amount_that_cannot_be_gets_a_sentence_and_stays_in_its_field(
    client: Client, promise: MonthlyGift, typed: str, sentence: str
) -> None:
    page = client.post(path(promise, Action.AMOUNT), {"amount": typed})

    assert page.status_code == 200
    assert sentence in page.text
    assert f'value="{typed}"' in tag_of(page, "input", name="amount") or not typed
    assert (again(promise).amount_cents, MonthlyRequest.objects.count()) == (2000, 0)


@pytest.mark.parametrize("typed", ["", "0", "4", "-1", "toujours"])
def test_a_pause_without_a_known_length_is_asked_for_again(
    client: Client, promise: MonthlyGift, typed: str
) -> None:
    page = client.post(path(promise, Action.PAUSE), {"months": typed})

    assert page.status_code == 200
    assert page.context["form"].errors["months"]
    assert again(promise).paused_at is None


@pytest.mark.parametrize("action", list(Action))
def test_one_that_has_ended_offers_nothing_to_press(
    client: Client, desk: Desk, promise: MonthlyGift, action: Action
) -> None:
    desk.sandbox.cancel_subscription(promise.stripe_subscription_id)
    desk.deliver()
    typed = {"amount": "30", "months": "1"}

    for page in (client.get(path(promise, action)), client.post(path(promise, action), typed)):
        assert page.status_code == 200
        assert not tag_of(page, "button", type="submit")
    assert not MonthlyRequest.objects.exists()


@pytest.mark.parametrize(
    ("action", "typed"),
    [(Action.AMOUNT, {"amount": "30"}), (Action.PAUSE, {"months": "1"}), (Action.STOP, {})],
)
def test_what_stripe_did_not_hear_is_written_down_and_said(
    client: Client, desk: Desk, promise: MonthlyGift, action: Action, typed: dict[str, Any]
) -> None:
    desk.sandbox.faults.add("status", status=503, count=None, path="/v1/subscriptions")

    page = client.post(path(promise, action), typed)

    assert page.status_code == 503
    assert "Votre demande est notée" in words_of(page)
    assert MonthlyRequest.objects.to_do().count() == 1


def test_without_stripe_there_is_no_page_for_another_card_and_nothing_is_noted(
    client: Client, desk: Desk, promise: MonthlyGift
) -> None:
    desk.sandbox.faults.add("status", status=503, count=None, path="/v1/billing_portal")

    page = client.post(path(promise, Action.CARD))

    assert page.status_code == 503
    assert "Votre demande est notée" not in words_of(page)
    assert not MonthlyRequest.objects.exists()


def test_a_link_of_the_other_mode_opens_nothing(client: Client, promise: MonthlyGift) -> None:
    MonthlyGift.objects.update(livemode=True)

    assert client.get(path(promise, Action.STOP)).status_code == 404


def test_pressing_twice_is_one_wish(client: Client, promise: MonthlyGift) -> None:
    for _ in range(2):
        client.post(path(promise, Action.STOP))

    assert again(promise).status == "canceled"
    assert MonthlyRequest.objects.count() == 1
