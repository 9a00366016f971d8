"""The pure rule: what a donation becomes, given what it is and what Stripe says now.

No clock, no database, no event payload: any order and any number of calls end in the same state."""

from donors.gifts.models import Donation, Status
from donors.gifts.status import ALLOWED_MOVES
from donors.payments.facts import CheckoutFacts


def contradicts(donation: Donation, facts: CheckoutFacts, *, asked_cents: int) -> str:
    """Why Stripe's session cannot be the one that we asked for, in one sentence; empty if it can."""
    if facts.livemode != donation.livemode:
        return f"livemode is {facts.livemode}, ours {donation.livemode}"
    if facts.currency != donation.currency:
        return f"currency is {facts.currency!r}, ours {donation.currency!r}"
    if facts.donation_uuid != str(donation.uuid):
        return f"the session belongs to {facts.donation_uuid or 'nobody'}"
    if facts.amount_cents != asked_cents:
        return f"amount is {facts.amount_cents} cents, ours {asked_cents}"
    return ""


def next_status(current: Status, facts: CheckoutFacts) -> Status:
    """The status that follows. What the state machine has no move for changes nothing."""
    wanted = _told(facts)
    return wanted if wanted is not None and wanted in ALLOWED_MOVES[current] else current


def _told(facts: CheckoutFacts) -> Status | None:
    """What the session alone says; None for a state that this code does not know."""
    if facts.is_paid:
        return Status.SUCCEEDED
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
