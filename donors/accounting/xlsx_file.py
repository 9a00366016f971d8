"""XLSX with real numbers and real days, written row by row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from donors.accounting.safe_text import safe_text
from donors.accounting.table import Cell, Euros, Table

EUROS = "#,##0.00"
DAY = "dd/mm/yyyy"
_WIDTH = 18


def write_xlsx(tables: Iterable[Table], output: IO[bytes]) -> None:
    """Write each table as a sheet. Rows wait in a temporary file, so memory does not grow with them."""
    workbook = Workbook(write_only=True)
    for table in tables:
        sheet = workbook.create_sheet(title=table.title)
        sheet.freeze_panes = "A2"
        for number in range(1, len(table.headings) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
        sheet.append(list(_headings(sheet, table.headings)))
        for row in table.rows:
            sheet.append([_cell(sheet, value) for value in row])
    workbook.save(output)


def _headings(sheet: WriteOnlyWorksheet, headings: Sequence[str]) -> Iterator[SheetCell]:
    for heading in headings:
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(bold=True)
        yield cell


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> SheetCell:
    match value:
        case Euros(cents):
            return _number(sheet, cents)
        case str():
            return _text(sheet, safe_text(value))
        case date():
            cell = WriteOnlyCell(sheet)
            cell.value = value
            cell.number_format = DAY
            return cell
        case _:
            return WriteOnlyCell(sheet, value)


def _text(sheet: WriteOnlyWorksheet, text: str) -> SheetCell:
    cell = WriteOnlyCell(sheet, text or None)
    if text:
        cell.data_type = "s"  # else the library takes "#N/A" for an error
    return cell


def _number(sheet: WriteOnlyWorksheet, cents: int) -> SheetCell:
    """The amount as the digits of its cents with a point.

    The library would write a Decimal through a float with 16 digits, so that 9.95 becomes 9.949999999999999;
    digits given as text and declared a number reach the file as they are."""
    euros, rest = divmod(abs(cents), 100)
    cell = WriteOnlyCell(sheet, f"{'-' if cents < 0 else ''}{euros}.{rest:02d}")
    cell.data_type = "n"
    cell.number_format = EUROS
    return cell
