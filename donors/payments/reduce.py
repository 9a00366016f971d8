"""The pure rules: what a donation, a refund and a dispute become, given what Stripe says now.

No clock, no database, no event payload: any order and any number of calls end in the same state."""

from donors.gifts.models import Donation, Status
from donors.gifts.returns import Dispute, Refund
from donors.gifts.status import ALLOWED_MOVES
from donors.payments.facts import PaymentFacts


def contradicts(donation: Donation, facts: PaymentFacts, *, asked_for: str, asked_cents: int) -> str:
    """Why this cannot be the payment that we asked for, in one sentence; empty if it can.

    `asked_for` is the gift's uuid when the page was opened; empty for a payment without a page of ours."""
    if facts.livemode != donation.livemode:
        return f"livemode is {facts.livemode}, ours {donation.livemode}"
    if facts.currency != donation.currency:
        return f"currency is {facts.currency!r}, ours {donation.currency!r}"
    if facts.donation_uuid != asked_for:
        return f"the session belongs to {facts.donation_uuid or 'nobody'}"
    if facts.amount_cents != asked_cents:
        return f"amount is {facts.amount_cents} cents, ours {asked_cents}"
    return ""


def next_status(current: Status, facts: PaymentFacts) -> Status:
    """The status that follows. What the state machine has no move for changes nothing."""
    wanted = _told(current, facts)
    return wanted if wanted is not None and wanted in ALLOWED_MOVES[current] else current


def _told(current: Status, facts: PaymentFacts) -> Status | None:
    """What Stripe says; None for a state that this code does not know."""
    if facts.is_paid:
        return Status.SUCCEEDED
    if facts.taken_back is not None and current == Status.SUCCEEDED:
        return Status.REVERSED
    if facts.intent_state == "processing":
        return Status.PROCESSING
    if facts.state == "expired":
        return Status.EXPIRED
    if facts.state == "open":
        return Status.OPEN
    if facts.intent_state == "canceled":
        return Status.CANCELED
    if facts.intent_state in {"requires_payment_method", "requires_action"}:
        return Status.FAILED
    return None


_REFUND = {status.value: status for status in Refund.Status}
_DISPUTE = {
    "warning_needs_response": Dispute.Stage.INQUIRY,
    "warning_under_review": Dispute.Stage.INQUIRY,
    "warning_closed": Dispute.Stage.CLOSED,
    "needs_response": Dispute.Stage.OPEN,
    "under_review": Dispute.Stage.OPEN,
    "appeal_needs_response": Dispute.Stage.OPEN,
    "appeal_under_review": Dispute.Stage.OPEN,
    "appeal_won": Dispute.Stage.WON,
    "appeal_lost": Dispute.Stage.LOST,
    "won": Dispute.Stage.WON,
    "lost": Dispute.Stage.LOST,
    "prevented": Dispute.Stage.PREVENTED,
}


def refund_status(current: Refund.Status, told: str) -> Refund.Status:
    """A word of Stripe's that we do not know leaves the refund on its way, or as it is."""
    if told in _REFUND:
        return _REFUND[told]
    return Refund.Status.PENDING if current == Refund.Status.REQUESTED else current


def dispute_stage(current: Dispute.Stage | None, told: str) -> Dispute.Stage:
    """A word that we do not know counts as an open dispute: the careful reading, and a person looks."""
    return _DISPUTE.get(told) or current or Dispute.Stage.OPEN
