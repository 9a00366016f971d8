import csv
import hashlib
import io
import logging
import tracemalloc
import zipfile
from datetime import datetime

import pytest
from django.utils import timezone

from donors.accounting import receipts_zip
from donors.accounting.period import Period
from donors.accounting.receipts_zip import MANIFEST, MANIFEST_HEADINGS, receipts_of, zip_receipts
from donors.campaigns.models import PARIS, local_day
from donors.receipts.cancel import cancel_receipt
from donors.receipts.models import Receipt
from tests.donors.accounting.issued import a_stored_receipt, a_tampered_receipt, an_issued_receipt
from tests.factories import a_campaign, a_donor

pytestmark = pytest.mark.django_db


def unzip() -> tuple[dict[str, bytes], list[dict[str, str]]]:
    """The files of the ZIP of all receipts, and its manifest's rows."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_receipts(Receipt.objects.all()))))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    manifest = files.pop(MANIFEST).decode("utf-8-sig")
    return files, list(csv.DictReader(io.StringIO(manifest, newline=""), delimiter=";"))


def test_the_zip_holds_the_stored_bytes_and_says_what_they_are() -> None:
    receipt = a_stored_receipt(content=b"%PDF-1.7 Amina", amount_cents=5050)

    files, manifest = unzip()

    assert files == {f"{receipt.full_number}.pdf": b"%PDF-1.7 Amina"}
    assert manifest == [
        {
            "Numéro": receipt.full_number,
            "Émis le": local_day(receipt.issued_at).isoformat(),
            "Donateur": "Amina Benali",
            "Montant": "50,50",
            "État": "Émis",
            "SHA-256": hashlib.sha256(b"%PDF-1.7 Amina").hexdigest(),
            "Fichier": f"{receipt.full_number}.pdf",
        }
    ]


def test_cancelled_receipts_lie_in_a_folder_of_their_own() -> None:
    receipt = a_stored_receipt()
    cancel_receipt(receipt, at=timezone.now(), reason="Adresse fausse")

    files, manifest = unzip()

    assert list(files) == [f"annules/{receipt.full_number}.pdf"]
    assert (manifest[0]["État"], manifest[0]["Fichier"]) == ("Annulé", f"annules/{receipt.full_number}.pdf")


def test_suspended_receipts_lie_in_a_folder_of_their_own_too() -> None:
    receipt = a_stored_receipt()
    Receipt.objects.update(suspended_at=timezone.now())

    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_receipts(Receipt.objects.all()))))

    assert f"suspendus/{receipt.full_number}.pdf" in archive.namelist()
    assert "Suspendu" in archive.read("manifeste.csv").decode()


def test_a_receipt_without_its_pdf_is_listed_as_being_prepared() -> None:
    receipt = an_issued_receipt()

    files, manifest = unzip()

    assert files == {}
    assert (manifest[0]["Numéro"], manifest[0]["Fichier"]) == (receipt.full_number, "PDF en préparation")


def test_a_tampered_pdf_is_named_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    sound, forged = a_stored_receipt(), a_tampered_receipt()

    with caplog.at_level(logging.ERROR):
        files, manifest = unzip()

    assert list(files) == [f"{sound.full_number}.pdf"]
    assert [row["Fichier"] for row in manifest] == [f"{sound.full_number}.pdf", "PDF altéré, non fourni"]
    assert forged.full_number in caplog.text


def test_a_donors_name_cannot_run_as_a_formula() -> None:
    a_stored_receipt(donor=a_donor(first_name="=1+1", last_name="Benali"))

    _, manifest = unzip()

    assert manifest[0]["Donateur"] == "'=1+1 Benali"


def test_a_file_in_the_zip_is_dated_by_the_issue_in_paris() -> None:
    at = datetime(2026, 6, 8, 14, 30, 20, tzinfo=PARIS)
    receipt = a_stored_receipt(at=at)

    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_receipts(Receipt.objects.all()))))

    assert archive.getinfo(f"{receipt.full_number}.pdf").date_time == (2026, 6, 8, 14, 30, 20)


def test_more_receipts_than_one_page_are_all_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts_zip, "_PAGE", 2)
    campaign = a_campaign()
    receipts = [a_stored_receipt(campaign=campaign) for _ in range(5)]

    files, manifest = unzip()

    assert list(files) == [f"{receipt.full_number}.pdf" for receipt in receipts]
    assert [row["Numéro"] for row in manifest] == [receipt.full_number for receipt in receipts]


def test_memory_does_not_grow_with_the_receipts() -> None:
    campaign, size = a_campaign(), 400_000
    for number in range(12):
        a_stored_receipt(campaign=campaign, content=bytes([number]) * size)

    tracemalloc.start()
    sent = sum(len(piece) for piece in zip_receipts(Receipt.objects.all()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 12 * size
    assert peak < 6 * size


def test_a_period_without_receipts_holds_none() -> None:
    receipt = a_stored_receipt(at=datetime(2026, 6, 8, tzinfo=PARIS))
    day = local_day(receipt.issued_at)

    assert receipts_of(Period(day, day)).count() == 1
    assert not receipts_of(Period(day.replace(month=7), day.replace(month=7))).exists()


def test_the_manifest_has_headings_even_for_nothing() -> None:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_receipts(Receipt.objects.none()))))

    assert archive.read(MANIFEST).decode("utf-8-sig").strip() == ";".join(MANIFEST_HEADINGS)
