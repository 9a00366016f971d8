"""What one gift hands on to the next one of the same donor."""

from typing import Any

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift

_COLUMNS = ("donor", "campaign", "livemode", "wants_receipt", "anonymous", "source")


def carried_over(given: Donation | MonthlyGift) -> dict[str, Any]:
    """Who gives, for what, in which mode, and how they want it treated; the amount is each row's own."""
    return {name: getattr(given, name) for name in _COLUMNS}
