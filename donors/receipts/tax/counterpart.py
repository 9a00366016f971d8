"""Does what the donor got in return spoil the receipt? Pure; tokens (a vote, a thank-you) are worth 0.

Source: BOI-IR-RICI-250-20 for persons; the share alone for companies (CGI art. 238 bis, mécénat)."""

from datetime import date

from donors.receipts.tax.law import Counterpart, NoRule
from donors.receipts.tax.reduction import in_force
from donors.receipts.tax.rows import COUNTERPARTS


def limits_on(on: date) -> Counterpart:
    """The row of this day. Raises NoRule before 2011."""
    limits = in_force(COUNTERPARTS, on)
    if limits is None:
        raise NoRule(f"no limit for counterparts on {on}")
    return limits


def is_too_much_for_the_gift(counterpart_cents: int, *, gift_cents: int, on: date) -> bool:
    """More than the share of what is left of the gift. Compared without dividing: no cent is lost."""
    return counterpart_cents * 100 > gift_cents * limits_on(on).share_percent


def is_too_much_for_the_year(counterparts_cents: int, *, on: date) -> bool:
    """More than what one person may get back in the calendar year of this day, over all gifts together."""
    return counterparts_cents > limits_on(on).yearly_cents
