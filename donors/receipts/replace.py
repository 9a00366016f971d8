"""Replace a receipt: cancel it and issue a new one over the same gifts, with today's name and address."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from donors.receipts.cancel import cancel_receipt
from donors.receipts.eligibility import NotReceiptable, obstacles_together
from donors.receipts.issue import Why, lock_gifts, write_receipt
from donors.receipts.models import Receipt


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
