"""The treasurer sends a receipt again, or prints it again: the same facts, noted with who, once a click."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from donors.gifts.models import Donation
from donors.receipts.cancel import cancel_receipt
from donors.receipts.document import read_document
from donors.receipts.events import ReceiptEvent
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt
from donors.receipts.settle import settle_receipt
from tests.donors.letters.reading import both_parts
from tests.donors.office.test_receipt_actions import address, gift, receipt, work
from tests.donors.receipts.reading import overwrite
from tests.donors.receipts.test_eligibility import a_dispute, book
from tests.factories import a_paid_donation

__all__ = ["gift", "receipt"]

pytestmark = pytest.mark.django_db


def resend(browser: Client, receipt: Receipt, seen: object = None) -> Any:
    """Open the page and press its button; `seen` in place of what the page says."""
    if seen is None:
        seen = browser.get(address(receipt, "renvoyer/")).context["form"]["seen"].value()
    return browser.post(address(receipt, "renvoyer/"), {"seen": seen}, follow=True)


def copies() -> list[tuple[str, str]]:
    taken = ReceiptEvent.objects.filter(kind__in=["resent", "reprinted"]).order_by("pk")
    return [(event.kind, event.because) for event in taken]


def test_the_archived_bytes_leave_once_more(
    claires_browser: Client, receipt: Receipt, treasurer: User
) -> None:
    answer = resend(claires_browser, receipt)
    work()

    assert "repart par e-mail" in answer.text
    (letter,) = mail.outbox
    assert letter.to == [receipt.donor.email]
    assert letter.subject == f"À nouveau, votre reçu fiscal n°\u00a0{receipt.full_number}"
    name, content, _ = letter.attachments[0]
    assert (name, content) == (f"recu-fiscal-{receipt.full_number}.pdf", read_document(receipt))
    for words in both_parts(letter):
        assert "c’est le même document, sous le même numéro" in words
    assert ReceiptEvent.objects.get(kind="resent").actor == treasurer
    history = claires_browser.get(address(receipt)).text
    assert "Renvoyé par e-mail par claire" in history


def test_the_page_says_where_it_goes(claires_browser: Client, receipt: Receipt) -> None:
    assert receipt.donor.email in claires_browser.get(address(receipt, "renvoyer/")).text
    assert copies() == []


def test_two_clicks_on_one_page_are_one_letter(claires_browser: Client, receipt: Receipt) -> None:
    resend(claires_browser, receipt, seen=0)
    answer = resend(claires_browser, receipt, seen=0)
    work()

    assert "n’est pas parti une seconde fois" in answer.text
    assert len(mail.outbox) == len(copies()) == 1


def test_asking_again_on_a_new_page_is_another_letter(claires_browser: Client, receipt: Receipt) -> None:
    for _ in range(2):
        resend(claires_browser, receipt)
        work()

    assert len(mail.outbox) == len(copies()) == 2
    assert mail.outbox[0].extra_headers["Message-ID"] != mail.outbox[1].extra_headers["Message-ID"]


@pytest.mark.parametrize("seen", ["", "-1", "soleil"])
def test_a_form_that_was_tampered_with_sends_nothing(
    seen: str, claires_browser: Client, receipt: Receipt
) -> None:
    assert resend(claires_browser, receipt, seen=seen).status_code == 400
    assert copies() == []


def test_bytes_that_are_not_the_archived_ones_are_never_sent(
    claires_browser: Client, receipt: Receipt
) -> None:
    overwrite("donors_receiptdocument", "sha256 = %s", receipt.document.pk, "0" * 64)

    answer = resend(claires_browser, receipt)
    work()

    assert answer.status_code == 500
    assert "aucune copie n’en sort" in answer.text
    assert (copies(), mail.outbox) == ([], [])


def test_a_cancelled_receipt_is_neither_sent_nor_printed_again(
    claires_browser: Client, receipt: Receipt
) -> None:
    cancel_receipt(receipt, at=timezone.now(), reason="Erreur.")

    for action in ("renvoyer/",):
        assert "Ce reçu est annulé" in claires_browser.get(address(receipt, action)).text
        answer = claires_browser.post(address(receipt, action), {"seen": 0})
        assert answer.status_code == 409
    assert copies() == []


def test_a_suspended_receipt_is_neither_sent_nor_printed_again(
    claires_browser: Client, receipt: Receipt, gift: Donation
) -> None:
    a_dispute(gift, stage="open")
    book(gift, "dispute", -5000)
    settle_receipt(gift, at=timezone.now())

    for action in ("renvoyer/",):
        assert "Ce reçu est suspendu" in claires_browser.get(address(receipt, action)).text
        assert claires_browser.post(address(receipt, action), {"seen": 0}).status_code == 409
    assert copies() == []


def test_a_receipt_cancelled_before_the_letter_left_is_not_sent_again(
    claires_browser: Client, receipt: Receipt
) -> None:
    resend(claires_browser, receipt)
    cancel_receipt(receipt, at=timezone.now(), reason="Erreur.")
    work()

    assert [letter.subject.split()[-1] for letter in mail.outbox] == ["annulé"]


def test_a_receipt_whose_pdf_is_not_made_yet_waits(claires_browser: Client) -> None:
    receipt = issue_receipt(a_paid_donation(), at=timezone.now())

    answer = resend(claires_browser, receipt, seen=0)

    assert answer.status_code == 409
    assert "en préparation" in answer.text
    assert copies() == []
