"""The signed link that opens one receipt's page, for a limited time. It stands in letters to the donor."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from donors.receipts.models import Receipt

LIFE = timedelta(days=90)
_SIGNER = Signer(salt="donors.receipts.page", sep=".")


class BadReceiptToken(Exception):
    """We never gave out this token."""


class ExpiredReceiptToken(Exception):
    """We gave it out, too long ago; it still says for which receipt."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(f"receipt {receipt.pk}")
        self.receipt = receipt


def receipt_token(receipt: Receipt, *, at: datetime) -> str:
    return _SIGNER.sign(f"{receipt.pk:x}-{int(at.timestamp()):x}")


def receipt_url(receipt: Receipt, *, at: datetime) -> str:
    """The whole address, for a letter that is written at this moment."""
    return f"{settings.SITE_URL}{reverse('receipt', args=[receipt_token(receipt, at=at)])}"


def read_receipt_token(token: str, *, at: datetime) -> Receipt:
    """The receipt that a token opens. One query. Raises BadReceiptToken, ExpiredReceiptToken."""
    try:
        pk, _, written = _SIGNER.unsign(token).partition("-")
        age = at.timestamp() - int(written, 16)
        receipt = Receipt.objects.select_related("series__organisation", "donor").get(pk=int(pk, 16))
    except (BadSignature, ValueError, Receipt.DoesNotExist) as error:
        raise BadReceiptToken from error
    if age > LIFE.total_seconds():
        raise ExpiredReceiptToken(receipt)
    return receipt
