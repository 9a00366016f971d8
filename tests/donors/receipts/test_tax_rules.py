from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donors.campaigns.models import Organisation
from donors.receipts.tax_rules import (
    RULES,
    NoRule,
    TaxRegime,
    cost_after_tax_cents,
    reduction_cents,
    reduction_rate_percent,
    rule_for,
)

TODAY = date(2027, 6, 12)
BEFORE, AFTER = date(2025, 10, 13), date(2025, 10, 14)


def test_a_gift_of_50_euros_costs_17() -> None:
    assert cost_after_tax_cents(5000, regime=Organisation.Regime.GENERAL, on=TODAY) == 1700


def test_the_same_gift_to_a_body_that_feeds_people_costs_12_euros_50() -> None:
    assert cost_after_tax_cents(5000, regime=Organisation.Regime.AID, on=TODAY) == 1250


def test_the_rate_that_a_page_announces_is_the_one_of_the_day() -> None:
    assert reduction_rate_percent("general", TODAY) == 66
    assert reduction_rate_percent("aid", TODAY) == 75
    assert reduction_rate_percent("company", TODAY) == 60


def test_the_aid_ceiling_doubles_on_14_october_2025() -> None:
    # 1 500 €: the first 1 000 € at 75 % and 500 € at 66 %; from the 14th on all of it at 75 %.
    assert reduction_cents(150_000, regime="aid", on=BEFORE) == 75_000 + 33_000
    assert reduction_cents(150_000, regime="aid", on=AFTER) == 112_500


@pytest.mark.parametrize(("on", "ceiling"), [(BEFORE, 100_000), (AFTER, 200_000)])
def test_the_last_euro_below_the_ceiling_counts_75_and_the_next_66(on: date, ceiling: int) -> None:
    at_ceiling = reduction_cents(ceiling, regime="aid", on=on)
    assert at_ceiling == ceiling * 75 // 100
    assert reduction_cents(ceiling + 100, regime="aid", on=on) == at_ceiling + 66


def test_a_company_saves_60_percent_up_to_two_million_and_40_beyond() -> None:
    assert cost_after_tax_cents(10_000, regime=TaxRegime.COMPANY, on=TODAY) == 4000
    assert reduction_cents(200_000_100, regime=TaxRegime.COMPANY, on=TODAY) == 120_000_040


@pytest.mark.parametrize(("cents", "cost"), [(1, 1), (2, 1), (3, 2), (101, 35), (0, 0)])
def test_the_cost_is_rounded_up_so_that_no_promise_is_too_high(cents: int, cost: int) -> None:
    assert cost_after_tax_cents(cents, regime="general", on=TODAY) == cost


@given(st.integers(min_value=0, max_value=10**11), st.sampled_from(list(TaxRegime)))
def test_cost_and_reduction_add_up_to_the_gift(cents: int, regime: TaxRegime) -> None:
    cost = cost_after_tax_cents(cents, regime=regime, on=TODAY)
    assert type(cost) is int
    assert 0 <= cost <= cents
    assert cost + reduction_cents(cents, regime=regime, on=TODAY) == cents


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(list(TaxRegime)))
def test_a_larger_gift_never_costs_less(cents: int, regime: TaxRegime) -> None:
    one = cost_after_tax_cents(cents, regime=regime, on=TODAY)
    assert cost_after_tax_cents(cents + 1, regime=regime, on=TODAY) >= one


@pytest.mark.parametrize(("regime", "on"), [("general", date(2004, 12, 31)), ("aid", date(2019, 12, 31))])
def test_a_day_before_the_first_row_has_no_rule(regime: str, on: date) -> None:
    with pytest.raises(NoRule, match=str(on.year)):
        rule_for(regime, on)


def test_an_unknown_regime_has_no_rule() -> None:
    with pytest.raises(NoRule, match="'lottery'"):
        cost_after_tax_cents(5000, regime="lottery", on=TODAY)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 cents"):
        cost_after_tax_cents(-1, regime="general", on=TODAY)


def test_every_regime_of_an_organisation_has_a_rule_today() -> None:
    for regime in Organisation.Regime:
        assert rule_for(regime, TODAY).rate_percent in {66, 75}


def test_every_row_names_its_source_and_when_it_was_checked() -> None:
    for rule in RULES:
        assert "CGI art." in rule.source
        assert rule.checked_on >= rule.starts_on
        assert 0 < rule.beyond_percent <= rule.rate_percent < 100


def test_no_two_rows_of_a_regime_begin_on_the_same_day() -> None:
    keys = [(rule.regime, rule.starts_on) for rule in RULES]
    assert len(keys) == len(set(keys))
