"""Identifiers in Stripe's form, long enough that nobody guesses one."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits
LENGTHS = {"cs_test": 58, "cus": 14, "prod": 14, "acct": 16, "req": 14}


def new_id(prefix: str) -> str:
    length = LENGTHS.get(prefix, 24)
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(length))}"
