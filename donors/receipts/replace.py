"""Replace a receipt: cancel it and issue a new one over the same gifts, with today's name and address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from donors.gifts.models import Donation
from donors.receipts.cancel import cancel_receipt
from donors.receipts.eligibility import Code, NotReceiptable, obstacles_together
from donors.receipts.issue import Why, lock_gifts, parts_of, write_receipt
from donors.receipts.models import Receipt
from donors.receipts.snapshot import build_snapshot


class NotLive(Exception):
    """Only a receipt that stands can be replaced."""


def replace_receipt(receipt: Receipt, *, at: datetime, reason: str, actor: User | None = None) -> Receipt:
    """The new receipt, which names the old one. Both happen or neither does: a refusal leaves the old one.

    Locks as everywhere: the gifts by their keys, the receipt, then the number series. Raises NotLive,
    NotReceiptable with everything that stands against it, ValueError for a missing or too long reason."""
    with transaction.atomic():
        gifts = lock_gifts(list(receipt.lines.values_list("donation", flat=True)))
        if not cancel_receipt(receipt, at=at, reason=reason, actor=actor):
            raise NotLive(f"receipt {receipt.full_number} is cancelled")
        if found := obstacles_together(gifts):
            raise NotReceiptable(found)
        why = Why(at=at, because=f"remplace le reçu n° {receipt.full_number}", actor=actor)
        return write_receipt(gifts, Receipt.Kind(receipt.kind), receipt, why)


def preview_replacement(receipt: Receipt, *, at: datetime) -> dict[str, Any]:
    """What the new receipt would say, without number and code. Writes nothing and locks nothing.

    Raises NotLive, and NotReceiptable with everything that stands against it."""
    if receipt.state != Receipt.State.ISSUED:
        raise NotLive(f"receipt {receipt.full_number} is cancelled")
    gifts = _gifts_of(receipt)
    # Its gifts are on it, and on no other: what it holds is free once it is cancelled.
    if found := [each for each in obstacles_together(gifts) if each.code != Code.RECEIPTED]:
        raise NotReceiptable(found)
    return build_snapshot(
        parts_of(gifts), at=at, kind=Receipt.Kind(receipt.kind), replaces=receipt.full_number
    )


def _gifts_of(receipt: Receipt) -> Sequence[Donation]:
    gifts = Donation.objects.select_related("donor", "campaign__organisation")
    return list(gifts.filter(receipt_lines__receipt=receipt).order_by("pk"))
