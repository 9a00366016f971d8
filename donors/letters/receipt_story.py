"""Where the tax receipt of a gift stands, as a donor is told: in the letter and on the thank-you page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef

from donors.campaigns.models import local_day
from donors.gifts.models import Donation
from donors.receipts.hold import automatic_receipt_at
from donors.receipts.models import Receipt, ReceiptDocument
from donors.receipts.wording import day_in_french


class ReceiptStory(StrEnum):
    READY = "ready"
    SUSPENDED = "suspended"
    GONE = "gone"
    LATER = "later"
    YEARLY = "yearly"
    BY_TREASURER = "by_treasurer"
    PREPARING = "preparing"
    NOT_WANTED = "not_wanted"


@dataclass(frozen=True, kw_only=True)
class ReceiptNews:
    """The story, the receipt that it is about, and the day on which one is to be expected, in French."""

    story: ReceiptStory
    receipt: Receipt | None = None
    expected_on: str = ""


def receipt_news(donation: Donation, *, at: datetime) -> ReceiptNews:
    """What to say of this gift's receipt now. One query, which leaves the PDF where it is."""
    receipt = latest_receipt(donation)
    if receipt is not None and (receipt.state == Receipt.State.CANCELLED or receipt.pdf_made):
        return ReceiptNews(story=_story_of(receipt), receipt=receipt)
    if not donation.wants_receipt:
        return ReceiptNews(story=ReceiptStory.NOT_WANTED)
    if donation.donor.is_organisation and not (donation.donor.siren and donation.donor.legal_form):
        return ReceiptNews(story=ReceiptStory.BY_TREASURER)
    if donation.monthly_gift_id is not None:
        return ReceiptNews(story=ReceiptStory.YEARLY)
    due_at = automatic_receipt_at(donation)
    if receipt is None and due_at is not None and due_at > at:
        return ReceiptNews(story=ReceiptStory.LATER, expected_on=day_in_french(local_day(due_at)))
    return ReceiptNews(story=ReceiptStory.PREPARING)


def latest_receipt(donation: Donation) -> Any:
    """The gift's valid receipt, else the last cancelled one; `pdf_made` says whether it has its PDF."""
    return (
        Receipt.objects.select_related("series")
        .defer("snapshot")
        .filter(lines__donation=donation)
        .annotate(pdf_made=Exists(ReceiptDocument.objects.filter(receipt=OuterRef("pk"))))
        .order_by("-lines__live", "-pk")
        .first()
    )


def _story_of(receipt: Receipt) -> ReceiptStory:
    if receipt.state == Receipt.State.CANCELLED:
        return ReceiptStory.GONE
    return ReceiptStory.SUSPENDED if receipt.is_suspended else ReceiptStory.READY


def receipt_file_name(receipt: Receipt) -> str:
    return f"recu-fiscal-{receipt.full_number}.pdf"
