from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donors.campaigns.regimes import OrganisationRegime
from donors.receipts.tax.law import NoRule, TaxRegime
from donors.receipts.tax.reduction import (
    Household,
    company_base,
    company_base_cents,
    company_regime,
    cost_after_tax_cents,
    estimate,
    reduction_cents,
    rule_for,
)

TODAY = date(2027, 6, 12)
BEFORE, AFTER = date(2025, 10, 13), date(2025, 10, 14)
DAY = timedelta(days=1)

# The table of the law, written a second time and by hand: regime, first day, last day, rate, ceiling, beyond.
EURO = 100
WRITTEN_TWICE = [
    ("general", date(2005, 1, 1), None, 66, None, 66),
    ("aid", date(2012, 1, 1), date(2013, 12, 31), 75, 521 * EURO, 66),
    ("aid", date(2014, 1, 1), date(2014, 12, 31), 75, 526 * EURO, 66),
    ("aid", date(2015, 1, 1), date(2015, 12, 31), 75, 529 * EURO, 66),
    ("aid", date(2016, 1, 1), date(2016, 12, 31), 75, 530 * EURO, 66),
    ("aid", date(2017, 1, 1), date(2017, 12, 31), 75, 531 * EURO, 66),
    ("aid", date(2018, 1, 1), date(2018, 12, 31), 75, 537 * EURO, 66),
    ("aid", date(2019, 1, 1), date(2019, 12, 31), 75, 546 * EURO, 66),
    ("aid", date(2020, 1, 1), date(2025, 10, 13), 75, 1_000 * EURO, 66),
    ("aid", date(2025, 10, 14), None, 75, 2_000 * EURO, 66),
    ("notre_dame", date(2019, 4, 16), date(2019, 12, 31), 75, 1_000 * EURO, 66),
    ("worship", date(2021, 6, 2), date(2021, 12, 31), 75, 554 * EURO, 66),
    ("worship", date(2022, 1, 1), date(2022, 12, 31), 75, 562 * EURO, 66),
    ("religious_heritage", date(2023, 9, 15), date(2025, 12, 31), 75, 1_000 * EURO, 66),
    ("mayotte", date(2024, 12, 17), date(2025, 5, 17), 75, 1_000 * EURO, 66),
    ("violence_victims", date(2025, 2, 15), date(2025, 10, 13), 75, 1_000 * EURO, 66),
    ("violence_victims", date(2025, 10, 14), None, 75, 2_000 * EURO, 66),
    # A gift of a company is read with the closing of the calendar year.
    ("company", date(2019, 1, 1), date(2019, 12, 31), 60, None, 60),
    ("company", date(2020, 1, 1), None, 60, 2_000_000 * EURO, 40),
    ("company_aid", date(2019, 1, 1), None, 60, None, 60),
    ("wealth", date(2018, 1, 1), None, 75, None, 75),
]


def facts_on(regime: str, on: date) -> tuple[int, int | None, int] | None:
    try:
        rule = rule_for(regime, on)
    except NoRule:
        return None
    return rule.rate_percent, rule.ceiling_cents, rule.beyond_percent


@pytest.mark.parametrize(("regime", "first", "last", "rate", "ceiling", "beyond"), WRITTEN_TWICE)
def test_each_row_holds_from_its_first_to_its_last_day(
    regime: str, first: date, last: date | None, rate: int, ceiling: int | None, beyond: int
) -> None:
    expected = (rate, ceiling, beyond)

    assert facts_on(regime, first) == expected
    assert facts_on(regime, last or date(2040, 12, 31)) == expected
    assert facts_on(regime, first - DAY) != expected
    if last:
        assert facts_on(regime, last + DAY) != expected


@pytest.mark.parametrize(("regime", "first", "last", "rate", "ceiling", "beyond"), WRITTEN_TWICE)
@pytest.mark.parametrize("euros", [1, 50, 520, 1_500, 3_000, 2_500_000])
def test_the_sum_agrees_with_each_row(
    regime: str, first: date, last: date | None, rate: int, ceiling: int | None, beyond: int, euros: int
) -> None:
    """In whole euros the two parts have no fraction of a cent: a table on paper says the same."""
    cents = euros * EURO
    within = min(cents, ceiling or cents)
    on_paper = within // 100 * rate + (cents - within) // 100 * beyond
    if regime == "wealth":
        on_paper = min(on_paper, 50_000 * EURO)

    assert reduction_cents(cents, regime=regime, on=last or first) == on_paper
    assert cost_after_tax_cents(cents, regime=regime, on=first) == cents - on_paper


@pytest.mark.parametrize("regime", ["notre_dame", "worship", "religious_heritage", "mayotte"])
def test_a_special_rule_ends_and_nothing_takes_its_place(regime: str) -> None:
    with pytest.raises(NoRule, match=regime):
        rule_for(regime, TODAY)


def test_a_gift_of_50_euros_costs_17_and_12_50_where_people_are_helped() -> None:
    assert cost_after_tax_cents(5000, regime="general", on=TODAY) == 1700
    assert cost_after_tax_cents(5000, regime="aid", on=TODAY) == 1250


def test_the_aid_ceiling_doubles_on_14_october_2025() -> None:
    # 1 500 €: the first 1 000 € at 75 % and 500 € at 66 %; from the 14th on all of it at 75 %.
    assert reduction_cents(150_000, regime="aid", on=BEFORE) == 75_000 + 33_000
    assert reduction_cents(150_000, regime="aid", on=AFTER) == 112_500


