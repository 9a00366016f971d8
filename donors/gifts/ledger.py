"""Booking: each fact becomes one signed line of cents, once. Corrections reverse, they never rewrite."""

from datetime import datetime
from typing import Any

from donors.gifts.models import Donation, LedgerEntry


def book_gift(donation: Donation, *, charge_id: str, occurred_at: datetime, at: datetime) -> bool:
    """Book the money that came in, gross of fees. Idempotent on the charge; False if it stood already."""
    return _book(
        donation,
        f"gift:{charge_id}",
        kind=LedgerEntry.Kind.GIFT,
        amount_cents=donation.amount_cents,
        occurred_at=occurred_at,
        booked_at=at,
    )


def book_fee(
    donation: Donation, *, transaction_id: str, fee_cents: int, occurred_at: datetime, at: datetime
) -> bool:
    """Book what Stripe kept, as a negative line. Idempotent on the balance transaction; no fee, no line."""
    if fee_cents == 0:
        return False
    return _book(
        donation,
        f"fee:{transaction_id}",
        kind=LedgerEntry.Kind.FEE,
        amount_cents=-fee_cents,
        occurred_at=occurred_at,
        booked_at=at,
    )


def _book(donation: Donation, key: str, **facts: Any) -> bool:
    _, created = LedgerEntry.objects.get_or_create(
        key=key, defaults={"donation": donation, "livemode": donation.livemode, **facts}
    )
    return created
