from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donors.receipts.tax.counterpart import is_too_much_for_the_gift, is_too_much_for_the_year, limits_on
from donors.receipts.tax.law import NoRule

TODAY = date(2027, 6, 12)


@pytest.mark.parametrize(
    ("first", "last", "cents"),
    [
        (date(2011, 1, 1), date(2015, 12, 31), 6_500),
        (date(2016, 1, 1), date(2020, 12, 31), 6_900),
        (date(2021, 1, 1), date(2025, 12, 31), 7_300),
        (date(2026, 1, 1), date(2030, 12, 31), 7_300),
    ],
)
def test_the_limit_of_the_year_is_the_one_of_its_five_years(first: date, last: date, cents: int) -> None:
    for day in (first, last):
        assert limits_on(day).yearly_cents == cents
        assert not is_too_much_for_the_year(cents, on=day)
        assert is_too_much_for_the_year(cents + 1, on=day)


def test_the_limit_from_2026_on_is_not_known_and_says_so() -> None:
    assert "n’a pas été trouvé" in limits_on(date(2026, 1, 1)).doubt
    assert limits_on(date(2025, 12, 31)).doubt == ""


def test_before_2011_nothing_is_known() -> None:
    with pytest.raises(NoRule, match="2010-12-31"):
        limits_on(date(2010, 12, 31))


@pytest.mark.parametrize(("gift", "most"), [(10_000, 2_500), (5_000, 1_250), (101, 25), (3, 0)])
def test_a_quarter_of_the_gift_may_come_back_and_no_cent_more(gift: int, most: int) -> None:
    assert not is_too_much_for_the_gift(most, gift_cents=gift, on=TODAY)
    assert is_too_much_for_the_gift(most + 1, gift_cents=gift, on=TODAY)


@given(st.integers(min_value=0, max_value=10**9))
def test_nothing_in_return_never_spoils_a_gift(gift: int) -> None:
    assert not is_too_much_for_the_gift(0, gift_cents=gift, on=TODAY)
