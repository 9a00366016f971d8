"""Send money back from the office: our row, then the call, then the same reading as for any other change.

Facts: docs.stripe.com/refunds; a bank debit can be disputed for eight weeks without a reason, and for
thirteen months when the donor never agreed to it (docs.stripe.com/payments/sepa-debit)."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from donors.gifts.events import note_change
from donors.gifts.models import Donation, Method, Status
from donors.gifts.returns import Dispute, Refund
from donors.money import format_euros
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.facts import RefundOrder
from donors.payments.gateway.payments import create_refund
from donors.payments.sync import sync_donation

log = logging.getLogger(__name__)

SEPA_DISPUTE_WINDOW = timedelta(weeks=8)
RETRY_AFTER = timedelta(minutes=2)
_AGAINST = {Dispute.Stage.OPEN, Dispute.Stage.LOST}


class NotRefundable(Exception):
    """This refund is not asked for, for the reason in the French sentence."""


@dataclass(frozen=True, kw_only=True)
class RefundWish:
    """What the treasurer asks for. `seen_cents` is what the form said could still be refunded."""

    amount_cents: int
    reason: Refund.Reason
    seen_cents: int
    note: str = ""


def refundable_cents(donation: Donation) -> int:
    """What is left of a gift: less refunds that are done or on their way, less open and lost disputes."""
    if donation.status != Status.SUCCEEDED or not donation.stripe_payment_intent_id:
        return 0
    gone = sum(refund.amount_cents for refund in donation.refunds.all() if refund.takes_money)
    disputed = sum(dispute.amount_cents for dispute in donation.disputes.all() if dispute.stage in _AGAINST)
    return max(0, donation.amount_cents - gone - disputed)


def refund_cautions(donation: Donation, *, at: datetime) -> Iterator[str]:
    """What to know before this gift is refunded, in French. They warn; they do not forbid."""
    debited_at = donation.credited_at if donation.method == Method.SEPA else None
    if debited_at is not None and at < debited_at + SEPA_DISPUTE_WINDOW:
        yield (
            "Ce don a été prélevé il y a moins de huit semaines : le donateur peut encore le faire"
            " annuler par sa banque. Si vous le remboursez et qu’il le fait aussi, il sera payé deux fois."
        )
    if donation.disputes.filter(stage=Dispute.Stage.INQUIRY).exists():
        yield "La banque du donateur demande des explications sur ce paiement : un remboursement y répond."
    yield "Les frais que Stripe a prélevés sur ce don ne sont pas rendus."


def request_refund(donation_pk: int, wish: RefundWish, *, by: User, at: datetime) -> Refund:
    """Note the wish, then ask Stripe. Two people who click at once make one refund.

    Locks the donation while the row is written; Stripe is called outside any transaction, with a key derived
    from the row. Raises NotRefundable, and StripeUnavailable when nobody knows yet: the row then stands, and
    the sweep asks again with the same key."""
    refund = _note_wish(donation_pk, wish, by=by, at=at)
    return push_refund(refund, at=at)


@transaction.atomic
def _note_wish(donation_pk: int, wish: RefundWish, *, by: User, at: datetime) -> Refund:
    donation: Donation = Donation.objects.in_site_mode().select_for_update().get(pk=donation_pk)
    if donation.refunds.filter(status=Refund.Status.REQUESTED).exists():
        raise NotRefundable("Un remboursement de ce don est déjà demandé : attendez sa réponse.")
    if donation.disputes.filter(stage=Dispute.Stage.OPEN).exists():
        raise NotRefundable("Ce paiement est contesté : répondez d’abord à la contestation dans Stripe.")
    left = refundable_cents(donation)
    if left != wish.seen_cents:
        raise NotRefundable(
            f"Entre-temps, ce don a changé : il reste {format_euros(left)} à rembourser."
            " Vérifiez, puis recommencez."
        )
    if not 0 < wish.amount_cents <= left:
        raise NotRefundable(f"Vous pouvez rembourser jusqu’à {format_euros(left)}.")
    refund = Refund.objects.create(
        donation=donation,
        amount_cents=wish.amount_cents,
        reason=wish.reason,
        note=wish.note,
        requested_by=by,
        requested_at=at,
    )
    note_change(refund, ("", Refund.Status.REQUESTED), because=refund.get_reason_display(), at=at, actor=by)
    return refund


def push_refund(refund: Refund, *, at: datetime) -> Refund:
    """Ask Stripe for a noted refund. Idempotent; the passed object is brought up to date.

    Stripe keeps a key for a day at least, so a late retry looks first whether the refund exists by now.
    Raises StripeUnavailable."""
    donation = refund.donation
    if at - refund.requested_at >= RETRY_AFTER:
        sync_donation(donation.pk, because="retry of a refund", at=at, thorough=True)
        refund.refresh_from_db()
        if refund.stripe_refund_id:
            return refund
    order = RefundOrder(
        refund_uuid=str(refund.uuid),
        intent_id=donation.stripe_payment_intent_id,
        amount_cents=refund.amount_cents,
    )
    try:
        create_refund(order, idempotency_key=f"re:{refund.uuid}")
    except StripeRefused as refusal:
        _note_refusal(refund, refusal, at=at)
    sync_donation(donation.pk, because=f"refund {refund.pk}", at=at, thorough=True)
    refund.refresh_from_db()
    return refund


@transaction.atomic
def _note_refusal(refund: Refund, refusal: StripeRefused, *, at: datetime) -> None:
    """Stripe said no, e.g. because somebody refunded it in the dashboard a moment ago."""
    waiting = Refund.objects.filter(pk=refund.pk, status=Refund.Status.REQUESTED)
    if waiting.update(status=Refund.Status.REFUSED, settled_at=at, failure_reason=str(refusal)[:100]):
        note_change(refund, (Refund.Status.REQUESTED, Refund.Status.REFUSED), because=str(refusal), at=at)


def push_requested_refunds(*, at: datetime) -> int:
    """Ask again for what Stripe never answered; answers how many were looked at. For the schedule."""
    waiting = Refund.objects.filter(status=Refund.Status.REQUESTED, requested_at__lte=at - RETRY_AFTER)
    done = 0
    for refund in waiting.select_related("donation")[:200]:
        try:
            push_refund(refund, at=at)
        except StripeUnavailable:
            log.warning("Stripe is silent: refunds go on at the next turn")
            break
        done += 1
    return done
