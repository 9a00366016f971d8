"""Where Django finds the tables of every subject. Code imports them from their own folder."""

from donors.campaigns.models import Campaign, GiftPreset, Goal, Organisation
from donors.gifts.models import Donation, DonationEvent, LedgerEntry, SupportMessage
from donors.letters.models import Letter
from donors.payments.models import CheckoutAttempt, StripeEvent
from donors.people.models import ConsentRecord, Donor
from donors.receipts.models import Receipt, ReceiptDocument, ReceiptLine, ReceiptSeries

__all__ = [
    "Campaign",
    "CheckoutAttempt",
    "ConsentRecord",
    "Donation",
    "DonationEvent",
    "Donor",
    "GiftPreset",
    "Goal",
    "LedgerEntry",
    "Letter",
    "Organisation",
    "Receipt",
    "ReceiptDocument",
    "ReceiptLine",
    "ReceiptSeries",
    "StripeEvent",
    "SupportMessage",
]
