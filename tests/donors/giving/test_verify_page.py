"""Anybody checks a receipt: one page, no name, no clue about what is not there."""

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation
from donors.payments.gate.models import GateEvent
from donors.receipts.cancel import cancel_receipt
from donors.receipts.code import shown_code
from donors.receipts.document import make_document, read_document
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt
from tests.donors.giving.conftest import tag_of, words_of
from tests.donors.receipts.reading import overwrite
from tests.factories import a_paid_donation

pytestmark = pytest.mark.django_db

PAGE = "/recus/verifier/"
UNKNOWN = "Ce reçu nous est inconnu"


@pytest.fixture
def receipt(campaign: Campaign, settings: Any) -> Receipt:
    settings.STRIPE_LIVEMODE = True
    issued = issue_receipt(a_paid_donation(campaign=campaign, livemode=True), at=timezone.now())
    make_document(issued, at=timezone.now())
    return issued


def ask(client: Client, number: str, code: str) -> Any:
    return client.post(PAGE, {"numero": number, "code": code})


def ask_about(client: Client, content: bytes) -> Any:
    """What the page's script sends for a file."""
    return client.post(PAGE, {"empreinte": hashlib.sha256(content).hexdigest()})


def test_the_page_asks_for_number_and_code(client: Client) -> None:
    page = client.get(PAGE)

    assert page.status_code == 200
    assert "Vérifier un reçu fiscal" in words_of(page)
    assert tag_of(page, "input", name="numero")
    assert tag_of(page, "input", name="code")


def test_a_valid_receipt_is_genuine(client: Client, receipt: Receipt) -> None:
    words = words_of(ask(client, receipt.full_number, shown_code(receipt.code)))

    assert "Ce reçu est authentique" in words
    assert receipt.full_number in words
    assert "50 €" in words
    assert "Emmaüs Connect" in words


def test_the_address_in_the_qr_code_answers_at_once(client: Client, receipt: Receipt) -> None:
    address = urlsplit(receipt.snapshot["verify_url"])

    page = client.get(f"{address.path}?{address.query}")

    assert "Ce reçu est authentique" in words_of(page)
    assert f'value="{receipt.full_number}"' in tag_of(page, "input", name="numero")


def test_numbers_and_codes_are_read_as_people_type_them(client: Client, receipt: Receipt) -> None:
    code = shown_code(receipt.code).replace("0", "O").replace("1", "l")
    year, ordinal = receipt.full_number.split("-")

    for number in (
        f" n° {year} - {ordinal} ",
        f"{year}{ordinal}",
        f"{year}-{ordinal.replace('0', 'o')}",
        f"{year}-{int(ordinal)}",
    ):
        for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
            assert "Ce reçu est authentique" in words_of(ask(client, number, typed)), (number, typed)


def test_a_wrong_number_and_a_wrong_code_get_the_very_same_answer(client: Client, receipt: Receipt) -> None:
    wrong_code = words_of(ask(client, receipt.full_number, "0" * 12))
    wrong_number = words_of(ask(client, "2019-000001", receipt.code))

    assert UNKNOWN in wrong_code
    assert wrong_code == wrong_number


@pytest.mark.parametrize("number", ["x", "2026", "TEST", "²026-000001", "0000-000000", "9" * 40])
@pytest.mark.parametrize("code", ["x", "-", "𝟘" * 12, "------------"])
def test_nonsense_is_unknown_and_no_error(client: Client, receipt: Receipt, number: str, code: str) -> None:
    page = ask(client, number, code)

    assert page.status_code == 200
    assert UNKNOWN in words_of(page)


def test_an_empty_code_opens_no_receipt_of_before_the_codes(client: Client, receipt: Receipt) -> None:
    overwrite("donors_receipt", "code = %s", receipt.pk, "")

    assert UNKNOWN in words_of(ask(client, receipt.full_number, " - "))


def test_no_answer_holds_anything_about_the_donor(client: Client, receipt: Receipt) -> None:
    content = read_document(receipt)
    for page in (ask(client, receipt.full_number, receipt.code), ask_about(client, content)):
        body = page.content.decode()
        assert "authentique" in body
        for secret in ("Amina", "Benali", "Yser", "33800", receipt.donor.email):
            assert secret not in body


def test_a_missing_field_is_asked_for_beside_it(client: Client) -> None:
    page = client.post(PAGE, {"numero": "2026-000001", "code": ""})

    assert "Indiquez le code de vérification" in words_of(page)
    assert 'aria-invalid="true"' in tag_of(page, "input", name="code")
    assert 'value="2026-000001"' in tag_of(page, "input", name="numero")
    assert not GateEvent.objects.exists()


