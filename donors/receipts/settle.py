"""Bring a gift's receipt to what its money says now: kept, suspended, restored, cancelled or replaced.

The one function for it, called after every change of a gift, a refund or a dispute, and by a sweep.
Law: a receipt attests what was kept (CGI art. 200-5); one that was issued is corrected by a new number."""

from datetime import datetime

from django.db import transaction

from donors.gifts.kept import Kept, kept_of
from donors.gifts.models import Donation, Status
from donors.money import format_euros
from donors.receipts.cancel import cancel_receipt
from donors.receipts.eligibility import obstacles
from donors.receipts.events import ReceiptEvent, note
from donors.receipts.issue import issue_receipt, live_receipt_of, unreplaced_receipt_of
from donors.receipts.models import Receipt

DISPUTED = "Le paiement du don est contesté auprès de la banque."
SETTLED = "La contestation est close et le don nous reste acquis."


def settle_receipt(donation: Donation, *, at: datetime) -> None:
    """Make the receipt of this gift say what is left of it. Idempotent; nothing for a gift without receipts.

    One transaction, which holds the donation's lock: whoever comes second finds it done. While a refund is on
    its way, or the ledger waits for Stripe's line, nothing new is issued: the next change or the sweep is.
    A receipt that a person cancelled is never replaced from here."""
    with transaction.atomic():
        rows = Donation.objects.select_related("donor", "campaign__organisation")
        locked: Donation = rows.select_for_update(of=("self",)).get(pk=donation.pk)
        live = live_receipt_of(locked)
        if live is not None:
            _settle_live(live, locked, at=at)
        if live is None or live.state == Receipt.State.CANCELLED:
            _replace(locked, at=at)


def _settle_live(receipt: Receipt, donation: Donation, *, at: datetime) -> None:
    kept = kept_of(donation)
    reason = _why_cancelled(receipt, donation, kept)
    if reason:
        cancel_receipt(receipt, at=at, reason=reason)
    elif kept.disputed and receipt.suspended_at is None:
        _mark(receipt, ReceiptEvent.Kind.SUSPENDED, at=at, because=DISPUTED)
    elif not kept.disputed and receipt.suspended_at is not None:
        _mark(receipt, ReceiptEvent.Kind.RESTORED, at=at, because=SETTLED)


def _why_cancelled(receipt: Receipt, donation: Donation, kept: Kept) -> str:
    """The reason why this receipt says more or less than what is left; empty while it may stand.

    A refund on its way takes nothing yet, an open dispute only suspends."""
    if donation.status == Status.REVERSED:
        return "La banque a repris le don après l’avoir confirmé."
    written = receipt.lines.get(donation=donation).amount_cents
    if kept.told_cents == written:
        return ""
    left = format_euros(kept.told_cents)
    if kept.told_cents > written:
        return f"Un remboursement n’a pas abouti : il reste {left} de ce don."
    if kept.told_cents > 0:
        return f"Une partie du don a été rendue : il en reste {left}."
    lost = donation.disputes.filter(stage="lost").exists()
    return "Le don a été repris à la suite d’une contestation." if lost else "Le don a été remboursé."


def _mark(receipt: Receipt, kind: ReceiptEvent.Kind, *, at: datetime, because: str) -> None:
    receipt.suspended_at = at if kind == ReceiptEvent.Kind.SUSPENDED else None
    receipt.save(update_fields=["suspended_at"])
    note(receipt, kind, at=at, because=because)


def _replace(donation: Donation, *, at: datetime) -> None:
    """A new number after one that the site cancelled, as soon as nothing stands against it."""
    cancelled = unreplaced_receipt_of(donation)
    if cancelled is None or cancelled.cancelled_by_id is not None or obstacles(donation):
        return
    issue_receipt(donation, at=at, because=f"remplace le reçu n° {cancelled.full_number}")
