"""The treasurer issues a receipt by hand, and sees how receipts stand."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, Method
from donors.receipts.events import ReceiptEvent
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt
from donors.receipts.settle import settle_receipt
from tests.donors.receipts.test_eligibility import a_dispute, a_refund, book
from tests.factories import a_donor, a_paid_donation

pytestmark = pytest.mark.django_db


@pytest.fixture
def debit() -> Donation:
    """A debit of today, whose receipt waits for a fortnight."""
    gift = a_paid_donation(method=Method.SEPA)
    follow_due_events(at=timezone.now() + timedelta(seconds=5))
    assert not Receipt.objects.exists()
    return gift


def address(gift: Donation) -> str:
    return f"/admin/tresorerie/dons/{gift.pk}/recu/"


def page_of(browser: Client, gift: Donation) -> str:
    return browser.get(f"/admin/tresorerie/dons/{gift.pk}/").text.replace("\u00a0", " ")


def test_the_gifts_page_says_when_the_receipt_comes(claires_browser: Client, debit: Donation) -> None:
    page = page_of(claires_browser, debit)

    assert "Le reçu partira le" in page
    assert address(debit) in page


def test_before_its_time_a_receipt_is_issued_with_a_warning(
    claires_browser: Client, debit: Donation, treasurer: User
) -> None:
    warning = claires_browser.get(address(debit)).text
    assert "Si la banque reprend l’argent d’ici là" in warning
    assert "Ce reçu partirait de lui-même le" in warning
    assert not Receipt.objects.exists()

    answer = claires_browser.post(address(debit), follow=True)

    receipt = Receipt.objects.get()
    assert f"{receipt.full_number} est émis" in answer.text
    event = ReceiptEvent.objects.get()
    assert (event.actor, event.because) == (treasurer, "émis à la main")


def test_the_donor_gets_it_by_a_letter_of_its_own(claires_browser: Client, debit: Donation) -> None:
    claires_browser.post(address(debit))
    follow_due_events(at=timezone.now() + timedelta(seconds=5))

    assert [letter.subject for letter in mail.outbox][1:] == ["Votre reçu fiscal pour votre don de 50\u00a0€"]
    assert len(mail.outbox[1].attachments) == 1


def test_two_clicks_issue_one(claires_browser: Client, debit: Donation) -> None:
    claires_browser.post(address(debit))
    claires_browser.post(address(debit))

    assert Receipt.objects.count() == 1
    assert "a déjà son reçu" in claires_browser.get(address(debit)).text


def test_who_cannot_have_one_is_refused_with_the_reason(claires_browser: Client) -> None:
    gift = a_paid_donation(donor=a_donor(city=""))

    answer = claires_browser.post(address(gift))

    assert answer.status_code == 409
    assert "L’adresse du donateur est incomplète." in answer.text
    assert not Receipt.objects.exists()


def test_a_suspended_receipt_shows_on_the_gift_on_the_receipt_and_in_the_list(
    claires_browser: Client,
) -> None:
    gift = a_paid_donation()
    receipt = issue_receipt(gift, at=timezone.now())
    a_dispute(gift, stage="open")
    book(gift, "dispute", -5000)
    settle_receipt(gift, at=timezone.now())

    assert "<strong>suspendu</strong> depuis le" in page_of(claires_browser, gift)
    own = claires_browser.get(f"/admin/tresorerie/recus/{receipt.pk}/").text
    assert "Suspendu depuis le" in own
    assert "Le paiement du don est contesté auprès de la banque." in own
    assert "Suspendu" in claires_browser.get("/admin/tresorerie/recus/").text


def test_a_replaced_receipt_tells_what_became_of_it(claires_browser: Client) -> None:
    gift = a_paid_donation()
    old = issue_receipt(gift, at=timezone.now())
    a_refund(gift, 1500)
    settle_receipt(gift, at=timezone.now())
    new = Receipt.objects.get(state="issued")

    own = claires_browser.get(f"/admin/tresorerie/recus/{old.pk}/").text
    assert "Une partie du don a été rendue" in own
    assert f"/admin/tresorerie/recus/{new.pk}/" in own
    assert (
        f"remplace le reçu n° {old.full_number}"
        in claires_browser.get(f"/admin/tresorerie/recus/{new.pk}/").text
    )
