"""Copies of a receipt that stands: the archived PDF once more. Who asked for one is noted."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from donors.receipts.document import read_document
from donors.receipts.events import ReceiptEvent, note
from donors.receipts.models import Receipt


class NotValid(Exception):
    """The receipt is cancelled or suspended: no copy of it leaves the house."""


def times_resent(receipt: Receipt) -> int:
    """How often somebody had it sent again: a form carries it, so that two clicks are not two letters."""
    return receipt.events.filter(kind=ReceiptEvent.Kind.RESENT).count()


def resend_receipt(receipt: Receipt, *, seen: int, at: datetime, actor: User) -> bool:
    """Have the archived bytes sent once more; the letter follows. False if `seen` is not how often it was
    sent again by now: somebody was faster, or pressed twice.

    Locks the receipt. Raises NotValid, TamperedDocument, ReceiptDocument.DoesNotExist."""
    read_document(receipt)  # bytes that are not ours any more must not even be promised
    with transaction.atomic():
        locked = _lock_valid(receipt)
        if times_resent(locked) != seen:
            return False
        note(locked, ReceiptEvent.Kind.RESENT, at=at, because="le PDF archivé, inchangé", actor=actor)
    return True


def _lock_valid(receipt: Receipt) -> Receipt:
    locked = Receipt.objects.select_for_update(of=("self",)).select_related("series").get(pk=receipt.pk)
    if not locked.is_valid:
        raise NotValid(f"receipt {locked.full_number}: {locked.standing}")
    return locked
