"""Where Django finds the tables of every subject. Code imports them from their own folder."""

from donors.campaigns.models import Campaign, GiftPreset, Goal, Organisation
from donors.campaigns.regimes import OrganisationRegime
from donors.gifts.events import DonationEvent, MonthlyGiftEvent
from donors.gifts.models import Donation, LedgerEntry, SupportMessage
from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.gifts.returns import Dispute, Refund
from donors.letters.models import Letter
from donors.payments.gate.models import AttackEpisode, AttackStep, GateEvent, GivingPause
from donors.payments.models import Alarm, CheckoutAttempt, StripeCustomer, StripeEvent, SweepCursor
from donors.payments.payout_models import Payout, PayoutLine
from donors.people.models import ConsentRecord, Donor
from donors.receipts.events import ReceiptEvent
from donors.receipts.models import Receipt, ReceiptDocument, ReceiptLine, ReceiptSeries
from donors.receipts.run_models import ReceiptRun, ReceiptRunItem

__all__ = [
    "Alarm",
    "AttackEpisode",
    "AttackStep",
    "Campaign",
    "CheckoutAttempt",
    "ConsentRecord",
    "Dispute",
    "Donation",
    "DonationEvent",
    "Donor",
    "GateEvent",
    "GiftPreset",
    "GivingPause",
    "Goal",
    "LedgerEntry",
    "Letter",
    "MonthlyGift",
    "MonthlyGiftEvent",
    "MonthlyRequest",
    "Organisation",
    "OrganisationRegime",
    "Payout",
    "PayoutLine",
    "Receipt",
    "ReceiptDocument",
    "ReceiptEvent",
    "ReceiptLine",
    "ReceiptRun",
    "ReceiptRunItem",
    "ReceiptSeries",
    "Refund",
    "StripeCustomer",
    "StripeEvent",
    "SupportMessage",
    "SweepCursor",
]
