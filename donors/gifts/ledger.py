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
    """Book what Stripe kept (or, below zero, gave back). Idempotent on the balance transaction.

    No fee, no line. A fee that comes back reverses the gift's last one of that kind."""
    if fee_cents == 0:
        return False
    reverses = None if fee_cents > 0 else _standing(donation, LedgerEntry.Kind.FEE)
    return _book(
        donation,
        f"fee:{transaction_id}",
        kind=LedgerEntry.Kind.FEE,
        amount_cents=-fee_cents,
        reverses=reverses,
        occurred_at=occurred_at,
        booked_at=at,
    )


def book_refund(donation: Donation, *, key: str, cents: int, occurred_at: datetime, at: datetime) -> bool:
    """Book money that a refund took, as a negative line. Idempotent on `key` ("refund:re_…")."""
    return _book(
        donation,
        key,
        kind=LedgerEntry.Kind.REFUND,
        amount_cents=-cents,
        occurred_at=occurred_at,
        booked_at=at,
    )


def book_dispute(
    donation: Donation, *, transaction_id: str, cents: int, occurred_at: datetime, at: datetime
) -> bool:
    """Book what a dispute took (below zero) or gave back. Idempotent on the balance transaction."""
    return _book(
        donation,
        f"dispute:{transaction_id}",
        kind=LedgerEntry.Kind.DISPUTE,
        amount_cents=cents,
        reverses=None if cents < 0 else _standing(donation, LedgerEntry.Kind.DISPUTE),
        occurred_at=occurred_at,
        booked_at=at,
    )


def book_account_fee(
    *, transaction_id: str, cents: int, livemode: bool, occurred_at: datetime, at: datetime
) -> LedgerEntry:
    """Book what Stripe took (below zero) or gave back for a product of its own, outside any gift.

    Idempotent on the balance transaction; answers the line."""
    entry, _ = LedgerEntry.objects.get_or_create(
        key=f"fee:{transaction_id}",
        defaults={
            "kind": LedgerEntry.Kind.FEE,
            "amount_cents": cents,
            "livemode": livemode,
            "occurred_at": occurred_at,
            "booked_at": at,
        },
    )
    return entry


def book_payout(*, key: str, cents: int, livemode: bool, occurred_at: datetime, at: datetime) -> LedgerEntry:
    """Book money that left Stripe for the bank (below zero). Idempotent on `key`; answers the line."""
    entry, _ = LedgerEntry.objects.get_or_create(
        key=key,
        defaults={
            "kind": LedgerEntry.Kind.PAYOUT,
            "amount_cents": cents,
            "livemode": livemode,
            "occurred_at": occurred_at,
            "booked_at": at,
        },
    )
    return entry


def reverse(key: str, *, by: str, occurred_at: datetime, at: datetime) -> bool:
    """Take one line back with a line of the opposite sign under the key `by`. Idempotent.

    False if there is no such line, or if it is taken back already."""
    line: LedgerEntry | None = LedgerEntry.objects.filter(key=key, reversed_by=None).first()
    if line is None:
        return False
    _, created = LedgerEntry.objects.get_or_create(
        key=by,
        defaults={
            "kind": line.kind,
            "donation": line.donation,
            "livemode": line.livemode,
            "amount_cents": -line.amount_cents,
            "reverses": line,
            "occurred_at": occurred_at,
            "booked_at": at,
        },
    )
    return created


def _standing(donation: Donation, kind: LedgerEntry.Kind) -> LedgerEntry | None:
    """The gift's latest line of a kind that nothing reverses yet."""
    lines = LedgerEntry.objects.filter(donation=donation, kind=kind, reverses=None, reversed_by=None)
    return lines.order_by("occurred_at", "pk").last()


def _book(donation: Donation, key: str, **facts: Any) -> bool:
    _, created = LedgerEntry.objects.get_or_create(
        key=key, defaults={"donation": donation, "livemode": donation.livemode, **facts}
    )
    return created
