"""The donor's page of a receipt: what the PDF says, for who holds the letter, as long as it stands."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from donors.campaigns.models import Campaign
from donors.letters.receipts import send_receipt_page
from donors.receipts.cancel import cancel_receipt
from donors.receipts.document import make_document, read_document
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt
from donors.receipts.snapshot import canonical_json
from donors.receipts.tokens import receipt_token
from donors.tasks import send_receipt_link
from tests.donors.giving.conftest import tag_of, words_of
from tests.donors.receipts.reading import overwrite
from tests.factories import a_paid_donation

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(campaign: Campaign) -> Receipt:
    issued = issue_receipt(a_paid_donation(campaign=campaign), at=timezone.now())
    make_document(issued, at=timezone.now())
    return issued


def url_of(receipt: Receipt, at: datetime | None = None) -> str:
    return f"/recus/{receipt_token(receipt, at=at or timezone.now())}/"


def test_the_page_says_what_the_pdf_says(client: Client, receipt: Receipt) -> None:
    page = client.get(url_of(receipt))

    words = words_of(page)
    facts = receipt.snapshot
    for said in (
        receipt.full_number,
        facts["gift"]["amount_figures"],
        facts["gift"]["amount_words"],
        "Amina Benali",
        "33800 Bordeaux",
        facts["organisation"]["purpose"],
        facts["certification"],
        facts["signatory"]["name"],
        facts["code"],
        "Spécimen",
    ):
        assert " ".join(said.split()) in words, said


def test_the_archived_bytes_are_downloaded_from_it(client: Client, receipt: Receipt) -> None:
    url = url_of(receipt)
    assert tag_of(client.get(url), "a", href="recu.pdf")

    answer = client.get(f"{url}recu.pdf")

    assert answer.content == read_document(receipt)
    assert f"recu-fiscal-{receipt.full_number}.pdf" in answer["Content-Disposition"]


def test_it_is_private_and_tells_its_address_to_nobody(client: Client, receipt: Receipt) -> None:
    for url in (url_of(receipt), f"{url_of(receipt)}recu.pdf"):
        page = client.get(url)
        assert page["Cache-Control"] == "private, no-store"
        assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex", "no-referrer")


def test_a_cancelled_receipt_says_so_and_gives_no_pdf(client: Client, receipt: Receipt) -> None:
    cancel_receipt(receipt, at=timezone.now(), reason="Le don a été remboursé.")

    page = client.get(url_of(receipt))

    assert "Ce reçu est annulé" in words_of(page)
    assert "Le don a été remboursé." in words_of(page)
    assert not tag_of(page, "a", href="recu.pdf")
    assert client.get(f"{url_of(receipt)}recu.pdf").status_code == 410


def test_a_suspended_receipt_says_so_and_gives_no_pdf(client: Client, receipt: Receipt) -> None:
    Receipt.objects.update(suspended_at=timezone.now())

    page = client.get(url_of(receipt))

    assert "Ce reçu est suspendu" in words_of(page)
    assert not tag_of(page, "a", href="recu.pdf")
    assert client.get(f"{url_of(receipt)}recu.pdf").status_code == 409


def test_a_changed_pdf_is_never_handed_out(client: Client, receipt: Receipt) -> None:
    overwrite("donors_receiptdocument", "content = %s", receipt.document.pk, b"%PDF-forged")

    answer = client.get(f"{url_of(receipt)}recu.pdf")

    assert answer.status_code == 500
    assert b"forged" not in answer.content
    assert "momentanément indisponible" in words_of(answer)


def test_changed_facts_are_never_shown(client: Client, receipt: Receipt) -> None:
    receipt.snapshot["donor"]["last_name"] = "Forgée"
    overwrite("donors_receipt", "snapshot = %s", receipt.pk, canonical_json(receipt.snapshot).decode())

    answer = client.get(url_of(receipt))

    assert answer.status_code == 500
    assert "Forgée" not in words_of(answer)


def test_a_receipt_without_its_pdf_yet_offers_none(client: Client, campaign: Campaign) -> None:
    fresh = issue_receipt(a_paid_donation(campaign=campaign), at=timezone.now())

    assert not tag_of(client.get(url_of(fresh)), "a", href="recu.pdf")
    assert client.get(f"{url_of(fresh)}recu.pdf").status_code == 404


def test_a_forged_link_is_not_found(client: Client, receipt: Receipt) -> None:
    good = receipt_token(receipt, at=timezone.now())
    for token in (good[:-1], f"{good}x", str(receipt.pk), "x", good.replace("-", "-f", 1)):
        assert client.get(f"/recus/{token}/").status_code == 404
        assert client.get(f"/recus/{token}/recu.pdf").status_code == 404


@pytest.fixture
def old_url(receipt: Receipt) -> str:
    return url_of(receipt, timezone.now() - timedelta(days=91))


def test_an_old_link_says_nothing_and_offers_a_fresh_one(
    client: Client, receipt: Receipt, old_url: str
) -> None:
    for url in (old_url, f"{old_url}recu.pdf"):
        page = client.get(url)
        assert page.status_code == 410
        assert "Recevoir mon reçu par e-mail" in words_of(page)
        for secret in ("Amina", "Benali", receipt.full_number, receipt.donor.email):
            assert secret not in words_of(page)


def test_the_fresh_link_goes_to_the_donors_own_address(
    client: Client, receipt: Receipt, old_url: str
) -> None:
    assert "Un e-mail est en route" in words_of(client.post(old_url))

    send_receipt_link.func(receipt.pk)

    [letter] = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    assert letter.to == [receipt.donor.email]
    found = re.search(r"http://testserver(/recus/\S+/)", str(letter.body))
    assert found
    assert receipt.full_number in words_of(client.get(found[1]))
    assert found[1] in str(letter.alternatives[0][0])


def test_however_often_one_asks_one_letter_leaves_a_day(receipt: Receipt) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _ in range(3):
            send_receipt_page(receipt, at=now)
    assert len(mail.outbox) == 1

    send_receipt_page(receipt, at=now + timedelta(days=1))
    assert len(mail.outbox) == 2


def test_no_fresh_link_is_offered_for_what_is_worth_nothing(
    client: Client, receipt: Receipt, old_url: str
) -> None:
    cancel_receipt(receipt, at=timezone.now(), reason="Erreur.")

    page = client.post(old_url)

    assert "n’est pas valable aujourd’hui" in words_of(page)
    assert send_receipt_page(receipt, at=timezone.now()) is None
    assert mail.outbox == []


def test_the_page_costs_few_queries(
    client: Client, receipt: Receipt, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        client.get(url_of(receipt))
