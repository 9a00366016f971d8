"""The working days of France: all but Saturdays, Sundays and the holidays of the Code du travail, L. 3133-1.

Those of Alsace-Moselle and overseas are not among them."""

from datetime import date, timedelta

_EVERY_YEAR = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # days: Easter Monday, Ascension, Whit Monday


def holidays(year: int) -> frozenset[date]:
    easter = easter_sunday(year)
    fixed = {date(year, month, day) for month, day in _EVERY_YEAR}
    return frozenset(fixed | {easter + timedelta(days=days) for days in _AFTER_EASTER})


def easter_sunday(year: int) -> date:
    """By the Gregorian rule, in whole numbers (Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def working_day_after(day: date, number: int) -> date:
    """The first, second… working day that follows this day."""
    while number:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day
