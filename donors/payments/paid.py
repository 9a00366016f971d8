"""Write that a gift is paid, what Stripe kept of it, and that the bank took it back after all.

Runs inside the transaction of `sync`, under the donation's lock."""

import logging
from datetime import datetime

from donors.gifts.carried_over import carried_over
from donors.gifts.ledger import book_gift, reverse
from donors.gifts.models import Donation, Method, Status
from donors.gifts.status import ALLOWED_MOVES, move
from donors.payments.alarms import raise_alarm
from donors.payments.facts import PaymentFacts
from donors.payments.fees import write_fee
from donors.payments.models import Alarm, CheckoutAttempt

log = logging.getLogger(__name__)

_METHODS = {"card": Method.CARD, "sepa_debit": Method.SEPA}


def write_paid(
    donation: Donation, attempt: CheckoutAttempt | None, facts: PaymentFacts, *, because: str, at: datetime
) -> bool:
    """The move to succeeded and the ledger line, once. A second charge for the same gift becomes a gift."""
    if donation.stripe_charge_id not in {"", facts.charge_id} and donation.is_paid:
        return _write_second_payment(donation, attempt, facts, because=because, at=at)
    changes = {
        # What was agreed when the page was opened, even if the form was changed since.
        "amount_cents": attempt.amount_cents if attempt is not None else donation.amount_cents,
        "credited_at": facts.charged_at,
        "stripe_payment_intent_id": facts.intent_id,
        "stripe_charge_id": facts.charge_id,
        "method": _METHODS.get(facts.method, Method.CARD),
        "hold": Donation.Hold.NONE,
    }
    if facts.mandate_id:
        changes["stripe_mandate_id"] = facts.mandate_id
    current = Status(donation.status)
    wanted = Status.SUCCEEDED if Status.SUCCEEDED in ALLOWED_MOVES[current] else current
    moved = move(donation, wanted, at=at, because=because, **changes)
    if moved and facts.charged_at is not None:
        book_gift(donation, charge_id=facts.charge_id, occurred_at=facts.charged_at, at=at)
        if attempt is not None:  # later months come when they are due
            _tell_if_late(donation, at=at)
    return moved


def _write_second_payment(
    donation: Donation, attempt: CheckoutAttempt | None, facts: PaymentFacts, *, because: str, at: datetime
) -> bool:
    """Two pages of one gift were both paid: the second money is a gift of its own, and a person looks.

    The attempt goes over to the new row, so that every later look at this payment finds it there."""
    log.error("Donation %s was paid a second time by %s", donation.pk, facts.charge_id)
    if attempt is None:
        return False
    second = Donation.objects.create(
        **carried_over(donation), amount_cents=attempt.amount_cents, created_at=attempt.created_at
    )
    CheckoutAttempt.objects.filter(pk=attempt.pk).update(donation=second)
    raise_alarm(
        Alarm.Kind.PAID_TWICE,
        key=f"paid_twice:{facts.charge_id}",
        text=f"Le don n° {donation.pk} a été payé deux fois : le second paiement est le don n° {second.pk}."
        " À rembourser s’il s’agit d’une erreur.",
        at=at,
        donation=second,
    )
    return write_paid(second, attempt, facts, because=because, at=at)


def _tell_if_late(donation: Donation, *, at: datetime) -> None:
    """A page that was opened in time may be paid after the last day: the gift counts, a person knows."""
    if donation.credited_at is None or not donation.campaign.has_ended(donation.credited_at):
        return
    raise_alarm(
        Alarm.Kind.LATE_GIFT,
        key=f"late_gift:{donation.uuid}",
        text=f"Le don n° {donation.pk} a été payé après la fin de la campagne. Il est compté avec elle.",
        at=at,
        donation=donation,
    )


def write_failed_debit(donation: Donation, facts: PaymentFacts, *, at: datetime) -> bool:
    """A debit that the bank refused stood in Stripe's balance for days; its fees stay there."""
    wrote = write_fee(donation, facts.fee, at=at)
    return write_fee(donation, facts.taken_back, at=at) or wrote


def write_taken_back(donation: Donation, facts: PaymentFacts, *, at: datetime) -> bool:
    """The bank took back a debit that had been confirmed: the gift's line is reversed, once."""
    line = facts.taken_back
    if line is None or donation.status != Status.REVERSED:
        return False
    by = f"taken-back:{line.transaction_id}"
    wrote = reverse(f"gift:{facts.charge_id}", by=by, occurred_at=line.booked_at, at=at)
    wrote = write_fee(donation, line, at=at) or wrote
    if wrote:
        raise_alarm(
            Alarm.Kind.LATE_FAILURE,
            key=f"late_failure:{facts.charge_id}",
            text=f"La banque a repris le don n° {donation.pk} après l’avoir confirmé.",
            at=at,
            donation=donation,
        )
    return wrote
