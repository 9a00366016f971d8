from collections.abc import Iterator
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from donors.accounting.csv_file import csv_lines, csv_row
from donors.accounting.table import Euros, Table
from donors.money import parse_euros


def test_the_file_opens_in_french_excel() -> None:
    table = Table(title="Essai", headings=["Prénom", "Montant"], rows=[["Amina", Euros(5050)]])

    assert list(csv_lines(table)) == ["\ufeffPrénom;Montant\r\n".encode(), b"Amina;50,50\r\n"]


def test_a_table_without_rows_still_has_its_headings() -> None:
    table = Table(title="Essai", headings=["Prénom"], rows=[])

    assert b"".join(csv_lines(table)) == "\ufeffPrénom\r\n".encode()


def test_days_sort_as_text_and_what_is_missing_is_empty() -> None:
    assert csv_row([date(2026, 6, 8), None, 7]) == "2026-06-08;;7\r\n"


def test_separators_quotes_and_line_ends_stay_inside_their_cell() -> None:
    assert csv_row(['Dupont; "père"\nfils']) == '"Dupont; ""père""\nfils"\r\n'


def test_a_negative_amount_keeps_its_sign() -> None:
    assert csv_row([Euros(-163)]) == "-1,63\r\n"


@given(st.integers(-99_999_999_999, 99_999_999_999))
def test_every_amount_reads_back_to_the_same_cents(cents: int) -> None:
    written = csv_row([Euros(cents)]).strip()
    sign = -1 if written.startswith("-") else 1
    assert sign * parse_euros(written.removeprefix("-")) == cents


def test_rows_are_read_only_when_they_are_written() -> None:
    read: list[int] = []

    def rows() -> Iterator[list[str]]:
        for number in range(3):
            read.append(number)
            yield [str(number)]

    lines = csv_lines(Table(title="Essai", headings=["N"], rows=rows()))
    next(lines)
    next(lines)
    assert read == [0]