def test_the_file_itself_is_recognised(client: Client, receipt: Receipt) -> None:
    words = words_of(ask_about(client, read_document(receipt)))

    assert "Ce reçu est authentique" in words
    assert "à l’octet près" in words


def test_a_tampered_file_is_unknown(client: Client, receipt: Receipt) -> None:
    words = words_of(ask_about(client, read_document(receipt) + b"\n"))

    assert UNKNOWN in words
    assert "tel que nous l’avons émis" in words
    assert receipt.full_number not in words


@pytest.mark.parametrize("sent", ["", "x", "0" * 63, "g" * 64, "é" * 64, "0" * 64])
def test_what_is_no_hash_of_ours_is_unknown(client: Client, receipt: Receipt, sent: str) -> None:
    assert UNKNOWN in words_of(client.post(PAGE, {"empreinte": sent}))


def test_a_cancelled_receipt_says_so_by_both_ways(client: Client, receipt: Receipt) -> None:
    content = read_document(receipt)
    cancel_receipt(receipt, at=timezone.now(), reason="Le don de Mme Benali a été remboursé.")

    for page in (ask(client, receipt.full_number, receipt.code), ask_about(client, content)):
        assert "Ce reçu est annulé" in words_of(page)
        assert "Benali" not in words_of(page)


def test_a_replaced_receipt_says_so_without_naming_the_other(client: Client, receipt: Receipt) -> None:
    gift = Donation.objects.get()
    cancel_receipt(receipt, at=timezone.now(), reason="Adresse fausse.")
    new = issue_receipt(gift, at=timezone.now())

    words = words_of(ask(client, receipt.full_number, receipt.code))

    assert "Ce reçu est remplacé par un autre" in words
    assert new.full_number not in words
    assert "Ce reçu est authentique" in words_of(ask(client, new.full_number, new.code))


def test_a_suspended_receipt_says_so(client: Client, receipt: Receipt) -> None:
    Receipt.objects.update(suspended_at=timezone.now())

    assert "Ce reçu est suspendu" in words_of(ask(client, receipt.full_number, receipt.code))


def test_a_specimen_is_worth_nothing(client: Client, campaign: Campaign) -> None:
    specimen = issue_receipt(a_paid_donation(campaign=campaign), at=timezone.now())

    words = words_of(ask(client, specimen.full_number.lower(), specimen.code))

    assert "Ce spécimen vient bien de notre site" in words
    assert "aucune valeur fiscale" in words
    assert "Ce reçu est authentique" not in words


def test_ten_misses_in_ten_minutes_are_enough(client: Client, receipt: Receipt, settings: Any) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _ in range(settings.GATE_PER_ADDRESS):
            assert ask(client, "2026-000001", "0" * 12).status_code == 200
        page = ask(client, receipt.full_number, receipt.code)
        by_file = ask_about(client, read_document(receipt))
        elsewhere = client.post(
            PAGE, {"numero": receipt.full_number, "code": receipt.code}, REMOTE_ADDR="192.0.2.7"
        )

    assert (page.status_code, page["Retry-After"]) == (429, "600")
    assert "Merci de patienter dix minutes" in words_of(page)
    assert "authentique" not in words_of(page).replace("est authentique et", "")
    assert by_file.status_code == 429
    assert "Ce reçu est authentique" in words_of(elsewhere)
    with time_machine.travel(now + timedelta(minutes=11), tick=False):
        assert "Ce reçu est authentique" in words_of(ask(client, receipt.full_number, receipt.code))


def test_who_checks_many_real_receipts_is_not_slowed_down(
    client: Client, receipt: Receipt, settings: Any
) -> None:
    for _ in range(settings.GATE_PER_ADDRESS + 2):
        assert ask(client, receipt.full_number, receipt.code).status_code == 200


def test_the_page_is_in_no_index_and_no_cache(client: Client, receipt: Receipt) -> None:
    for page in (client.get(PAGE), ask(client, receipt.full_number, receipt.code)):
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Cache-Control"] == "private, no-store"
        assert "unsafe" not in page["Content-Security-Policy"]


def test_other_ways_of_asking_are_refused(client: Client) -> None:
    assert client.put(PAGE).status_code == 405


def test_the_form_is_safe_from_forgery() -> None:
    assert Client(enforce_csrf_checks=True).post(PAGE, {"empreinte": "0" * 64}).status_code == 403


def test_the_answer_costs_the_same_whether_the_number_is_known(
    client: Client, receipt: Receipt, django_assert_num_queries: Any
) -> None:
    for number in (receipt.full_number, "2019-000001", "x"):
        with django_assert_num_queries(3):
            ask(client, number, "0" * 12)
