"""What a gift costs after tax. Pure sums over the dated rows, in whole cents.

The reduction is rounded down and the cost up, so that no promise is too high."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from donors.receipts.tax.law import (
    KEYED_ON_THE_CLOSING,
    CompanyBase,
    Counterpart,
    NoRule,
    Rule,
    TaxRegime,
)
from donors.receipts.tax.rows import COMPANY_BASES, RULES

_AID_CEILING = frozenset({TaxRegime.AID, TaxRegime.VIOLENCE_VICTIMS})


def in_force[Row: (Rule, CompanyBase, Counterpart)](rows: Iterable[Row], on: date) -> Row | None:
    """The row of this day: the latest that began and has not ended."""
    return max((row for row in rows if row.holds(on)), key=lambda row: row.starts_on, default=None)


def rule_for(regime: str, on: date) -> Rule:
    """The row in force on the day of the gift. Raises NoRule.

    A company's rows follow the closing of its financial year; ours is a guess, the calendar year's."""
    day = date(on.year, 12, 31) if regime in KEYED_ON_THE_CLOSING else on
    rule = in_force([rule for rule in RULES if rule.regime == regime], day)
    if rule is None:
        raise NoRule(f"no tax rule for {regime!r} on {on}")
    return rule


def company_regime(regime: str) -> TaxRegime:
    """The row that a company reads which gives to a body of this regime."""
    return TaxRegime.COMPANY_AID if regime in _AID_CEILING else TaxRegime.COMPANY


def reduction_cents(amount_cents: int, *, regime: str, on: date) -> int:
    """At most this much tax is saved by this one gift, if the donor pays as much tax.

    Raises NoRule, ValueError below zero."""
    if amount_cents < 0:
        raise ValueError(f"no reduction for {amount_cents} cents")
    return _reduction(amount_cents, rule_for(regime, on))


def cost_after_tax_cents(amount_cents: int, *, regime: str, on: date) -> int:
    """What the gift really costs, in cents: Raises NoRule, ValueError.

    An estimate, "sous réserve d’être imposable"."""
    return amount_cents - reduction_cents(amount_cents, regime=regime, on=on)


def _reduction(amount_cents: int, rule: Rule) -> int:
    within = amount_cents if rule.ceiling_cents is None else min(amount_cents, rule.ceiling_cents)
    reduction = (within * rule.rate_percent + (amount_cents - within) * rule.beyond_percent) // 100
    return reduction if rule.most_cents is None else min(reduction, rule.most_cents)


def company_base(closed_on: date) -> CompanyBase:
    """The row for a financial year that closes on this day. Raises NoRule before 31 December 2019."""
    base = in_force(COMPANY_BASES, closed_on)
    if base is None:
        raise NoRule(f"no base of art. 238 bis for a financial year that closes on {closed_on}")
    return base


def company_base_cents(turnover_cents: int, *, closed_on: date) -> int:
    """How much of its gifts a company with this turnover (without VAT) counts in that year. Raises NoRule."""
    base = company_base(closed_on)
    return max(base.base_cents, turnover_cents * base.turnover_per_thousand // 1000)


@dataclass(frozen=True, kw_only=True)
class Household:
    """The gifts of one tax household in one year, and its taxable income. `carried_cents` is what earlier
    years gave beyond the share of income that counts."""

    aid_cents: int = 0
    general_cents: int = 0
    carried_cents: int = 0
    taxable_income_cents: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """`carried_cents` is left for the next years: five of them for each gift."""

    reduction_cents: int
    carried_cents: int


def estimate(household: Household, *, on: date) -> Estimate:
    """The reference simulator: what the tax office would give back for this year. Raises NoRule.

    What helps people in difficulty counts up to the ceiling at its own rate, outside the share of income; all
    the rest counts within that share. Gifts on both sides of 14 October 2025 share a ceiling in a way that
    no source tells: ask with the day of the last one, and say that it is an estimate."""
    aid, general = rule_for(TaxRegime.AID, on), rule_for(TaxRegime.GENERAL, on)
    if aid.ceiling_cents is None or general.income_percent is None:
        raise NoRule(f"the rows of {on} lack a ceiling or a share of the income")
    favoured = min(household.aid_cents, aid.ceiling_cents)
    rest = household.general_cents + household.aid_cents - favoured + household.carried_cents
    counted = min(rest, household.taxable_income_cents * general.income_percent // 100)
    reduction = (favoured * aid.rate_percent + counted * general.rate_percent) // 100
    return Estimate(reduction_cents=reduction, carried_cents=rest - counted)
