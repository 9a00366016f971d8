from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from donors.accounting.csv_file import csv_lines
from donors.accounting.gift_rows import gift_table
from donors.accounting.period import Period
from donors.accounting.receipt_rows import issued_in, receipt_table, receipts_in_site_mode
from donors.accounting.receipts_zip import receipts_of, zip_receipts
from donors.accounting.table import Table
from donors.accounting.xlsx_file import write_xlsx
from donors.gifts.models import Donation


class Command(BaseCommand):
    help = "Écrit dans un fichier les dons crédités ou les reçus fiscaux émis pendant une période."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=EXPORTS, help="ce qu’il faut exporter")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, help="2026-06-01")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True, help="2026-06-30")
        parser.add_argument("--format", choices=("csv", "xlsx"), default="csv", help="sans objet pour le ZIP")
        parser.add_argument("--output", type=Path, required=True, help="le fichier à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = Period(options["first"], options["last"])
            EXPORTS[options["what"]](period, options["format"], options["output"])
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['output']} : {options['what']} {period}")


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
}
