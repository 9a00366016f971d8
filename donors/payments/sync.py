"""Bring a donation up to what Stripe says: for the return page, the webhook, the sweep and the office.

Stripe is read outside any transaction. `Donation.sync_version` tells whether somebody else applied a newer
reading in the meantime; then this one starts over, so an older reading never overwrites a newer one and no
lock is ever held over the network (docs/decisions/0003-optimistic-sync.md)."""

import logging
from datetime import datetime

from django.db import transaction

from donors.gifts.ledger import book_fee, book_gift
from donors.gifts.models import Donation, Method, Status
from donors.gifts.status import move
from donors.payments.errors import StripeUnavailable
from donors.payments.facts import CheckoutFacts
from donors.payments.gateway import fetch_checkout
from donors.payments.models import CheckoutAttempt
from donors.payments.reduce import contradicts, next_status

log = logging.getLogger(__name__)

_TRIES = 5
_METHODS = {"card": Method.CARD, "sepa_debit": Method.SEPA}


def sync_donation(donation_pk: int, *, because: str, at: datetime, session_id: str = "") -> Donation:
    """Read this donation's session from Stripe and apply what follows. Idempotent; safe for many callers.

    `session_id` helps when the answer that carried it was lost before we could save it. Locks the donation
    row for the time of the writes. Raises StripeUnavailable and StripeRefused; then nothing was changed."""
    for _ in range(_TRIES):
        donation = Donation.objects.get(pk=donation_pk)
        attempt = _attempt_to_read(donation, session_id)
        if attempt is None:
            return donation
        facts = fetch_checkout(attempt.stripe_session_id or session_id)
        if _apply(donation, attempt, facts, because=because, at=at):
            return Donation.objects.get(pk=donation_pk)
    raise StripeUnavailable(f"donation {donation_pk} kept changing")


def _attempt_to_read(donation: Donation, session_id: str) -> CheckoutAttempt | None:
    """The attempt that the hint names; else the paid one; else the newest that Stripe knows of."""
    attempts = donation.attempts.order_by("-number")
    if session_id:
        named = attempts.filter(stripe_session_id=session_id).first()
        return named or attempts.filter(stripe_session_id="").first()
    known = attempts.exclude(stripe_session_id="")
    return known.filter(state=CheckoutAttempt.State.COMPLETE).first() or known.first()


@transaction.atomic
def _apply(
    donation: Donation, attempt: CheckoutAttempt, facts: CheckoutFacts, *, because: str, at: datetime
) -> bool:
    """Write what the reading says; False if the reading may be older than what is written."""
    locked = Donation.objects.select_for_update().get(pk=donation.pk)
    if locked.sync_version != donation.sync_version:
        return False
    trouble = contradicts(locked, facts, asked_cents=attempt.amount_cents)
    changed = _hold(locked, trouble) if trouble else _write(locked, attempt, facts, because=because, at=at)
    version = locked.sync_version + changed  # a reading that changes nothing makes no other one outdated
    Donation.objects.filter(pk=locked.pk).update(synced_at=at, sync_version=version)
    return True


def _hold(donation: Donation, trouble: str) -> bool:
    """Set aside a gift that Stripe describes otherwise: no ledger line, no receipt, a person must look."""
    log.error("Donation %s is held: %s", donation.pk, trouble)
    fresh = Donation.objects.filter(pk=donation.pk, hold=Donation.Hold.NONE).exclude(status=Status.SUCCEEDED)
    return bool(fresh.update(hold=Donation.Hold.MISMATCH))


def _write(
    donation: Donation, attempt: CheckoutAttempt, facts: CheckoutFacts, *, because: str, at: datetime
) -> bool:
    """Whether anything was written."""
    noted = _note_attempt(attempt, facts)
    if facts.is_paid:
        return _write_paid(donation, attempt, facts, because=because, at=at) or noted
    if donation.attempts.filter(number__gt=attempt.number).exists():
        return noted  # the donor went on with a newer page; an older one only matters if it was paid
    return move(donation, next_status(Status(donation.status), facts), at=at, because=because) or noted


def _write_paid(
    donation: Donation, attempt: CheckoutAttempt, facts: CheckoutFacts, *, because: str, at: datetime
) -> bool:
    assert facts.charged_at is not None  # noqa: S101  is_paid says so
    changes = {
        # What was agreed when the page was opened, even if the form was changed since.
        "amount_cents": attempt.amount_cents,
        "credited_at": facts.charged_at,
        "stripe_payment_intent_id": facts.intent_id,
        "stripe_charge_id": facts.charge_id,
        "method": _METHODS.get(facts.method, Method.CARD),
        "hold": Donation.Hold.NONE,
    }
    moved = move(donation, next_status(Status(donation.status), facts), at=at, because=because, **changes)
    if donation.stripe_charge_id != facts.charge_id:
        log.error("Donation %s was paid a second time by %s", donation.pk, facts.charge_id)
        return moved
    if moved:
        book_gift(donation, charge_id=facts.charge_id, occurred_at=facts.charged_at, at=at)
    return _write_fee(donation, facts, at=at) or moved


def _write_fee(donation: Donation, facts: CheckoutFacts, *, at: datetime) -> bool:
    if facts.fee is None:
        return False
    return book_fee(
        donation,
        transaction_id=facts.fee.transaction_id,
        fee_cents=facts.fee.fee_cents,
        occurred_at=facts.fee.booked_at,
        at=at,
    )


def _note_attempt(attempt: CheckoutAttempt, facts: CheckoutFacts) -> bool:
    """Keep what the session says of itself. A word of Stripe's that we do not know leaves our state."""
    known = facts.state in {"open", "complete", "expired"}
    state = CheckoutAttempt.State(facts.state) if known else attempt.state
    told = {"stripe_session_id": facts.session_id, "url": facts.url or attempt.url, "state": state}
    if all(getattr(attempt, name) == value for name, value in told.items()):
        return False
    return bool(CheckoutAttempt.objects.filter(pk=attempt.pk).update(**told))
