"""Claire downloads what a control of the receipts asks for: the workbook, or the ZIP with every PDF."""

import io
import logging
import zipfile
from datetime import datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from openpyxl import load_workbook

from donors.campaigns.models import PARIS
from tests.donors.accounting.issued import a_stored_receipt
from tests.factories import claire

PAGE = "/admin/tresorerie/recus/controle/"
IN_JUNE = datetime(2026, 6, 8, tzinfo=PARIS)
YEAR = {"du": "01/01/2026", "au": "2026-12-31"}


def test_claire_downloads_the_workbook(
    claires_browser: Client, treasurer: User, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)

    with caplog.at_level(logging.INFO):
        response = claires_browser.get(PAGE, {**YEAR, "telecharger": "xlsx"})

    book = load_workbook(io.BytesIO(b"".join(response)))
    assert book.sheetnames == ["Lisez-moi", "Reçus", "Dons", "Écritures", "Virements"]
    assert book["Reçus"]["A2"].value == receipt.full_number
    name = "controle-2026-01-01_2026-12-31.xlsx"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    logged = [record.getMessage() for record in caplog.records if record.name == "donors.office.control"]
    assert logged == [
        f"User {treasurer.pk} downloads the control export as xlsx, 2026-01-01_2026-12-31",
    ]


def test_claire_downloads_the_zip(claires_browser: Client) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)

    response = claires_browser.get(PAGE, {**YEAR, "telecharger": "zip"})

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].endswith('controle-2026-01-01_2026-12-31.zip"')
    assert archive.namelist() == [
        "controle-2026-01-01_2026-12-31.xlsx",
        f"{receipt.full_number}.pdf",
        "manifeste.csv",
    ]


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_a_period_without_receipts_is_explained(claires_browser: Client, kind: str) -> None:
    response = claires_browser.get(PAGE, {**YEAR, "telecharger": kind})

    assert response.status_code == 404
    assert "Aucun reçu n’a été émis du 01/01/2026 au 31/12/2026" in response.text


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"du": "2026-12-31", "au": "2026-01-01"}, "Le dernier jour doit suivre le premier."),
        ({"du": "", "au": "2026-01-01"}, "Indiquez un jour."),
        ({"du": "hier", "au": "2026-01-01"}, "Écrivez le jour comme 08/06/2026."),
    ],
)
def test_days_that_are_none_are_explained(
    claires_browser: Client, days: dict[str, str], sentence: str
) -> None:
    response = claires_browser.get(PAGE, {**days, "telecharger": "zip"})

    assert response.status_code == 400
    assert sentence in response.text


@pytest.mark.django_db
def test_the_year_that_is_over_is_offered() -> None:
    browser = Client()
    with time_machine.travel(datetime(2027, 1, 1, 0, 30, tzinfo=PARIS), tick=False):
        browser.force_login(claire())
        form = browser.get(PAGE).context["form"]

    assert {name: day.isoformat() for name, day in form.initial.items()} == {
        "du": "2026-01-01",
        "au": "2026-12-31",
    }


def test_the_list_of_receipts_leads_there(claires_browser: Client) -> None:
    assert PAGE in claires_browser.get("/admin/tresorerie/recus/").text


def test_bruno_has_no_business_there(brunos_browser: Client) -> None:
    a_stored_receipt(at=IN_JUNE)

    assert brunos_browser.get(PAGE, {**YEAR, "telecharger": "zip"}).status_code == 302
