"""Cents in, words out."""

import pytest

from stripe_sandbox.amounts import (
    card_fee,
    check_currency,
    check_total,
    check_unit_amount,
    english_amount,
    french_amount,
)
from stripe_sandbox.errors import StripeError


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (0, "0,00\u00a0€", "€0.00"),
        (5, "0,05\u00a0€", "€0.05"),
        (5000, "50,00\u00a0€", "€50.00"),
        (123_450, "1\u202f234,50\u00a0€", "€1,234.50"),
        (99_999_999, "999\u202f999,99\u00a0€", "€999,999.99"),
    ],
)
def test_cents_are_written_for_people(cents: int, french: str, english: str) -> None:
    assert french_amount(cents, "eur") == french
    assert english_amount(cents, "eur") == english


def test_the_fee_never_shrinks_with_the_amount() -> None:
    fees = [card_fee(amount) for amount in range(50, 20_000)]
    assert fees == sorted(fees)
    assert all(isinstance(fee, int) for fee in fees)


@pytest.mark.parametrize("currency", ["jpy", "euro", "", "xof"])
def test_a_currency_without_cents_is_refused(currency: str) -> None:
    with pytest.raises(StripeError) as caught:
        check_currency(currency, param="currency")
    assert caught.value.details["param"] == "currency"


def test_currencies_are_written_small() -> None:
    assert check_currency("EUR", param="currency") == "eur"


@pytest.mark.parametrize("amount", [None, "", -1, 100_000_000])
def test_an_amount_out_of_bounds_is_refused(amount: object) -> None:
    with pytest.raises(StripeError) as caught:
        check_unit_amount(amount, param="unit_amount")
    assert caught.value.status == 400


@pytest.mark.parametrize(("total", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")])
def test_a_total_out_of_bounds_is_refused(total: int, code: str) -> None:
    with pytest.raises(StripeError) as caught:
        check_total(total, "eur")
    assert caught.value.details["code"] == code
    assert caught.value.body("req_1")["error"]["request_log_url"].endswith("req_1?t=0")
