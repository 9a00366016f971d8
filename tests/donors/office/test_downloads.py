"""A receipt's PDF and the ZIP of a period, as files."""

import io
import logging
import zipfile
from datetime import date, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from donors.accounting.period import Period
from donors.campaigns.models import PARIS
from donors.office.downloads import last_month
from tests.donors.accounting.issued import a_stored_receipt, a_tampered_receipt, an_issued_receipt

ZIP = "/admin/tresorerie/recus/zip/"
IN_JUNE = datetime(2026, 6, 8, tzinfo=PARIS)
JUNE = {"du": "2026-06-01", "au": "30/06/2026", "telecharger": "1"}


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "donors.office.downloads"]


def test_a_receipt_is_downloaded_as_it_was_stored(
    claires_browser: Client, treasurer: User, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = a_stored_receipt(content=b"%PDF-1.7 the very bytes")

    with caplog.at_level(logging.INFO):
        response = claires_browser.get(f"/admin/tresorerie/recus/{receipt.pk}/pdf/")

    assert response.content == b"%PDF-1.7 the very bytes"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="recu-{receipt.full_number}.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert lines(caplog) == [f"User {treasurer.pk} downloads receipt {receipt.full_number}"]


def test_a_tampered_pdf_is_explained_and_never_handed_out(
    claires_browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = a_tampered_receipt()

    response = claires_browser.get(f"/admin/tresorerie/recus/{receipt.pk}/pdf/")

    assert response.status_code == 500
    assert "n’est plus celui qui avait été enregistré" in response.text
    assert "forged" not in response.text
    assert response["Content-Type"].startswith("text/html")
    assert receipt.full_number in lines(caplog)[0]


def test_a_pdf_that_is_not_made_yet_is_in_preparation(claires_browser: Client) -> None:
    receipt = an_issued_receipt()

    response = claires_browser.get(f"/admin/tresorerie/recus/{receipt.pk}/pdf/")

    assert response.status_code == 404
    assert "en préparation" in response.text


def test_a_receipt_that_is_not_there_is_not_found(claires_browser: Client) -> None:
    assert claires_browser.get("/admin/tresorerie/recus/12345/pdf/").status_code == 404


def test_the_zips_page_offers_last_month(claires_browser: Client) -> None:
    page = claires_browser.get(ZIP)

    assert page.status_code == 200
    assert "Télécharger le ZIP" in page.text
    assert page.context["form"].initial["du"].day == 1


def test_the_zips_page_takes_over_the_period_of_the_list(claires_browser: Client) -> None:
    page = claires_browser.get(ZIP, {"du": "2026-06-01"})

    assert page.context["form"].initial["du"] == "2026-06-01"


def test_the_zip_of_a_period_is_sent_and_logged(
    claires_browser: Client, treasurer: User, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)

    with caplog.at_level(logging.INFO):
        response = claires_browser.get(ZIP, JUNE)

    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert response.streaming
    assert archive.namelist() == [f"{receipt.full_number}.pdf", "manifeste.csv"]
    assert response["Content-Disposition"] == 'attachment; filename="recus-2026-06-01_2026-06-30.zip"'
    assert lines(caplog) == [f"User {treasurer.pk} downloads the ZIP of receipts, 2026-06-01_2026-06-30"]


def test_an_empty_period_gives_a_sentence_and_no_file(claires_browser: Client) -> None:
    a_stored_receipt(at=datetime(2026, 7, 1, tzinfo=PARIS))

    response = claires_browser.get(ZIP, JUNE)

    assert response.status_code == 404
    assert "Aucun reçu n’a été émis du 01/06/2026 au 30/06/2026" in response.text
    assert response.context["form"].data["du"] == "2026-06-01"


@pytest.mark.parametrize(
    ("du", "au", "why"),
    [
        ("2026-06-30", "2026-06-01", "Le dernier jour doit suivre le premier."),
        ("", "2026-06-30", "Indiquez un jour."),
        ("hier", "2026-06-30", "Écrivez le jour comme 08/06/2026."),
    ],
)
def test_a_period_that_makes_no_sense_is_explained(
    du: str, au: str, why: str, claires_browser: Client
) -> None:
    response = claires_browser.get(ZIP, {"du": du, "au": au, "telecharger": "1"})

    assert response.status_code == 400
    assert why in response.text


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 7, 1), Period(date(2026, 6, 1), date(2026, 6, 30))),
        (date(2027, 1, 31), Period(date(2026, 12, 1), date(2026, 12, 31))),
        (date(2028, 3, 15), Period(date(2028, 2, 1), date(2028, 2, 29))),
    ],
)
def test_last_month_is_whole(today: date, expected: Period) -> None:
    assert last_month(today) == expected
