"""Which rows somebody should look at again: checked too long ago, or with a question left open."""

from datetime import date, timedelta

from donors.receipts.tax.law import KEYED_ON_THE_CLOSING, CompanyBase, Counterpart, Dated, Rule
from donors.receipts.tax.reduction import in_force
from donors.receipts.tax.rows import COMPANY_BASES, COUNTERPARTS, RULES

GOOD_FOR = timedelta(days=365)


def rows_in_force(on: date) -> list[Rule | CompanyBase | Counterpart]:
    """What the site applies to a gift of this day. Past rows are history: no change of law reaches them."""
    regimes = dict.fromkeys(rule.regime for rule in RULES)
    closing = date(on.year, 12, 31)
    found: list[Rule | CompanyBase | Counterpart | None] = [
        in_force(
            [rule for rule in RULES if rule.regime == regime],
            closing if regime in KEYED_ON_THE_CLOSING else on,
        )
        for regime in regimes
    ]
    found += [in_force(COMPANY_BASES, closing), in_force(COUNTERPARTS, on)]
    return [row for row in found if row is not None]


def is_stale(row: Dated, on: date) -> bool:
    return on > row.checked_on + GOOD_FOR


def rows_to_check(on: date) -> list[Rule | CompanyBase | Counterpart]:
    """Rows in force that were checked more than a year ago, or whose source left a doubt."""
    return [row for row in rows_in_force(on) if is_stale(row, on) or row.doubt]
