"""Bring a gift's receipt to what its money says now: kept, suspended, restored, cancelled or replaced.

The one function for it, called after every change of a gift, a refund or a dispute, and by a sweep.
Law: a receipt attests what was kept (CGI art. 200-5); one that was issued is corrected by a new number."""

from datetime import datetime

from django.db import transaction

from donors.gifts.kept import Kept, kept_of, kept_of_all
from donors.gifts.models import Donation, Status
from donors.money import format_euros
from donors.receipts.cancel import cancel_receipt
from donors.receipts.eligibility import obstacles_together
from donors.receipts.events import ReceiptEvent, note
from donors.receipts.issue import Why, live_receipt_of, lock_gifts, unreplaced_receipt_of, write_receipt
from donors.receipts.models import Receipt
from donors.receipts.wording import day_in_french

DISPUTED = "Le paiement du don est contesté auprès de la banque."
SETTLED = "La contestation est close et le don nous reste acquis."


def settle_receipt(donation: Donation, *, at: datetime) -> None:
    """Make the receipt of this gift say what is left of it, and of the other gifts on it. Idempotent;
    nothing for a gift without receipts.

    One transaction, which holds the locks of all gifts on that receipt, in the order of their keys: whoever
    comes second finds it done. While a refund is on its way, or the ledger waits for Stripe's line, nothing
    new is issued: the next change or the sweep is. A receipt that a person cancelled is never replaced from
    here."""
    while not _settle_among(_together_with(donation), donation, at=at):
        pass  # the gift came onto another receipt before its locks were ours


def _together_with(donation: Donation) -> list[int]:
    """The keys of the gifts on this gift's live receipt, or on the last cancelled one; itself at least."""
    receipt = live_receipt_of(donation) or unreplaced_receipt_of(donation)
    pks = receipt.lines.values_list("donation", flat=True) if receipt else ()
    return sorted({donation.pk, *pks})


def _settle_among(pks: list[int], donation: Donation, *, at: datetime) -> bool:
    with transaction.atomic():
        gifts = lock_gifts(pks)
        if _together_with(donation) != pks:
            return False
        live = live_receipt_of(donation)
        if live is not None:
            _settle_live(live, gifts, at=at)
        if live is None or live.state == Receipt.State.CANCELLED:
            _replace(unreplaced_receipt_of(donation), gifts, at=at)
        return True


def _settle_live(receipt: Receipt, gifts: list[Donation], *, at: datetime) -> None:
    kept = kept_of_all(gifts)
    name = _by_day if len(gifts) > 1 else _by_itself
    reasons = [_why_cancelled(receipt, gift, kept[gift.pk], name(gift)) for gift in gifts]
    disputed = any(each.disputed for each in kept.values())
    if reason := next(filter(None, reasons), ""):
        cancel_receipt(receipt, at=at, reason=reason)
    elif disputed and receipt.suspended_at is None:
        _mark(receipt, ReceiptEvent.Kind.SUSPENDED, at=at, because=DISPUTED)
    elif not disputed and receipt.suspended_at is not None:
        _mark(receipt, ReceiptEvent.Kind.RESTORED, at=at, because=SETTLED)


def _by_itself(gift: Donation) -> str:
    return "don"


def _by_day(gift: Donation) -> str:
    """Among several gifts the donor has to know which one is meant."""
    day = f" du {day_in_french(gift.credited_on)}" if gift.credited_on else ""
    return f"don de {format_euros(gift.amount_cents)}{day}"


def _why_cancelled(receipt: Receipt, donation: Donation, kept: Kept, gift: str) -> str:
    """The reason why this receipt says more or less than what is left; empty while it may stand.

    A refund on its way takes nothing yet, an open dispute only suspends. `gift` is its name."""
    if donation.status == Status.REVERSED:
        return f"La banque a repris le {gift} après l’avoir confirmé."
    written = receipt.lines.get(donation=donation).amount_cents
    if kept.told_cents == written:
        return ""
    left = format_euros(kept.told_cents)
    if kept.told_cents > written:
        return f"Un remboursement n’a pas abouti : il reste {left} du {gift}."
    if kept.told_cents > 0:
        return f"Une partie du {gift} a été rendue : il en reste {left}."
    lost = donation.disputes.filter(stage="lost").exists()
    return f"Le {gift} a été {'repris à la suite d’une contestation' if lost else 'remboursé'}."


def _mark(receipt: Receipt, kind: ReceiptEvent.Kind, *, at: datetime, because: str) -> None:
    receipt.suspended_at = at if kind == ReceiptEvent.Kind.SUSPENDED else None
    receipt.save(update_fields=["suspended_at"])
    note(receipt, kind, at=at, because=because)


def _replace(cancelled: Receipt | None, gifts: list[Donation], *, at: datetime) -> None:
    """A new number after one that the site cancelled, over what is left, as soon as nothing is on its way.

    A gift of which nothing is left falls out; anything else that stands against one stands against all."""
    if cancelled is None or cancelled.cancelled_by_id is not None:
        return
    left = [gift for gift in gifts if not _is_gone(gift) and live_receipt_of(gift) is None]
    if not left or obstacles_together(left):
        return
    why = Why(at=at, because=f"remplace le reçu n° {cancelled.full_number}")
    write_receipt(left, Receipt.Kind(cancelled.kind), cancelled, why)


def _is_gone(gift: Donation) -> bool:
    return gift.status == Status.REVERSED or kept_of(gift).told_cents <= 0
