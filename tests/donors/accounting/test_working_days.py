from datetime import date

import pytest

from donors.accounting.working_days import easter_sunday, holidays, is_working_day, working_day_after


@pytest.mark.parametrize(
    "easter", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)]
)
def test_easter_falls_where_the_calendar_says(easter: date) -> None:
    assert easter_sunday(easter.year) == easter


def test_the_holidays_of_2026_are_these_eleven() -> None:
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 7), True),
        (date(2026, 5, 8), False),
        (date(2026, 5, 9), False),
        (date(2026, 5, 10), False),
        (date(2026, 5, 11), True),
    ],
)
def test_weekends_and_holidays_do_not_work(day: date, works: bool) -> None:
    assert is_working_day(day) == works


def test_working_days_are_counted_across_a_holiday_and_a_weekend() -> None:
    assert working_day_after(date(2026, 5, 7), 1) == date(2026, 5, 11)
    assert working_day_after(date(2026, 5, 7), 2) == date(2026, 5, 12)
