"""What we ask Stripe for and what it says of it, in plain values. Amounts in cents, moments in UTC."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class CheckoutOrder:
    """What we ask Stripe for: one page on which one gift is paid, and where it leads afterwards.

    With a `monthly_uuid` the page begins a gift of each month, paid by the customer named."""

    donation_uuid: str
    amount_cents: int
    email: str
    monthly_uuid: str = ""
    customer_id: str = ""
    product_name: str
    expires_at: datetime
    success_url: str
    cancel_url: str


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """What we ask Stripe for: money of one payment back to its donor."""

    refund_uuid: str
    intent_id: str
    amount_cents: int


@dataclass(frozen=True, kw_only=True)
class FeeFacts:
    """What Stripe kept of a charge; it arrives some time after the payment."""

    transaction_id: str
    fee_cents: int
    booked_at: datetime
    available_at: datetime  # when the money of the charge may be paid out


@dataclass(frozen=True, kw_only=True)
class BalanceFacts:
    """One line of Stripe's balance: signed, before the fee that was taken with it."""

    transaction_id: str
    amount_cents: int
    fee_cents: int
    booked_at: datetime


@dataclass(frozen=True, kw_only=True)
class RefundFacts:
    """A refund as Stripe shows it now. `uuid` is ours when the office asked for it."""

    refund_id: str
    amount_cents: int
    state: str  # pending, requires_action, succeeded, failed, canceled
    created_at: datetime
    failure: str = ""
    uuid: str = ""
    booked: BalanceFacts | None = None
    given_back: BalanceFacts | None = None  # the refund failed or was canceled: the money is with us again


@dataclass(frozen=True, kw_only=True)
class DisputeFacts:
    """A dispute as Stripe shows it now, with the money that it took and gave back, oldest line first."""

    dispute_id: str
    amount_cents: int
    state: str
    reason: str
    opened_at: datetime
    answer_due_at: datetime | None = None
    lines: tuple[BalanceFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FraudWarning:
    """A card issuer's suspicion; `actionable` while the payment is neither refunded nor disputed."""

    intent_id: str
    actionable: bool


@dataclass(frozen=True, kw_only=True)
class PaymentFacts:
    """A payment as Stripe shows it now, with its payment page if it has one.

    Ids and words are empty where there is nothing yet."""

    amount_cents: int
    currency: str
    livemode: bool
    donation_uuid: str = ""
    session_id: str = ""
    url: str = ""
    state: str = ""  # of the page: open, complete, expired
    payment_state: str = ""  # of the page: paid, unpaid, no_payment_required
    subscription_id: str = ""  # what a page for a monthly gift has begun
    invoice_id: str = ""  # its first month
    intent_id: str = ""
    intent_state: str = ""
    charge_id: str = ""
    charged_at: datetime | None = None
    method: str = ""
    fee: FeeFacts | None = None
    failure: str = ""
    mandate_id: str = ""
    debit_expected_on: date | None = None
    taken_back: BalanceFacts | None = None  # the bank took it back after the charge had been booked
    went_back: bool = False  # something of it was refunded or disputed
    refunds: tuple[RefundFacts, ...] = ()
    disputes: tuple[DisputeFacts, ...] = ()
    # What earlier tries of the same payment left in the balance: refused debits keep their fees.
    earlier_tries: tuple[BalanceFacts | FeeFacts, ...] = ()

    @property
    def is_paid(self) -> bool:
        told = self.payment_state == "paid" or self.intent_state == "succeeded"
        return told and self.charged_at is not None and self.taken_back is None

    @property
    def was_paid(self) -> bool:
        """It had succeeded before the bank took it back: the payment page still says so."""
        return self.payment_state == "paid" and self.taken_back is not None


@dataclass(frozen=True, kw_only=True)
class EndpointFacts:
    """One address that Stripe sends events to. No version: it sends them in the account's."""

    endpoint_id: str
    url: str
    events: frozenset[str]  # may be {"*"}: all
    enabled: bool
    api_version: str

    def misses(self, events: frozenset[str]) -> frozenset[str]:
        return frozenset() if "*" in self.events else events - self.events
