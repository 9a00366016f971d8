"""Claire reads the register: one series, number by number, and what is missing in red."""

import csv
import io
import logging
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from donors.campaigns.models import PARIS
from donors.office import register
from donors.receipts.cancel import cancel_receipt
from donors.receipts.models import ReceiptSeries
from donors.receipts.replace import replace_receipt
from tests.donors.accounting.issued import a_stored_receipt
from tests.donors.accounting.test_register import given_out
from tests.factories import a_campaign

PAGE = "/admin/tresorerie/registre/"
IN_JUNE = datetime(2026, 6, 8, 12, tzinfo=PARIS)


def test_the_register_explains_each_number(claires_browser: Client) -> None:
    campaign = a_campaign()
    old = a_stored_receipt(campaign=campaign, at=IN_JUNE)
    new = replace_receipt(old, at=IN_JUNE, reason="Nom mal écrit")
    cancelled = a_stored_receipt(campaign=campaign, at=IN_JUNE)
    cancel_receipt(cancelled, at=IN_JUNE, reason="Doublon")

    text = " ".join(claires_browser.get(PAGE).text.split())

    assert "Annulé le 08/06/2026 par le site : Nom mal écrit" in text
    assert f"Remplacé par le {new.full_number}." in text
    assert f"Remplace le {old.full_number}." in text
    assert old.document.sha256 in text
    assert "PDF en préparation" in text
    assert "aucun ne manque" in text
    assert old.donor.last_name not in text


def test_a_gap_is_named_in_red(claires_browser: Client) -> None:
    series = given_out(3, lost=(2,))

    text = claires_browser.get(PAGE).text

    assert f"Il manque 1 numéro : {series.label}-000002." in text
    assert text.count('<tr class="office-missing">') == 1
    assert "help-critical" in text


def test_without_a_receipt_the_page_says_so(claires_browser: Client) -> None:
    assert "le registre s’ouvre avec le premier" in claires_browser.get(PAGE).text


def test_the_latest_series_is_offered_and_another_one_can_be_chosen(claires_browser: Client) -> None:
    campaign = a_campaign()
    a_stored_receipt(campaign=campaign, at=datetime(2025, 6, 8, tzinfo=PARIS))
    a_stored_receipt(campaign=campaign, at=IN_JUNE)
    older = ReceiptSeries.objects.get(year=2025)

    assert "TEST-2026-000001" in claires_browser.get(PAGE).text
    assert "TEST-2025-000001" in claires_browser.get(PAGE, {"serie": older.pk}).text


@pytest.mark.parametrize("chosen", ["0", "douze"])
def test_a_series_that_is_none_is_explained(claires_browser: Client, chosen: str) -> None:
    given_out(1)

    response = claires_browser.get(PAGE, {"serie": chosen})

    assert response.status_code == 400
    assert "Choisissez une série." in response.text


def test_a_long_series_has_pages_and_as_many_queries(
    claires_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "NUMBERS_PER_PAGE", 2)
    given_out(5)
    claires_browser.get(PAGE)

    with CaptureQueriesContext(connection) as few:
        last = claires_browser.get(PAGE, {"p": "3"}).text
    monkeypatch.setattr(register, "NUMBERS_PER_PAGE", 100)
    with CaptureQueriesContext(connection) as many:
        claires_browser.get(PAGE)

    assert ("000005" in last, "000004" in last) == (True, False)
    assert len(many) <= len(few)


def test_the_register_is_downloaded_as_csv_and_as_a_workbook(
    claires_browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    series = given_out(2)

    with caplog.at_level(logging.INFO):
        as_csv = claires_browser.get(f"{PAGE}{series.pk}/csv/")
        as_xlsx = claires_browser.get(f"{PAGE}{series.pk}/xlsx/")

    text = b"".join(as_csv).decode("utf-8-sig")
    read = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    numbers = [row["N° du reçu"] for row in read]
    sheet = load_workbook(io.BytesIO(b"".join(as_xlsx))).worksheets[0]
    assert numbers == [sheet["A2"].value, sheet["A3"].value] == ["TEST-2026-000001", "TEST-2026-000002"]
    assert 'filename="registre-TEST-2026.csv"' in as_csv["Content-Disposition"]
    assert "downloads the register TEST-2026 as xlsx" in caplog.text


def test_a_register_of_the_other_mode_or_in_another_format_is_not_there(claires_browser: Client) -> None:
    series = given_out(1)
    assert claires_browser.get(f"{PAGE}{series.pk}/pdf/").status_code == 404

    ReceiptSeries.objects.update(livemode=True)
    assert claires_browser.get(f"{PAGE}{series.pk}/csv/").status_code == 404


def test_bruno_has_no_business_there(brunos_browser: Client) -> None:
    series = given_out(1)

    assert brunos_browser.get(PAGE).status_code == 302
    assert brunos_browser.get(f"{PAGE}{series.pk}/csv/").status_code == 302
