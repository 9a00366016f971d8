"""Months as Stripe counts them: from a day of the month, or from the last one when a month is too short."""

from calendar import monthrange
from datetime import UTC, datetime


def next_month(moment: int, anchor: int) -> int:
    """One month after `moment`, on the day and hour of `anchor`: 31 January, 28 February, 31 March."""
    then, wanted = datetime.fromtimestamp(moment, UTC), datetime.fromtimestamp(anchor, UTC)
    year, month = (then.year + 1, 1) if then.month == 12 else (then.year, then.month + 1)
    day = min(wanted.day, monthrange(year, month)[1])
    return int(wanted.replace(year=year, month=month, day=day).timestamp())
