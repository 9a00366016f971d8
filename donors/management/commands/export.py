from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donors.accounting.control import control_tables, receipts_to_control, zip_control
from donors.accounting.csv_file import csv_lines
from donors.accounting.declaration import proof_table
from donors.accounting.gift_rows import gift_table
from donors.accounting.period import Period
from donors.accounting.receipt_rows import issued_in, receipt_table, receipts_in_site_mode
from donors.accounting.receipts_zip import receipts_of, zip_receipts
from donors.accounting.table import Table
from donors.accounting.xlsx_file import write_xlsx
from donors.gifts.models import Donation


class Command(BaseCommand):
    help = "Écrit dans un fichier les dons, les reçus fiscaux ou l’export de contrôle d’une période."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=EXPORTS, help="ce qu’il faut exporter")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="2026-06-01")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="2026-06-30")
        parser.add_argument("--year", type=int, help="2026 : l’année civile, à la place de --from et --to")
        parser.add_argument(
            "--format", choices=("csv", "xlsx"), default="csv", help="pour gifts, receipts et declaration"
        )
        parser.add_argument("--output", type=Path, required=True, help="le fichier à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = _period(**{name: options[name] for name in ("first", "last", "year")})
            EXPORTS[options["what"]](period, options["format"], options["output"])
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['output']} : {options['what']} {period}")


def _period(*, first: date | None, last: date | None, year: int | None) -> Period:
    if year is not None and first is None and last is None:
        return Period(date(year, 1, 1), date(year, 12, 31))
    if year is None and first is not None and last is not None:
        return Period(first, last)
    raise ValueError("Indiquez soit --year, soit --from et --to.")


def export_gifts(period: Period, file_format: str, output: Path) -> None:
    gifts = Donation.objects.in_site_mode().credited_between(period.first, period.last)
    _write(gift_table(gifts.order_by("credited_at", "pk")), file_format, output)


def export_receipts(period: Period, file_format: str, output: Path) -> None:
    _write(receipt_table(issued_in(receipts_in_site_mode(), period).order_by("pk")), file_format, output)


def export_receipts_zip(period: Period, file_format: str, output: Path) -> None:
    receipts = receipts_of(period)
    if not receipts.exists():
        raise ValueError(f"Aucun reçu n’a été émis {period}.")
    _write_pieces(zip_receipts(receipts), output)


def export_declaration(period: Period, file_format: str, output: Path) -> None:
    _write(proof_table(receipts_in_site_mode(), period), file_format, output)


def export_control(period: Period, file_format: str, output: Path) -> None:
    _refuse_nothing_to_control(period)
    with output.open("wb") as file:
        write_xlsx(control_tables(period, at=timezone.now()), file)


def export_control_zip(period: Period, file_format: str, output: Path) -> None:
    _refuse_nothing_to_control(period)
    _write_pieces(zip_control(period, at=timezone.now()), output)


def _refuse_nothing_to_control(period: Period) -> None:
    if not receipts_to_control(period).exists():
        raise ValueError(f"Aucun reçu n’a été émis {period}, et aucun ne porte un don de ces jours.")


def _write(table: Table, file_format: str, output: Path) -> None:
    if file_format == "csv":
        _write_pieces(csv_lines(table), output)
    else:
        with output.open("wb") as file:
            write_xlsx([table], file)


def _write_pieces(pieces: Iterable[bytes], output: Path) -> None:
    with output.open("wb") as file:
        file.writelines(pieces)


EXPORTS: dict[str, Callable[[Period, str, Path], None]] = {
    "gifts": export_gifts,
    "receipts": export_receipts,
    "receipts-zip": export_receipts_zip,
    "declaration": export_declaration,
    "controle": export_control,
    "controle-zip": export_control_zip,
}
