"""The treasurer refunds a gift."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from donors.gifts.models import Donation
from donors.gifts.returns import Refund
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation

NBSP = "\u00a0"


@pytest.fixture
def gift(db: None, stripe_account: Sandbox) -> Donation:
    donation = a_donation()
    open_page(donation)
    stripe_account.pay(session_of(donation), "card")
    return sync_donation(donation.pk, because="test", at=timezone.now())


def address(gift: Donation) -> str:
    return f"/admin/tresorerie/dons/{gift.pk}/rembourser/"


FILLED = {"amount": "50", "reason": "donor", "note": "", "understood": "on", "left": "5000"}


def test_the_form_says_what_is_left_and_what_to_know(claires_browser: Client, gift: Donation) -> None:
    page = claires_browser.get(address(gift)).text

    assert f"<strong>50{NBSP}€</strong>" in page
    assert "frais que Stripe a prélevés" in page
    assert 'name="left" value="5000"' in page


def test_a_refund_is_made_and_shown_on_the_gifts_page(
    claires_browser: Client, gift: Donation, treasurer: User
) -> None:
    answer = claires_browser.post(
        address(gift), {**FILLED, "amount": "12,50", "note": "Double clic"}, follow=True
    )

    assert Refund.objects.get().amount_cents == 1250
    assert f"12,50{NBSP}€ ont été remboursés." in answer.text
    assert "Double clic" in answer.text
    assert "demandé par claire" in answer.text
    assert "Rembourser" in answer.text, "the rest can still be refunded"


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"amount": ""}, "Indiquez le montant à rembourser."),
        ({"amount": "douze"}, "douze"),
        ({"reason": ""}, "Choisissez un motif."),
        ({"understood": ""}, "Cochez cette case pour confirmer."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    claires_browser: Client, gift: Donation, over: dict[str, str], sentence: str
) -> None:
    answer = claires_browser.post(address(gift), {**FILLED, "note": "gardé", **over})

    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'value="gardé"' in answer.text
    assert not Refund.objects.exists()


def test_more_than_is_left_is_refused_with_a_sentence(claires_browser: Client, gift: Donation) -> None:
    answer = claires_browser.post(address(gift), {**FILLED, "amount": "51"})

    assert (answer.status_code, Refund.objects.count()) == (409, 0)
    assert "Vous pouvez rembourser jusqu’à" in answer.text


def test_a_form_that_was_overtaken_shows_the_new_rest(claires_browser: Client, gift: Donation) -> None:
    claires_browser.post(address(gift), {**FILLED, "amount": "20"})

    answer = claires_browser.post(address(gift), {**FILLED, "amount": "20"})

    assert answer.status_code == 409
    assert "Entre-temps, ce don a changé" in answer.text
    assert 'name="left" value="3000"' in answer.text


def test_a_silent_stripe_is_said_and_the_wish_is_kept(
    claires_browser: Client, gift: Donation, stripe_account: Sandbox
) -> None:
    stripe_account.faults.add("drop", path="/v1/refunds", count=9)

    answer = claires_browser.post(address(gift), FILLED, follow=True)

    assert "sera demandé à nouveau" in answer.text
    assert Refund.objects.get().status == Refund.Status.REQUESTED


@pytest.mark.parametrize(("status", "sentence"), [("pending", "est en cours"), ("failed", "n’a pas abouti")])
def test_what_stripe_answers_is_said(
    claires_browser: Client, gift: Donation, stripe_account: Sandbox, status: str, sentence: str
) -> None:
    stripe_account.next_refund(status)

    answer = claires_browser.post(address(gift), FILLED, follow=True)

    assert sentence in answer.text


def test_a_gift_with_nothing_left_offers_no_refund(claires_browser: Client, gift: Donation) -> None:
    claires_browser.post(address(gift), FILLED)

    assert "Il n’y a rien à rembourser" in claires_browser.get(address(gift)).text
    assert address(gift) not in claires_browser.get(f"/admin/tresorerie/dons/{gift.pk}/").text


def test_a_gift_that_went_back_whole_offers_no_receipt(claires_browser: Client, gift: Donation) -> None:
    page = f"/admin/tresorerie/dons/{gift.pk}/"
    assert "Émettre le reçu" in claires_browser.get(page).text

    claires_browser.post(address(gift), FILLED)

    assert "Émettre le reçu" not in claires_browser.get(page).text


def test_an_editor_refunds_nothing(brunos_browser: Client, gift: Donation) -> None:
    assert brunos_browser.post(address(gift), FILLED).status_code == 302
    assert not Refund.objects.exists()


def test_a_dispute_shows_on_the_gifts_page(
    claires_browser: Client, gift: Donation, stripe_account: Sandbox
) -> None:
    stripe_account.open_dispute(gift.stripe_charge_id)
    sync_donation(gift.pk, because="test", at=timezone.now())

    page = claires_browser.get(f"/admin/tresorerie/dons/{gift.pk}/").text

    assert "Contestation" in page
    assert "réponse attendue avant le" in page
