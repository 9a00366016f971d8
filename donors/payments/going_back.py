"""Write what Stripe says of a gift's refunds and disputes: the rows, the ledger, and what has to follow.

Runs inside the transaction of `sync`, under the donation's lock."""

import logging
from datetime import datetime
from typing import Any

from donors.gifts.events import note_change
from donors.gifts.ledger import book_dispute, book_refund, reverse
from donors.gifts.models import Donation
from donors.gifts.returns import Dispute, Refund
from donors.money import format_euros
from donors.payments.alarms import raise_alarm
from donors.payments.facts import BalanceFacts, DisputeFacts, RefundFacts
from donors.payments.fees import write_fee
from donors.payments.models import Alarm
from donors.payments.reduce import dispute_stage, refund_status
from donors.payments.told_along import uuid_or_none

log = logging.getLogger(__name__)

_STOPPED = {Refund.Status.FAILED, Refund.Status.CANCELED}
_CLOSED = {Dispute.Stage.WON, Dispute.Stage.LOST, Dispute.Stage.CLOSED, Dispute.Stage.PREVENTED}


def write_refund(donation: Donation, facts: RefundFacts, *, because: str, at: datetime) -> bool:
    """Bring one refund up to Stripe's word; whether anything was written. Idempotent.

    The ledger follows the lines of Stripe's balance, so that both hold the same cents at any moment."""
    refund = _refund_of(donation, facts, at=at)
    before = Refund.Status(refund.status)
    after = refund_status(before, facts.state)
    told: dict[str, Any] = {
        "status": after,
        "stripe_refund_id": facts.refund_id,
        "amount_cents": facts.amount_cents,
        "failure_reason": facts.failure[:100],
    }
    if after != before and after in {*_STOPPED, Refund.Status.SUCCEEDED}:
        told["settled_at"] = at
    wrote = _update(refund, told)
    unheard_of = not refund.events.exists()
    if after != before or unheard_of:
        note_change(refund, ("" if unheard_of else before, after), because=because, at=at)
    if after in _STOPPED and after != before:
        _tell_of_failure(donation, refund, at=at)
    return _book_refund(donation, facts, at=at) or wrote


def _refund_of(donation: Donation, facts: RefundFacts, *, at: datetime) -> Refund:
    """Our row: by Stripe's id, else by the uuid that we sent along, else a new one of the dashboard."""
    refunds = Refund.objects.filter(donation=donation)
    found: Refund | None = refunds.filter(stripe_refund_id=facts.refund_id).first()
    if found is None and (ours := uuid_or_none(facts.uuid)) is not None:
        found = refunds.filter(uuid=ours, stripe_refund_id="").first()
    return found or Refund.objects.create(
        donation=donation,
        amount_cents=facts.amount_cents,
        status=Refund.Status.PENDING,
        reason=Refund.Reason.DASHBOARD,
        requested_at=facts.created_at,
        stripe_refund_id=facts.refund_id,
    )


def _book_refund(donation: Donation, facts: RefundFacts, *, at: datetime) -> bool:
    key, wrote = f"refund:{facts.refund_id}", False
    if facts.booked is not None:
        wrote = book_refund(
            donation, key=key, cents=-facts.booked.amount_cents, occurred_at=facts.booked.booked_at, at=at
        )
        wrote = write_fee(donation, facts.booked, at=at) or wrote
    if facts.given_back is not None:
        back = f"refund-back:{facts.given_back.transaction_id}"
        wrote = reverse(key, by=back, occurred_at=facts.given_back.booked_at, at=at) or wrote
        wrote = write_fee(donation, facts.given_back, at=at) or wrote
    return wrote


def _tell_of_failure(donation: Donation, refund: Refund, *, at: datetime) -> None:
    amount = format_euros(refund.amount_cents)
    raise_alarm(
        Alarm.Kind.REFUND_FAILED,
        key=f"refund_failed:{refund.stripe_refund_id}",
        text=f"Le remboursement de {amount} du don n° {donation.pk} n’a pas abouti :"
        " l’argent est revenu sur le compte Stripe.",
        at=at,
        donation=donation,
    )


def write_dispute(donation: Donation, facts: DisputeFacts, *, because: str, at: datetime) -> bool:
    """Bring one dispute up to Stripe's word; whether anything was written. Idempotent.

    An inquiry moves no money; what an open dispute took and a won one gave back stands in Stripe's lines."""
    known = Dispute.objects.filter(stripe_dispute_id=facts.dispute_id).first()
    before = Dispute.Stage(known.stage) if known else None
    after = dispute_stage(before, facts.state)
    told: dict[str, Any] = {
        "stage": after,
        "amount_cents": facts.amount_cents,
        "reason": facts.reason[:60],
        "answer_due_at": facts.answer_due_at,
    }
    if after in _CLOSED and after != before:
        told["closed_at"] = at
    if known is None:
        known = Dispute.objects.create(
            donation=donation, opened_at=facts.opened_at, stripe_dispute_id=facts.dispute_id, **told
        )
        wrote = True
    else:
        wrote = _update(known, told)
    if after != before:
        note_change(known, (before or "", after), because=because, at=at)
        _tell_of_dispute(donation, known, at=at)
    for line in facts.lines:
        wrote = _book_dispute_line(donation, line, at=at) or wrote
    return wrote


def _book_dispute_line(donation: Donation, line: BalanceFacts, *, at: datetime) -> bool:
    wrote = book_dispute(
        donation,
        transaction_id=line.transaction_id,
        cents=line.amount_cents,
        occurred_at=line.booked_at,
        at=at,
    )
    return write_fee(donation, line, at=at) or wrote


_SAYINGS = {
    Dispute.Stage.INQUIRY: "la banque du donateur demande des explications ; aucun argent n’est retiré",
    Dispute.Stage.OPEN: "le donateur conteste ce paiement et la banque a repris l’argent",
    Dispute.Stage.WON: "la contestation est gagnée, l’argent est rendu",
    Dispute.Stage.LOST: "la contestation est perdue, l’argent est repris définitivement",
}


def _tell_of_dispute(donation: Donation, dispute: Dispute, *, at: datetime) -> None:
    saying = _SAYINGS.get(Dispute.Stage(dispute.stage))
    if saying is None:
        return
    raise_alarm(
        Alarm.Kind.DISPUTE,
        key=f"dispute:{dispute.stripe_dispute_id}:{dispute.stage}",
        text=f"Don n° {donation.pk}, {format_euros(dispute.amount_cents)} : {saying}.",
        at=at,
        donation=donation,
    )


def _update(row: Refund | Dispute, told: dict[str, Any]) -> bool:
    changes = {name: value for name, value in told.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=list(changes))
    return bool(changes)
