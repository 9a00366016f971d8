"""What Stripe keeps with a line of its balance, whatever the line is about."""

from datetime import datetime

from donors.gifts.ledger import book_fee
from donors.gifts.models import Donation
from donors.payments.facts import BalanceFacts, FeeFacts


def write_fee(donation: Donation, line: FeeFacts | BalanceFacts | None, *, at: datetime) -> bool:
    """Book the fee of one line, once; False if there is no line yet, or no fee, or if it stood already."""
    if line is None:
        return False
    return book_fee(
        donation,
        transaction_id=line.transaction_id,
        fee_cents=line.fee_cents,
        occurred_at=line.booked_at,
        at=at,
    )