@pytest.mark.parametrize(("on", "ceiling"), [(BEFORE, 100_000), (AFTER, 200_000)])
def test_the_last_euro_below_the_ceiling_counts_75_and_the_next_66(on: date, ceiling: int) -> None:
    at_ceiling = reduction_cents(ceiling, regime="aid", on=on)
    assert at_ceiling == ceiling * 75 // 100
    assert reduction_cents(ceiling + 100, regime="aid", on=on) == at_ceiling + 66


def test_a_company_saves_60_percent_up_to_two_million_and_40_beyond_except_where_people_are_helped() -> None:
    assert cost_after_tax_cents(10_000, regime=TaxRegime.COMPANY, on=TODAY) == 4000
    assert reduction_cents(200_000_100, regime=company_regime("general"), on=TODAY) == 120_000_040
    assert reduction_cents(200_000_100, regime=company_regime("aid"), on=TODAY) == 120_000_060


@pytest.mark.parametrize(
    ("closed_on", "turnover", "base"),
    [
        (date(2019, 12, 31), 0, 10_000),
        (date(2020, 12, 30), 1_000_000, 10_000),
        (date(2020, 12, 31), 1_000_000, 20_000),
        (date(2026, 6, 30), 4_000_000, 20_000),  # 5 ‰ are exactly the base
        (date(2026, 6, 30), 4_000_200, 20_001),
        (date(2026, 6, 30), 100_000_000, 500_000),
    ],
)
def test_a_company_counts_the_base_or_five_thousandths_of_its_turnover(
    closed_on: date, turnover: int, base: int
) -> None:
    assert company_base_cents(turnover * EURO, closed_on=closed_on) == base * EURO


def test_the_base_of_a_company_is_not_the_ceiling_of_its_rate() -> None:
    rule = rule_for(TaxRegime.COMPANY, TODAY)
    assert rule.ceiling_cents == 2_000_000 * EURO
    assert company_base(TODAY).base_cents == 20_000 * EURO


def test_there_is_no_base_for_a_year_closed_before_the_table_begins() -> None:
    with pytest.raises(NoRule, match="2019-12-30"):
        company_base_cents(0, closed_on=date(2019, 12, 30))


@pytest.mark.parametrize(
    ("euros", "saved"), [(1_000, 750), (60_000, 45_000), (66_668, 50_000), (10**6, 50_000)]
)
def test_the_wealth_tax_gives_back_50_000_euros_at_most(euros: int, saved: int) -> None:
    assert reduction_cents(euros * EURO, regime=TaxRegime.WEALTH, on=TODAY) == saved * EURO


@pytest.mark.parametrize(("cents", "cost"), [(1, 1), (2, 1), (3, 2), (101, 35), (0, 0)])
def test_the_cost_is_rounded_up_so_that_no_promise_is_too_high(cents: int, cost: int) -> None:
    assert cost_after_tax_cents(cents, regime="general", on=TODAY) == cost


IN_FORCE_TODAY = ["general", "aid", "violence_victims", "company", "company_aid", "wealth"]


@given(st.integers(min_value=0, max_value=10**11), st.sampled_from(IN_FORCE_TODAY))
def test_cost_and_reduction_add_up_to_the_gift(cents: int, regime: str) -> None:
    cost = cost_after_tax_cents(cents, regime=regime, on=TODAY)
    assert type(cost) is int
    assert 0 <= cost <= cents
    assert cost + reduction_cents(cents, regime=regime, on=TODAY) == cents


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(IN_FORCE_TODAY))
def test_a_larger_gift_never_costs_less(cents: int, regime: str) -> None:
    one = cost_after_tax_cents(cents, regime=regime, on=TODAY)
    assert cost_after_tax_cents(cents + 1, regime=regime, on=TODAY) >= one


@pytest.mark.parametrize(
    ("regime", "on"),
    [("general", date(2004, 12, 31)), ("aid", date(2011, 12, 31)), ("company", date(2018, 12, 31))],
)
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
    for regime in OrganisationRegime.Regime:
        assert rule_for(regime, TODAY).rate_percent in {66, 75}


# Households, in euros: given (aid, general, carried), income, what comes back, what is carried on.
@pytest.mark.parametrize(
    ("aid", "general", "carried", "income", "back", "left"),
    [
        (0, 500, 0, 30_000, 330, 0),
        (2_000, 0, 0, 30_000, 1_500, 0),
        (2_500, 0, 0, 30_000, 1_500 + 330, 0),  # 500 € above the ceiling count as general
        (2_000, 10_000, 0, 30_000, 1_500 + 3_960, 4_000),  # 20 % of the income are 6 000 €
        (0, 5_000, 4_000, 30_000, 3_960, 3_000),  # what was carried counts after the year's own
        (1_000, 1_000, 0, 0, 750, 1_000),  # help to people is outside the share of income
    ],
)
def test_the_simulator_agrees_with_worked_households(
    aid: int, general: int, carried: int, income: int, back: int, left: int
) -> None:
    household = Household(
        aid_cents=aid * EURO,
        general_cents=general * EURO,
        carried_cents=carried * EURO,
        taxable_income_cents=income * EURO,
    )

    found = estimate(household, on=TODAY)

    assert (found.reduction_cents, found.carried_cents) == (back * EURO, left * EURO)


def test_the_simulator_follows_the_ceiling_of_the_day() -> None:
    household = Household(aid_cents=150_000, taxable_income_cents=3_000_000)

    assert estimate(household, on=BEFORE).reduction_cents == 75_000 + 33_000
    assert estimate(household, on=AFTER).reduction_cents == 112_500


def test_a_single_gift_is_announced_as_the_simulator_would_for_a_rich_household() -> None:
    household = Household(aid_cents=123_457, taxable_income_cents=10**10)

    found = estimate(household, on=TODAY).reduction_cents

    assert found == reduction_cents(123_457, regime="aid", on=TODAY)
