import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from donors.accounting.table import Cell, Euros, Table
from donors.accounting.xlsx_file import write_xlsx


def written(*rows: list[Cell]) -> tuple[Worksheet, str]:
    output = io.BytesIO()
    write_xlsx([Table(title="Dons", headings=["A", "B"], rows=rows)], output)
    xml = zipfile.ZipFile(output).read("xl/worksheets/sheet1.xml").decode()
    sheet: Any = load_workbook(output).worksheets[0]
    return sheet, xml


def test_the_headings_stand_in_bold_above_what_scrolls() -> None:
    sheet, _ = written(["x", "y"])

    assert (sheet.title, [cell.value for cell in sheet[1]]) == ("Dons", ["A", "B"])
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("cents", [995, 1, -1, -1250, 0, 5000, 99_999_999_999, 1_234_567_89])
def test_an_amount_is_a_number_with_exactly_its_digits(cents: int) -> None:
    sheet, xml = written([Euros(cents)])

    cell = sheet["A2"]
    assert (cell.data_type, cell.number_format) == ("n", "#,##0.00")
    digits = re.findall(r'<c r="A2"[^>]*><v>([^<]*)</v>', xml)
    assert [Decimal(text) * 100 for text in digits] == [Decimal(cents)]
    assert re.fullmatch(r"-?\d+\.\d\d", digits[0])


def test_a_day_is_a_day_that_excel_can_sort() -> None:
    sheet, _ = written([date(2026, 6, 8)])

    assert (sheet["A2"].value, sheet["A2"].number_format) == (datetime(2026, 6, 8), "dd/mm/yyyy")  # noqa: DTZ001


@pytest.mark.parametrize("text", ["#N/A", "#DIV/0!", "2026-06-08", "12", "TRUE"])
def test_text_stays_text_even_if_it_looks_like_something_else(text: str) -> None:
    sheet, _ = written([text])

    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")


def test_what_is_missing_is_an_empty_cell() -> None:
    sheet, _ = written([None, 7])

    assert (sheet["A2"].value, sheet["B2"].value) == (None, 7)
