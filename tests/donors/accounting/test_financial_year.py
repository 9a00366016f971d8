from datetime import date

import pytest

from donors.accounting.financial_year import filing_deadline, financial_year, last_closed
from donors.accounting.period import Period


@pytest.mark.parametrize(
    ("last_month", "first", "last"),
    [
        (12, date(2026, 1, 1), date(2026, 12, 31)),
        (6, date(2025, 7, 1), date(2026, 6, 30)),
        (2, date(2025, 3, 1), date(2026, 2, 28)),
        (1, date(2025, 2, 1), date(2026, 1, 31)),
    ],
)
def test_a_financial_year_has_the_name_of_the_year_in_which_it_closes(
    last_month: int, first: date, last: date
) -> None:
    assert financial_year(2026, last_month) == Period(first, last)


def test_a_leap_year_closes_on_its_last_day_of_february() -> None:
    assert financial_year(2028, 2) == Period(date(2027, 3, 1), date(2028, 2, 29))
    assert financial_year(2029, 2).first == date(2028, 3, 1)


@pytest.mark.parametrize(
    ("today", "last_month", "year"),
    [
        (date(2026, 12, 31), 12, 2025),
        (date(2027, 1, 1), 12, 2026),
        (date(2026, 6, 30), 6, 2025),
        (date(2026, 7, 1), 6, 2026),
    ],
)
def test_a_year_is_over_on_the_day_after_its_last(today: date, last_month: int, year: int) -> None:
    assert last_closed(today, last_month) == year


@pytest.mark.parametrize(
    ("closed_on", "deadline"),
    [
        (date(2025, 12, 31), date(2026, 5, 5)),
        (date(2026, 12, 31), date(2027, 5, 4)),
        (date(2034, 12, 31), date(2035, 5, 4)),  # Ascension is on 3 May
    ],
)
def test_a_calendar_year_is_declared_by_the_second_working_day_after_the_first_of_may(
    closed_on: date, deadline: date
) -> None:
    assert filing_deadline(closed_on) == deadline


@pytest.mark.parametrize(
    ("closed_on", "deadline"),
    [
        (date(2026, 6, 30), date(2026, 9, 30)),
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 9, 30), date(2026, 12, 30)),
    ],
)
def test_any_other_year_is_declared_within_three_months(closed_on: date, deadline: date) -> None:
    assert filing_deadline(closed_on) == deadline
