"""Cancel a receipt: its row and its number stay for ever, its gifts are free for a new one."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from donors.gifts.models import Donation
from donors.receipts.events import ReceiptEvent, note
from donors.receipts.models import Receipt


def cancel_receipt(receipt: Receipt, *, at: datetime, reason: str, actor: User | None = None) -> bool:
    """Cancel, with a reason of at most 300 characters; False and nothing changed if it was cancelled before.

    Locks the gifts on it, then the receipt: the order in which a receipt is issued. The passed object is
    brought up to date. Raises ValueError for a missing or too long reason."""
    reason = reason.strip()
    if not 1 <= len(reason) <= 300:
        raise ValueError("a receipt is cancelled with a reason of 1 to 300 characters")
    with transaction.atomic():
        gifts = Donation.objects.filter(receipt_lines__receipt=receipt).order_by("pk")
        list(gifts.select_for_update(of=("self",)).values_list("pk"))
        cancelled = Receipt.objects.filter(pk=receipt.pk, state=Receipt.State.ISSUED).update(
            state=Receipt.State.CANCELLED,
            suspended_at=None,
            cancelled_at=at,
            cancelled_by=actor,
            cancel_reason=reason,
        )
        receipt.lines.filter(live=True).update(live=False)
        if cancelled:
            note(receipt, ReceiptEvent.Kind.CANCELLED, at=at, because=reason, actor=actor)
    receipt.refresh_from_db()
    return bool(cancelled)
