"""`manage.py export`: the same files as the office, from the command line."""

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from donors.campaigns.models import PARIS
from tests.donors.accounting.issued import a_stored_receipt
from tests.factories import a_campaign, a_donation, a_paid_donation

pytestmark = pytest.mark.django_db

JUNE = ("--from", "2026-06-01", "--to", "2026-06-30")
IN_JUNE = datetime(2026, 6, 8, 12, 0, tzinfo=PARIS)
IN_JULY = datetime(2026, 7, 1, 0, 0, tzinfo=PARIS)


def export(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export", *arguments, stdout=out)
    return out.getvalue()


def test_gifts_credited_in_the_period_go_into_a_csv(tmp_path: Path) -> None:
    campaign = a_campaign()
    june = a_paid_donation(campaign=campaign, credited_at=IN_JUNE)
    a_paid_donation(campaign=campaign, credited_at=IN_JULY)
    a_paid_donation(campaign=campaign, credited_at=IN_JUNE, livemode=True)
    a_donation(campaign=campaign)
    target = tmp_path / "dons.csv"

    said = export("gifts", *JUNE, "--output", str(target))

    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["N° du don"] for row in rows] == [str(june.pk)]
    assert "du 01/06/2026 au 30/06/2026" in said


def test_receipts_go_into_a_workbook(tmp_path: Path) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)
    target = tmp_path / "recus.xlsx"

    export("receipts", *JUNE, "--format", "xlsx", "--output", str(target))

    sheet = load_workbook(target).worksheets[0]
    assert (sheet.title, sheet["A2"].value) == ("Reçus fiscaux", receipt.full_number)


def test_receipts_go_into_a_zip(tmp_path: Path) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)
    target = tmp_path / "recus.zip"

    export("receipts-zip", *JUNE, "--output", str(target))

    assert zipfile.ZipFile(target).namelist() == [f"{receipt.full_number}.pdf", "manifeste.csv"]


def test_a_period_without_receipts_leaves_no_zip(tmp_path: Path) -> None:
    target = tmp_path / "recus.zip"

    with pytest.raises(CommandError, match="Aucun reçu n’a été émis du 01/06/2026"):
        export("receipts-zip", *JUNE, "--output", str(target))

    assert not target.exists()


def test_a_reversed_period_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="doit suivre"):
        export("gifts", "--from", "2026-06-30", "--to", "2026-06-01", "--output", str(tmp_path / "x.csv"))


@pytest.mark.parametrize("arguments", [("--from", "juin", "--to", "2026-06-30"), ("--to", "2026-06-30")])
def test_a_day_that_is_none_is_refused(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--from"):
        export("gifts", *arguments, "--output", str(tmp_path / "x.csv"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        export("gifts", *JUNE, "--output", str(tmp_path / "nowhere" / "x.csv"))


def test_a_year_stands_for_its_days(tmp_path: Path) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)
    target = tmp_path / "controle.xlsx"

    said = export("controle", "--year", "2026", "--output", str(target))

    assert "du 01/01/2026 au 31/12/2026" in said
    book = load_workbook(target)
    assert book.sheetnames == ["Lisez-moi", "Reçus", "Dons", "Écritures", "Virements"]
    assert book["Reçus"]["A2"].value == receipt.full_number


def test_the_control_goes_into_a_zip_with_the_pdfs(tmp_path: Path) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)
    target = tmp_path / "controle.zip"

    export("controle-zip", *JUNE, "--output", str(target))

    assert zipfile.ZipFile(target).namelist() == [
        "controle-2026-06-01_2026-06-30.xlsx",
        f"{receipt.full_number}.pdf",
        "manifeste.csv",
    ]


@pytest.mark.parametrize("what", ["controle", "controle-zip"])
def test_nothing_to_control_leaves_no_file(what: str, tmp_path: Path) -> None:
    target = tmp_path / "controle"

    with pytest.raises(CommandError, match="aucun ne porte un don de ces jours"):
        export(what, "--year", "2026", "--output", str(target))

    assert not target.exists()


def test_the_proof_of_the_declaration_goes_into_a_csv(tmp_path: Path) -> None:
    receipt = a_stored_receipt(at=IN_JUNE)
    target = tmp_path / "declaration.csv"

    export("declaration", "--year", "2026", "--output", str(target))

    with target.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file, delimiter=";")
    assert (row["N° du reçu"], row["Compté par date d’émission"]) == (receipt.full_number, "50,00")


@pytest.mark.parametrize("days", [(), ("--year", "2026", "--to", "2026-06-30"), ("--from", "2026-06-01")])
def test_a_year_or_two_days_and_nothing_else(days: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="soit --year, soit --from et --to"):
        export("gifts", *days, "--output", str(tmp_path / "x.csv"))


def test_a_year_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="year"):
        export("gifts", "--year", "0", "--output", str(tmp_path / "x.csv"))
