"""Where the tax receipt of a gift stands, as a donor is told: in the letter and on the thank-you page."""

from enum import StrEnum

from donors.gifts.models import Donation
from donors.receipts.models import Receipt


class ReceiptStory(StrEnum):
    READY = "ready"
    BY_TREASURER = "by_treasurer"
    PREPARING = "preparing"
    NOT_WANTED = "not_wanted"


def live_receipt(donation: Donation) -> Receipt | None:
    """The gift's valid receipt, once its PDF is made. One query, which leaves the PDF where it is."""
    return (
        Receipt.objects.select_related("series")
        .filter(lines__donation=donation, lines__live=True, document__isnull=False)
        .first()
    )


def receipt_story(donation: Donation, receipt: Receipt | None) -> ReceiptStory:
    """What to say of it; `receipt` is what `live_receipt` found."""
    if receipt is not None:
        return ReceiptStory.READY
    if not donation.wants_receipt:
        return ReceiptStory.NOT_WANTED
    if donation.donor.is_organisation:
        return ReceiptStory.BY_TREASURER
    return ReceiptStory.PREPARING


def receipt_file_name(receipt: Receipt) -> str:
    return f"recu-fiscal-{receipt.full_number}.pdf"
