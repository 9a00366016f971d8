"""What we ask Stripe for and what it says of it, in plain values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CheckoutOrder:
    """What we ask Stripe for: one page on which one gift is paid, and where it leads afterwards."""

    donation_uuid: str
    amount_cents: int
    email: str
    product_name: str
    expires_at: datetime
    success_url: str
    cancel_url: str


@dataclass(frozen=True, kw_only=True)
class FeeFacts:
    """What Stripe kept of a charge; it arrives some time after the payment."""

    transaction_id: str
    fee_cents: int
    booked_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckoutFacts:
    """A session as Stripe shows it now. Amounts in cents; ids are empty where there is no object yet."""

    session_id: str
    url: str
    state: str  # open, complete, expired
    payment_state: str  # paid, unpaid, no_payment_required
    amount_cents: int
    currency: str
    livemode: bool
    donation_uuid: str
    intent_id: str = ""
    intent_state: str = ""
    charge_id: str = ""
    charged_at: datetime | None = None
    method: str = ""
    fee: FeeFacts | None = None

    @property
    def is_paid(self) -> bool:
        return self.charged_at is not None and (
            self.payment_state == "paid" or self.intent_state == "succeeded"
        )
