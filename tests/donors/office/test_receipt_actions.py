"""The treasurer cancels a receipt, or cancels and replaces it: asked first, done once, told to the donor."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.test import Client
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation
from donors.receipts.cancel import cancel_receipt
from donors.receipts.checks import differences
from donors.receipts.document import make_document
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptSeries
from donors.receipts.settle import settle_receipt
from tests.donors.letters.reading import both_parts
from tests.donors.receipts.test_eligibility import a_dispute, a_refund, book
from tests.factories import a_paid_donation

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift() -> Donation:
    """Amina's 50 €, thanked for, with a receipt."""
    gift = a_paid_donation()
    work()
    mail.outbox.clear()
    return gift


@pytest.fixture
def receipt(gift: Donation) -> Receipt:
    return Receipt.objects.get()


def work() -> None:
    follow_due_events(at=timezone.now() + timedelta(seconds=5))


def address(receipt: Receipt, action: str = "") -> str:
    return f"/admin/tresorerie/recus/{receipt.pk}/{action}"


def read(text: str) -> str:
    return text.replace("\u00a0", " ")


def standing() -> list[tuple[int, str]]:
    return [(receipt.number, receipt.standing) for receipt in Receipt.objects.order_by("number")]


def test_a_receipts_page_offers_what_may_be_done_with_it(claires_browser: Client, receipt: Receipt) -> None:
    page = claires_browser.get(address(receipt)).text

    for action in ("annuler/", "remplacer/", "renvoyer/", "pdf/"):
        assert address(receipt, action) in page

    cancel_receipt(receipt, at=timezone.now(), reason="Erreur.")
    page = claires_browser.get(address(receipt)).text
    assert address(receipt, "pdf/") in page
    for action in ("annuler/", "remplacer/", "renvoyer/"):
        assert address(receipt, action) not in page


def test_who_may_only_read_receipts_is_offered_the_pdf_alone(receipt: Receipt) -> None:
    reader = User.objects.create_user("lectrice", is_staff=True)
    reader.user_permissions.add(
        Permission.objects.get(codename="view_receipt"), Permission.objects.get(codename="access_admin")
    )
    browser = Client()
    browser.force_login(reader)

    page = browser.get(address(receipt)).text

    assert address(receipt, "pdf/") in page
    assert address(receipt, "annuler/") not in page
    browser.post(address(receipt, "annuler/"), {"reason": "Erreur"})
    assert standing() == [(1, "Émis")]


def test_the_page_asks_before_anything_is_cancelled(claires_browser: Client, receipt: Receipt) -> None:
    page = read(claires_browser.get(address(receipt, "annuler/")).text)

    assert "Aucun autre reçu ne part de lui-même" in page
    assert "50 €" in page
    assert standing() == [(1, "Émis")]


def test_a_receipt_is_cancelled_with_a_reason_that_the_donor_reads(
    claires_browser: Client, receipt: Receipt, treasurer: User
) -> None:
    answer = claires_browser.post(
        address(receipt, "annuler/"), {"reason": "  Le don venait\nd’une autre personne "}, follow=True
    )
    work()

    assert f"Le reçu n° {receipt.full_number} est annulé." in read(answer.text)
    receipt.refresh_from_db()
    assert (receipt.standing, receipt.cancelled_by) == ("Annulé", treasurer)
    assert receipt.cancel_reason == "Le don venait d’une autre personne."
    (letter,) = mail.outbox
    for words in both_parts(letter):
        assert "Le don venait d’une autre personne. Le reçu n° TEST-" in words
    assert list(differences()) == []


@pytest.mark.parametrize("action", ["annuler/", "remplacer/"])
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Indiquez le motif"),
        (" \n ", "Indiquez le motif"),
        ("a" * 300, "Écrivez le motif en moins de 300 signes"),
    ],
)
def test_without_a_fit_reason_nothing_happens(
    action: str, reason: str, sentence: str, claires_browser: Client, receipt: Receipt
) -> None:
    answer = claires_browser.post(address(receipt, action), {"reason": reason})

    assert answer.status_code == 400
    assert sentence in answer.text
    assert standing() == [(1, "Émis")]


def test_what_was_typed_is_still_there_after_a_mistake(claires_browser: Client, receipt: Receipt) -> None:
    answer = claires_browser.post(address(receipt, "annuler/"), {"reason": "é" * 301})

    assert "é" * 301 in answer.text


def test_the_longest_reason_fits_with_its_full_stop(claires_browser: Client, receipt: Receipt) -> None:
    claires_browser.post(address(receipt, "annuler/"), {"reason": "é" * 299})

    receipt.refresh_from_db()
    assert receipt.cancel_reason == "é" * 299 + "."


def test_two_clicks_cancel_once_and_write_once(claires_browser: Client, receipt: Receipt) -> None:
    claires_browser.post(address(receipt, "annuler/"), {"reason": "Première raison"})
    answer = claires_browser.post(address(receipt, "annuler/"), {"reason": "Seconde raison"}, follow=True)
    work()

    assert "était déjà annulé" in answer.text
    receipt.refresh_from_db()
    assert receipt.cancel_reason == "Première raison."
    assert len(mail.outbox) == 1
    assert "déjà annulé" in claires_browser.get(address(receipt, "annuler/")).text


def test_after_a_hand_cancelled_receipt_none_follows_by_itself(
    claires_browser: Client, receipt: Receipt, gift: Donation
) -> None:
    claires_browser.post(address(receipt, "annuler/"), {"reason": "Erreur"})
    settle_receipt(gift, at=timezone.now())
    work()

    assert standing() == [(1, "Annulé")]


