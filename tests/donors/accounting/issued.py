"""Receipts for tests that are not about rendering: issued for real, with a small file in the PDF's place."""

import hashlib
from datetime import datetime
from typing import Any

from django.utils import timezone

from donors.gifts.models import Donation
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptDocument
from tests.factories import a_paid_donation


def an_issued_receipt(*, at: datetime | None = None, gift: Donation | None = None, **over: Any) -> Receipt:
    """A receipt whose PDF is still to be made."""
    at = at or timezone.now()
    gift = gift or a_paid_donation(credited_at=at, **over)
    return issue_receipt(gift, at=at)


def a_stored_receipt(*, content: bytes = b"%PDF-1.7 a receipt", **over: Any) -> Receipt:
    receipt = an_issued_receipt(**over)
    ReceiptDocument.objects.create(
        receipt=receipt,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=receipt.issued_at,
    )
    return receipt


def a_tampered_receipt(**over: Any) -> Receipt:
    """Its stored bytes are not the ones that were hashed."""
    receipt = an_issued_receipt(**over)
    ReceiptDocument.objects.create(
        receipt=receipt, content=b"%PDF-1.7 forged", sha256="0" * 64, made_at=receipt.issued_at
    )
    return receipt
