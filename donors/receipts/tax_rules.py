"""What French tax law gives back to a donor: rates and ceilings as dated rows, keyed on the gift's day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class TaxRegime(StrEnum):
    """`general` and `aid` are the regimes of an Organisation; `company` is for companies that give."""

    GENERAL = "general"
    AID = "aid"
    COMPANY = "company"


class NoRule(LookupError):
    """No row says what the law was for this regime on this day."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the law, valid from `starts_on` until the next row of the same regime begins.

    `rate_percent` holds up to `ceiling_cents` (None: no ceiling), `beyond_percent` for what lies above it.
    The ceiling counts per tax household (companies: per company) and calendar year: we know one gift only."""

    regime: TaxRegime
    starts_on: date
    rate_percent: int
    ceiling_cents: int | None
    beyond_percent: int
    source: str
    checked_on: date


_CHECKED_ON = date(2026, 11, 22)

RULES: tuple[Rule, ...] = (
    Rule(
        regime=TaxRegime.GENERAL,
        starts_on=date(2005, 1, 1),
        rate_percent=66,
        ceiling_cents=None,
        beyond_percent=66,
        source="CGI art. 200-1 (within 20 % of the taxable income; the excess is carried for five years)",
        checked_on=_CHECKED_ON,
    ),
    Rule(
        regime=TaxRegime.AID,
        starts_on=date(2020, 1, 1),
        rate_percent=75,
        ceiling_cents=100_000,
        beyond_percent=66,
        source="CGI art. 200-1 ter; loi 2020-473 art. 14, made permanent by loi 2025-127 art. 6",
        checked_on=_CHECKED_ON,
    ),
    Rule(
        regime=TaxRegime.AID,
        starts_on=date(2025, 10, 14),
        rate_percent=75,
        ceiling_cents=200_000,
        beyond_percent=66,
        source="CGI art. 200-1 ter; loi 2026-103 art. 28, for gifts made from 14 October 2025",
        checked_on=_CHECKED_ON,
    ),
    Rule(
        regime=TaxRegime.COMPANY,
        starts_on=date(2020, 12, 31),
        rate_percent=60,
        ceiling_cents=200_000_000,
        beyond_percent=40,
        source="CGI art. 238 bis (within 20 000 € or 5 ‰ of the turnover)",
        checked_on=_CHECKED_ON,
    ),
)


def rule_for(regime: str, on: date) -> Rule:
    """The row in force on the day of the gift. Raises NoRule."""
    in_force = [rule for rule in RULES if rule.regime == regime and rule.starts_on <= on]
    if not in_force:
        raise NoRule(f"no tax rule for {regime!r} on {on}")
    return max(in_force, key=lambda rule: rule.starts_on)


def reduction_rate_percent(regime: str, on: date) -> int:
    """The rate that a page may announce, e.g. 66, for a gift below the ceiling. Raises NoRule."""
    return rule_for(regime, on).rate_percent


def reduction_cents(amount_cents: int, *, regime: str, on: date) -> int:
    """At most this much tax is saved by this one gift, if the donor pays as much tax.

    Rounded down to the cent, so that no promise is too high. Raises NoRule, ValueError below zero."""
    if amount_cents < 0:
        raise ValueError(f"no reduction for {amount_cents} cents")
    rule = rule_for(regime, on)
    within = amount_cents if rule.ceiling_cents is None else min(amount_cents, rule.ceiling_cents)
    return (within * rule.rate_percent + (amount_cents - within) * rule.beyond_percent) // 100


def cost_after_tax_cents(amount_cents: int, *, regime: str, on: date) -> int:
    """What the gift really costs, in cents: the gift less its tax reduction, so rounded up to the cent.

    50 € at 66 % costs 17 €. An estimate "sous réserve d’être imposable". Raises NoRule, ValueError."""
    return amount_cents - reduction_cents(amount_cents, regime=regime, on=on)
