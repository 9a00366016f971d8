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


@pytest.mark.parametrize("year", range(2000, 2100))
def test_in_every_year_of_the_century_easter_is_a_sunday_of_spring(year: int) -> None:
    easter = easter_sunday(year)

    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


@pytest.mark.parametrize("year", range(2000, 2100))
def test_in_every_year_the_declaration_is_due_on_a_working_day_of_early_may(year: int) -> None:
    due = working_day_after(date(year, 5, 1), 2)

    assert is_working_day(due)
    assert date(year, 5, 3) <= due <= date(year, 5, 6)


@pytest.mark.parametrize(
    ("year", "easter_monday", "ascension", "whit_monday"),
    [
        (2025, date(2025, 4, 21), date(2025, 5, 29), date(2025, 6, 9)),
        (2027, date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)),
        (2028, date(2028, 4, 17), date(2028, 5, 25), date(2028, 6, 5)),
    ],
)
def test_three_holidays_move_with_easter(
    year: int, easter_monday: date, ascension: date, whit_monday: date
) -> None:
    assert {easter_monday, ascension, whit_monday} < holidays(year)
    assert len(holidays(year)) == 11


def test_a_year_in_which_two_holidays_meet_has_ten() -> None:
    assert easter_sunday(2008) == date(2008, 3, 23)
    assert len(holidays(2008)) == 10  # Ascension and 1 May
    assert working_day_after(date(2008, 5, 1), 2) == date(2008, 5, 5)
