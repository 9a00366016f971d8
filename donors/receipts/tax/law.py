"""The shapes of what tax law says: each row has its days, its source, and the day on which it was checked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class TaxRegime(StrEnum):
    """`general` and `aid` are the regimes of an Organisation; the special ones held for a time, for bodies
    that a law named. `company…` are for companies that give, to any body or to one that helps people in
    difficulty; `wealth` is the tax on real estate (IFI)."""

    GENERAL = "general"
    AID = "aid"
    NOTRE_DAME = "notre_dame"
    WORSHIP = "worship"
    RELIGIOUS_HERITAGE = "religious_heritage"
    MAYOTTE = "mayotte"
    VIOLENCE_VICTIMS = "violence_victims"
    COMPANY = "company"
    COMPANY_AID = "company_aid"
    WEALTH = "wealth"


# Their rows are keyed on the day on which the company's financial year closes, not on the gift's.
KEYED_ON_THE_CLOSING = frozenset({TaxRegime.COMPANY, TaxRegime.COMPANY_AID})


class NoRule(LookupError):
    """No row says what the law was for this on this day."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """Valid from `starts_on` until `ends_on`, or until the next row of its kind begins.

    `doubt` is a French sentence for the treasurer where the source leaves a question open."""

    starts_on: date
    ends_on: date | None = None
    source: str
    checked_on: date
    doubt: str = ""

    def holds(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True, kw_only=True)
class Rule(Dated):
    """`rate_percent` of a gift up to `ceiling_cents` (None: no ceiling), `beyond_percent` of what lies above.

    Ceilings count per tax household (companies: per company) and calendar year: we know one gift only.
    `most_cents` bounds the reduction itself; `income_percent` bounds what counts, as a share of the taxable
    income: no page knows that income, so it is said in words."""

    regime: TaxRegime
    rate_percent: int
    ceiling_cents: int | None = None
    beyond_percent: int
    most_cents: int | None = None
    income_percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class CompanyBase(Dated):
    """How much of its gifts a company may count in one financial year, keyed on the day it closes.

    The higher of the two: `base_cents`, or that many thousandths of its turnover without VAT."""

    base_cents: int
    turnover_per_thousand: int


@dataclass(frozen=True, kw_only=True)
class Counterpart(Dated):
    """What a donor may get in return before a gift is no gift any more.

    Worth `share_percent` of the gift at most, and for a person `yearly_cents` in one calendar year."""

    share_percent: int
    yearly_cents: int
