"""CSV that French Excel and LibreOffice open with a double click: UTF-8 with a mark, ";", decimal commas."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date

from donors.accounting.safe_text import safe_text
from donors.accounting.table import Cell, Euros, Table
from donors.money import plain_amount

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads "é" as two letters


def csv_lines(table: Table) -> Iterator[bytes]:
    """The file row by row, for a stream: memory does not grow with the rows. Days are written YYYY-MM-DD."""
    yield (BYTE_ORDER_MARK + csv_row(table.headings)).encode()
    for row in table.rows:
        yield csv_row(row).encode()


def csv_row(cells: Sequence[Cell]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([_written(cell) for cell in cells])
    return line.getvalue()


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Euros(cents):
            return plain_amount(cents)
        case str():
            return safe_text(cell)
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
