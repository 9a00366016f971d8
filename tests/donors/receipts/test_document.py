import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.receipts.document import (
    TamperedDocument,
    TamperedReceipt,
    make_document,
    read_document,
)
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptDocument
from donors.receipts.pdf import render_pdf
from donors.receipts.seal import SealUnusable
from donors.receipts.snapshot import canonical_json
from tests.donors.receipts.reading import overwrite, text_of
from tests.donors.receipts.sealing import give_a_seal, seal_of
from tests.factories import a_paid_donation

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


@pytest.fixture
def receipt() -> Receipt:
    return issue_receipt(a_paid_donation(), at=timezone.now())


def test_the_pdf_is_stored_with_its_hash(receipt: Receipt) -> None:
    now = timezone.now()

    document = make_document(receipt, at=now)

    content = read_document(receipt)
    assert content.startswith(b"%PDF-")
    assert document.made_at == now
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert receipt.full_number in text_of(content)


def test_making_it_twice_stores_it_once(receipt: Receipt) -> None:
    first = make_document(receipt, at=timezone.now())
    second = make_document(receipt, at=timezone.now() + timedelta(days=1))

    assert first.pk == second.pk
    assert first.made_at == second.made_at
    assert ReceiptDocument.objects.count() == 1


def test_the_pdf_is_drawn_from_the_stored_facts_not_from_the_passed_object(receipt: Receipt) -> None:
    stored = Receipt.objects.get(pk=receipt.pk)
    receipt.snapshot = {}

    make_document(receipt, at=timezone.now())

    assert read_document(receipt) == render_pdf(stored.snapshot)


def test_no_pdf_is_drawn_from_facts_that_were_tampered_with(receipt: Receipt) -> None:
    receipt.snapshot["donor"]["last_name"] = "Autre"
    overwrite("donors_receipt", "snapshot = %s", receipt.pk, canonical_json(receipt.snapshot).decode())

    with pytest.raises(TamperedReceipt, match=str(receipt.pk)):
        make_document(receipt, at=timezone.now())

    assert not ReceiptDocument.objects.exists()


def test_one_changed_byte_is_found_when_the_pdf_is_read(receipt: Receipt) -> None:
    document = make_document(receipt, at=timezone.now())
    forged = read_document(receipt).replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    overwrite("donors_receiptdocument", "content = %s", document.pk, forged)

    with pytest.raises(TamperedDocument, match=str(receipt.pk)):
        read_document(receipt)


def test_a_receipt_without_a_pdf_has_none_to_read(receipt: Receipt) -> None:
    with pytest.raises(ReceiptDocument.DoesNotExist):
        read_document(receipt)


def test_the_database_refuses_to_change_a_stored_pdf(receipt: Receipt) -> None:
    make_document(receipt, at=timezone.now())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ReceiptDocument.objects.update(content=b"forged")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ReceiptDocument.objects.all().delete()


def test_without_a_seal_the_drawn_bytes_are_the_stored_ones(receipt: Receipt) -> None:
    document = make_document(receipt, at=timezone.now())

    assert document.sealed_with == ""
    assert document.unsealed_sha256 == document.sha256


def test_with_a_seal_the_sealed_bytes_are_stored_and_hashed(
    receipt: Receipt, settings: Any, tmp_path: Path
) -> None:
    seal = give_a_seal(settings, tmp_path)

    document = make_document(receipt, at=timezone.now())

    content = read_document(receipt)
    assert seal_of(content, seal).bottom_line
    assert document.sealed_with == seal.fingerprint
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.unsealed_sha256 == hashlib.sha256(render_pdf(receipt.snapshot)).hexdigest()


def test_a_certificate_that_ended_keeps_nobody_waiting(
    receipt: Receipt, settings: Any, tmp_path: Path
) -> None:
    seal = give_a_seal(settings, tmp_path)

    document = make_document(receipt, at=seal.valid_until + timedelta(days=1))

    assert document.sealed_with == ""
    assert read_document(receipt) == render_pdf(receipt.snapshot)


def test_a_seal_that_cannot_be_read_makes_no_pdf_and_loses_nothing(
    receipt: Receipt, settings: Any, tmp_path: Path
) -> None:
    give_a_seal(settings, tmp_path)
    settings.RECEIPT_SEAL_PASSWORD = "faux"
    with pytest.raises(SealUnusable):
        make_document(receipt, at=timezone.now())
    assert not ReceiptDocument.objects.exists()

    seal = give_a_seal(settings, tmp_path)

    assert make_document(receipt, at=timezone.now()).sealed_with == seal.fingerprint
