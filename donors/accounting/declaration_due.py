"""When the yearly declaration is to be filed, for the first page of the office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from donors.accounting.declaration import declaration_of
from donors.accounting.financial_year import filing_deadline, financial_year, last_closed
from donors.campaigns.models import Organisation

REMINDED_AFTER = timedelta(days=60)  # past the deadline: whoever forgot should still read it


@dataclass(frozen=True, kw_only=True)
class Reminder:
    organisation: Organisation
    year: int
    deadline: date
    is_late: bool


def declarations_due(*, today: date) -> Iterator[Reminder]:
    """One for each organisation with receipts in the financial year that closed last, from the day after it
    closed until sixty days past the deadline. Who has no receipt has nothing to file."""
    for organisation in Organisation.objects.order_by("legal_name"):
        year = last_closed(today, organisation.financial_year_ends_in)
        period = financial_year(year, organisation.financial_year_ends_in)
        deadline = filing_deadline(period.last)
        if today <= deadline + REMINDED_AFTER and not declaration_of(organisation, period).is_empty:
            yield Reminder(organisation=organisation, year=year, deadline=deadline, is_late=today > deadline)
