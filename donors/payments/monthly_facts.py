"""What Stripe says of a monthly gift, in plain values. Amounts in cents, moments in UTC."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionFacts:
    """A subscription as Stripe shows it now. That it is active does not say that a month was paid."""

    subscription_id: str
    customer_id: str
    monthly_uuid: str
    livemode: bool
    currency: str
    status: str
    item_id: str
    amount_cents: int
    started_at: datetime
    next_debit_at: datetime | None
    paused: bool = False
    resumes_at: datetime | None = None
    ends_at_period_end: bool = False
    ended_at: datetime | None = None
    end_reason: str = ""  # cancellation_requested, payment_failed, payment_disputed
    card_last4: str = ""
    card_expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceFacts:
    """One month of a subscription: what is asked for, how often it was tried, and by which payment."""

    invoice_id: str
    first: bool  # the month with which the subscription began
    status: str  # draft, open, paid, void, uncollectible
    amount_cents: int
    created_at: datetime
    paid_at: datetime | None
    tries: int
    next_try_at: datetime | None
    page_url: str  # where the donor can pay it, or confirm the payment at the bank
    intent_id: str
    intent_state: str = ""  # only read while no payment of the invoice went through
    paid_intents: tuple[str, ...] = ()  # those that went through: one, unless somebody did otherwise

    @property
    def money_moves(self) -> bool:
        """Paid, or on its way from a bank: from then on the month is a gift of its own."""
        paid = self.status == "paid" and bool(self.paid_intents)
        moving = paid or (self.status == "open" and self.intent_state == "processing")
        return moving and self.amount_cents > 0

    @property
    def paid_outside(self) -> bool:
        """Somebody said at the Dashboard that it is paid, and Stripe saw no money."""
        return self.status == "paid" and self.amount_cents > 0 and not self.paid_intents

    @property
    def owed(self) -> bool:
        """A debit was tried and refused, and the money is still expected."""
        return self.status == "open" and self.tries > 0 and self.intent_state != "processing"
