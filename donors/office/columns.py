"""Columns of the office's lists."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from wagtail.admin.ui.tables import Column

from donors.campaigns.models import local_day
from donors.money import format_euros


def euros_column(name: str, label: str, *, sort_key: str | None = None) -> Column:
    """An amount of cents, e.g. "50 €"."""

    def amount(row: Any) -> str:
        cents: int | None = getattr(row, name)
        return "" if cents is None else format_euros(cents)

    return Column(name, label=label, accessor=amount, sort_key=sort_key, classname="office-amount")


def day_column(name: str, label: str) -> Column:
    """A day, or the day in Paris of a moment; sortable."""

    def day(row: Any) -> str:
        return written_day(getattr(row, name))

    return Column(name, label=label, accessor=day, sort_key=name)


def text_column(
    name: str, label: str, accessor: Callable[[Any], str] | str, *, sort_key: str | None = None
) -> Column:
    return Column(name, label=label, accessor=accessor, sort_key=sort_key)


def written_day(value: date | datetime | None) -> str:
    day = local_day(value) if isinstance(value, datetime) else value
    return f"{day:%d/%m/%Y}" if day else ""
