"""The financial year of an organisation, named after the calendar year in which it closes."""

from calendar import monthrange
from datetime import date, timedelta

from donors.accounting.period import Period
from donors.accounting.working_days import working_day_after
from donors.campaigns.months import Month

MONTHS_TO_FILE = 3


def financial_year(year: int, last_month: int) -> Period:
    """The twelve months that close in this calendar year, at the end of that month."""
    return Period(_last_day(year - 1, last_month) + timedelta(days=1), _last_day(year, last_month))


def last_closed(today: date, last_month: int) -> int:
    """The name of the latest financial year that is over."""
    return today.year if today > _last_day(today.year, last_month) else today.year - 1


def filing_deadline(closed_on: date) -> date:
    """The last day to declare the receipts of a financial year that closed on this day.

    CGI art. 222 bis, with the declaration of results: the second working day after 1 May for those who
    close with the calendar year, else within three months. Where a month has fewer days, the earlier
    reading is taken: nobody is late because of us."""
    if closed_on.month == Month.DECEMBER:
        return working_day_after(date(closed_on.year + 1, 5, 1), 2)
    years, month = divmod(closed_on.month - 1 + MONTHS_TO_FILE, 12)
    year, month = closed_on.year + years, month + 1
    return date(year, month, min(closed_on.day, monthrange(year, month)[1]))


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
