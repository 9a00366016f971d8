"""What Stripe says of its balance and of the transfers to the bank, in plain values. Amounts in cents."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class BalanceLine:
    """One balance transaction. docs.stripe.com/reports/balance-transaction-types"""

    transaction_id: str
    type: str
    reporting_category: str
    amount_cents: int
    fee_cents: int
    net_cents: int
    created_at: datetime
    source_id: str = ""
    intent_id: str = ""  # the payment that it belongs to, if it belongs to one
    gift_uuid: str = ""  # the gift that its object names, if this site made the object


@dataclass(frozen=True, kw_only=True)
class PayoutFacts:
    """A transfer to the bank as Stripe shows it now."""

    payout_id: str
    amount_cents: int
    currency: str
    livemode: bool
    status: str  # pending, in_transit, paid, failed, canceled
    automatic: bool
    complete: bool  # Stripe can list everything that is in it
    created_at: datetime
    arrives_on: date
    transaction_id: str = ""
    failure: str = ""
    failure_transaction_id: str = ""

    @property
    def came_back(self) -> bool:
        return self.status in {"failed", "canceled"}

    @property
    def under_way(self) -> bool:
        """It has left Stripe's balance, and the bank has not said yes yet."""
        return self.status in {"pending", "in_transit"}