def test_the_preview_shows_old_and_new_side_by_side_and_writes_nothing(
    claires_browser: Client, receipt: Receipt, gift: Donation
) -> None:
    gift.donor.city = "Pessac"
    gift.donor.save()

    page = claires_browser.get(address(receipt, "remplacer/"))

    rows = {label: (old, new) for label, old, new in page.context["changes"]}
    assert rows["Adresse du donateur"] == (
        "3 cours de l’Yser, 33800 Bordeaux, France",
        "3 cours de l’Yser, 33800 Pessac, France",
    )
    assert rows["Montant en chiffres"] == ("***50,00***", "***50,00***")
    assert "<strong>3 cours de l’Yser, 33800 Pessac, France</strong>" in page.text
    assert standing() == [(1, "Émis")]
    assert ReceiptSeries.objects.get().last_number == 1


def test_the_new_receipt_says_what_the_preview_said(
    claires_browser: Client, receipt: Receipt, gift: Donation, treasurer: User
) -> None:
    gift.donor.city = "Pessac"
    gift.donor.save()
    said = claires_browser.get(address(receipt, "remplacer/")).context["changes"]

    answer = claires_browser.post(
        address(receipt, "remplacer/"), {"reason": "L’adresse a été corrigée"}, follow=True
    )

    new = Receipt.objects.get(number=2)
    assert answer.redirect_chain[-1][0] == address(new)
    assert f"{new.full_number} annule et remplace le reçu" in read(answer.text)
    shown = dict(answer.context["facts"])
    assert [(label, after) for label, _, after in said] == [(label, shown[label]) for label, _, _ in said]
    assert (new.replaces, new.events.get().actor) == (receipt, treasurer)


def test_the_donor_gets_one_letter_with_the_new_receipt_and_nothing_to_correct(
    claires_browser: Client, receipt: Receipt
) -> None:
    claires_browser.post(address(receipt, "remplacer/"), {"reason": "L’adresse a été corrigée."})
    work()
    work()

    (letter,) = mail.outbox
    new = Receipt.objects.get(number=2)
    assert letter.attachments[0][0] == f"recu-fiscal-{new.full_number}.pdf"
    for words in both_parts(letter):
        assert "L’adresse a été corrigée. Le reçu n°" in words
        assert "le montant est le même" in words
        assert "vous n’avez rien à corriger" in words
        assert "corrigez votre déclaration" not in words
    assert list(differences()) == []


def test_two_clicks_replace_once(claires_browser: Client, receipt: Receipt) -> None:
    told = {"reason": "L’adresse a été corrigée"}
    claires_browser.post(address(receipt, "remplacer/"), told)
    answer = claires_browser.post(address(receipt, "remplacer/"), told, follow=True)

    assert "n’a pas été remplacé une nouvelle fois" in answer.text
    assert standing() == [(1, "Annulé"), (2, "Émis")]
    assert "déjà annulé" in claires_browser.get(address(receipt, "remplacer/")).text


def test_what_stands_against_a_replacement_is_named_before_and_after_pressing(
    claires_browser: Client, receipt: Receipt, gift: Donation
) -> None:
    gift.donor.street = ""
    gift.donor.save()

    before = claires_browser.get(address(receipt, "remplacer/"))
    after = claires_browser.post(address(receipt, "remplacer/"), {"reason": "Adresse"})

    assert (before.status_code, after.status_code) == (200, 409)
    for page in (before, after):
        assert f"Don n° {gift.pk} : L’adresse du donateur est incomplète." in read(page.text)
        assert "déjà sur le reçu" not in page.text
    assert standing() == [(1, "Émis")]


def test_a_suspended_receipt_is_not_replaced_while_the_bank_decides(
    claires_browser: Client, receipt: Receipt, gift: Donation
) -> None:
    a_dispute(gift, stage="open")
    book(gift, "dispute", -5000)
    settle_receipt(gift, at=timezone.now())

    answer = claires_browser.post(address(receipt, "remplacer/"), {"reason": "Adresse"})

    assert answer.status_code == 409
    assert "la banque n’a pas encore tranché" in answer.text
    assert standing() == [(1, "Suspendu")]


def test_a_refund_that_comes_between_reading_and_pressing_has_replaced_it_already(
    claires_browser: Client, receipt: Receipt, gift: Donation
) -> None:
    claires_browser.get(address(receipt, "remplacer/"))
    a_refund(gift, 1500)
    settle_receipt(gift, at=timezone.now())

    claires_browser.post(address(receipt, "remplacer/"), {"reason": "Adresse"})

    assert standing() == [(1, "Annulé"), (2, "Émis")]
    assert Receipt.objects.get(number=2).amount_cents == 3500


@pytest.mark.parametrize("action", ["annuler/", "remplacer/", "renvoyer/"])
def test_a_receipt_of_the_other_mode_does_not_exist_here(
    action: str, claires_browser: Client, receipt: Receipt
) -> None:
    ReceiptSeries.objects.update(livemode=True)

    assert claires_browser.get(address(receipt, action)).status_code == 404
    assert claires_browser.post(address(receipt, action), {"reason": "Erreur"}).status_code == 404
    assert standing() == [(1, "Émis")]


def test_a_receipt_without_its_pdf_is_cancelled_all_the_same(claires_browser: Client) -> None:
    receipt = issue_receipt(a_paid_donation(), at=timezone.now())
    claires_browser.post(address(receipt, "annuler/"), {"reason": "Erreur"})
    make_document(receipt, at=timezone.now())

    assert standing() == [(1, "Annulé")]
    assert list(differences()) == []
