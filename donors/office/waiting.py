"""Gifts that wait for somebody: a receipt that was asked for and is not there."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from donors.gifts.models import Status
from donors.receipts.models import ReceiptLine


def waiting_for_receipt(gifts: QuerySet[Any]) -> QuerySet[Any]:
    """Paid, a receipt wanted, and none that is valid."""
    valid = ReceiptLine.objects.filter(donation=OuterRef("pk"), live=True)
    return gifts.filter(~Exists(valid), status=Status.SUCCEEDED, wants_receipt=True)
