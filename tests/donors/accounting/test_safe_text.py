import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from donors.accounting.csv_file import csv_lines
from donors.accounting.safe_text import safe_text
from donors.accounting.table import Table
from donors.accounting.xlsx_file import write_xlsx

TRIGGERS = "=+-@\t\r\n＝＋－＠−"


@pytest.mark.parametrize(
    "typed",
    [
        '=HYPERLINK("http://example.org")',
        "+33 6 12 34 56 78",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1+1",
        "\u00a0=1+1",
        "＝1+1",
        "\x00=1+1",
    ],
)
def test_what_could_start_a_formula_stands_behind_an_apostrophe(typed: str) -> None:
    assert safe_text(typed).startswith("'")


@pytest.mark.parametrize(
    "typed", ["Amina", "a=b", "l’Yser", "", "3 cours de l’Yser", "marie-claire", "é@e.org"]
)
def test_plain_words_stay_as_they_are(typed: str) -> None:
    assert safe_text(typed) == typed


def test_characters_that_no_spreadsheet_can_hold_are_left_out() -> None:
    assert safe_text("A\x00mi\x1fna\ud800\ufffe") == "Amina"


def test_line_ends_become_one_kind() -> None:
    assert safe_text("a\r\nb\rc") == "a\nb\nc"


any_text = st.text(st.characters(categories=None), max_size=60)
risky_text = st.one_of(
    any_text, st.tuples(st.sampled_from(TRIGGERS + " \";'#"), any_text).map(lambda parts: "".join(parts))
)


@settings(deadline=None)  # it writes and reads a workbook each time
@given(risky_text)
def test_no_text_ever_reaches_a_file_as_a_formula(text: str) -> None:
    table = Table(title="Essai", headings=["Texte"], rows=[[text]])
    expected = safe_text(text)

    written = b"".join(csv_lines(table)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))
    assert read[1] == ([expected] if expected else [""])
    assert not expected.lstrip().startswith(tuple(TRIGGERS))

    workbook = io.BytesIO()
    write_xlsx([table], workbook)
    cell = load_workbook(workbook).worksheets[0]["A2"]
    assert cell.data_type in {"s", "n"}
    assert (cell.value or "") == expected


@given(any_text)
def test_safe_text_loses_nothing_that_can_be_written(text: str) -> None:
    safe = safe_text(text)
    bare = safe.removeprefix("'") if safe.startswith("'") and not text.startswith("'") else safe
    assert len(bare) <= len(text)
    assert [letter for letter in text if letter.isalnum()] == [letter for letter in bare if letter.isalnum()]
