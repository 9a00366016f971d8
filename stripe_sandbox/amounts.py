"""Integer amounts in the currency's smallest unit, and the fee of a card payment."""

from typing import Any

from stripe_sandbox.errors import invalid_request

CURRENCIES = {"eur": "€", "gbp": "£", "usd": "$", "chf": "CHF "}
SMALLEST, LARGEST = 50, 99_999_999
FEE_PER_TEN_THOUSAND, FEE_FIXED = 150, 25


def check_currency(currency: str, *, param: str) -> str:
    if currency.lower() not in CURRENCIES:
        known = ", ".join(sorted(CURRENCIES))
        raise invalid_request(
            f"Invalid currency: {currency}. The sandbox knows these currencies: {known}", param=param
        )
    return currency.lower()


def check_unit_amount(amount: Any, *, param: str) -> int:
    """A whole number of cents of at most eight digits; zero is left to the check of the total."""
    if amount is None or amount == "":
        raise invalid_request(f"Missing required param: {param}.", param=param, code="parameter_missing")
    if amount < 0:
        raise invalid_request("Invalid non-negative integer", param=param, code="parameter_invalid_integer")
    if amount > LARGEST:
        raise invalid_request("Amount must be no more than €999,999.99", param=param, code="amount_too_large")
    return int(amount)


def check_total(total: int, currency: str) -> int:
    if total < SMALLEST:
        raise invalid_request(
            "The Checkout Session's total amount due must add up to at least"
            f" {english_amount(SMALLEST, currency)} {currency}",
            code="amount_too_small",
        )
    if total > LARGEST:
        raise invalid_request("Amount must be no more than €999,999.99", code="amount_too_large")
    return total


def card_fee(amount: int) -> int:
    """1.5 % of the amount, rounded half up, plus 25 cents."""
    return (amount * FEE_PER_TEN_THOUSAND + 5_000) // 10_000 + FEE_FIXED


def english_amount(amount: int, currency: str) -> str:
    return f"{CURRENCIES[currency]}{amount // 100:,}.{amount % 100:02}"


def french_amount(amount: int, currency: str) -> str:
    """1 234,50 € with the no-break spaces that French typography wants."""
    euros = f"{amount // 100:,}".replace(",", "\u202f")
    return f"{euros},{amount % 100:02}\u00a0{CURRENCIES[currency].strip()}"
