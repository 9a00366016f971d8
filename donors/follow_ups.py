"""All that can follow from a change, in one place: which step for which change, in which order.

Every step is idempotent by itself. An event is followed when all its steps went through; otherwise the whole
row is tried again, and what was done already is found done."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from donors.gifts.events import DonationEvent, MonthlyGiftEvent, OutboxEvent
from donors.gifts.models import Status
from donors.gifts.returns import Dispute, Refund
from donors.letters.debits import send_debit_pending, send_payment_failed
from donors.letters.late import held_back, hold_back, is_too_late, was_held_back
from donors.letters.monthly import send_monthly_letter
from donors.letters.receipts import send_receipt, send_receipt_again, send_receipt_changed
from donors.letters.refunded import send_refunded
from donors.letters.thank_you import send_thank_you
from donors.payments.alarms import withdraw_alarm
from donors.receipts.document import make_document
from donors.receipts.eligibility import obstacles
from donors.receipts.events import ReceiptEvent
from donors.receipts.hold import automatic_receipt_at
from donors.receipts.issue import issue_receipt, live_receipt_of
from donors.receipts.models import Receipt
from donors.receipts.settle import settle_receipt

log = logging.getLogger(__name__)

_BATCH = 200


def follow_due_events(*, at: datetime) -> int:
    """Do what follows from every change not followed yet; answers how many were followed.

    Safe for many workers. A failure is written on its row and tried again later, without stopping others."""
    done = 0
    for table in (DonationEvent, MonthlyGiftEvent, ReceiptEvent):
        for pk in list(table.objects.due(at).values_list("pk", flat=True)[:_BATCH]):
            done += follow_event(table, pk, at=at)
    return done


def follow_event(table: type[OutboxEvent], pk: int, *, at: datetime) -> bool:
    """All steps for one change; False if it is followed already, not due, claimed, or a step failed."""
    if not table.objects.claim(pk, at=at):
        return False
    event = table.objects.select_related(*_OWNERS[table]).get(pk=pk)
    try:
        for step in _steps(event):
            if step in LETTERS and is_too_late(event, at=at):
                hold_back(event, at=at)
            else:
                step(event, at)
    except Exception as error:
        log.exception("What follows from %s %s failed", table.__name__, pk)
        event.note_failure(error, at=at)
        return False
    event.mark_followed(at=at)
    return True


def send_held_back(*, at: datetime) -> int:
    """Send the letters that waited for a person because their change was found late; answers how many.

    Raises what the mail server raises; what was sent by then is not sent again."""
    sent = 0
    for table, pk, alarm in held_back():
        event = table.objects.select_related(*_OWNERS[table]).get(pk=pk)
        for step in _steps(event):
            if step in LETTERS:
                step(event, at)
        withdraw_alarm(alarm, at=at)
        sent += 1
    return sent


_OWNERS: dict[type[OutboxEvent], tuple[str, ...]] = {
    DonationEvent: ("donation__donor", "donation__campaign__organisation", "refund", "dispute"),
    MonthlyGiftEvent: ("monthly_gift__donor", "monthly_gift__campaign__organisation"),
    ReceiptEvent: ("receipt__donor", "receipt__series"),
}


def _steps(event: OutboxEvent) -> "tuple[Callable[..., None], ...]":
    if isinstance(event, MonthlyGiftEvent):
        return MONTHLY_STEPS.get(event.kind, ())
    if isinstance(event, ReceiptEvent):
        return RECEIPT_STEPS[event.kind]
    assert isinstance(event, DonationEvent)  # noqa: S101  there is no fourth table
    if event.refund is not None:
        return REFUND_STEPS.get(event.to_status, ())
    if event.dispute is not None:
        return DISPUTE_STEPS.get(event.to_status, ())
    if event.donation.is_later_month and event.to_status == Status.SUCCEEDED:
        return ()  # a letter every month would be too many, and the receipt is the one of the year
    return GIFT_STEPS.get(event.to_status, ())


def _receipt(event: DonationEvent, at: datetime) -> None:
    """A receipt at once for a gift that may have one and need not wait; the others show in the office.

    The months of a monthly gift wait for the receipt of the year, or for the treasurer's hand."""
    due_at = automatic_receipt_at(event.donation)
    if due_at is not None and due_at <= at and not obstacles(event.donation):
        make_document(issue_receipt(event.donation, at=at), at=at)


def _thank_you(event: DonationEvent, at: datetime) -> None:
    if event.donation.is_paid:
        send_thank_you(event.donation, at=at)


def _receipt_apart(event: DonationEvent, at: datetime) -> None:
    """A receipt that was made while the thanks were already leaving without it."""
    receipt = live_receipt_of(event.donation)
    if receipt is not None:
        send_receipt(receipt, at=at)


def _settle(event: DonationEvent, at: datetime) -> None:
    settle_receipt(event.donation, at=at)


def _debit_pending(event: DonationEvent, at: datetime) -> None:
    send_debit_pending(event.donation, at=at)


def _payment_failed(event: DonationEvent, at: datetime) -> None:
    if event.from_status in {Status.PROCESSING, Status.SUCCEEDED}:
        send_payment_failed(event, at=at)


def _refunded(event: DonationEvent, at: datetime) -> None:
    if event.refund is not None:
        send_refunded(event.refund, at=at)


def _document(event: ReceiptEvent, at: datetime) -> None:
    """The PDF of the receipt that stands; a replacement is printed before the letter that carries it."""
    standing = event.receipt if event.kind == ReceiptEvent.Kind.ISSUED else _replacement_of(event)
    if standing is not None:
        make_document(standing, at=at)


def _replacement_of(event: ReceiptEvent) -> Receipt | None:
    return getattr(event.receipt, "replaced_by", None)


def _announce(event: ReceiptEvent, at: datetime) -> None:
    """The thanks carry a gift's receipt; where they were held back, it waits with them. That of a year has
    nothing to do with thanks that are long past."""
    receipt = event.receipt
    of_one_gift = receipt.kind == Receipt.Kind.GIFT
    if not of_one_gift or not was_held_back(receipt.lines.values_list("donation", flat=True)):
        send_receipt(receipt, at=at)


def _changed(event: ReceiptEvent, at: datetime) -> None:
    send_receipt_changed(event, at=at)


def _again(event: ReceiptEvent, at: datetime) -> None:
    send_receipt_again(event, at=at)


def _tell(event: MonthlyGiftEvent, at: datetime) -> None:
    """What its donor must hear of. That it started stands in the thank-you of the first month."""
    send_monthly_letter(event, at=at)


type Steps[E] = Mapping[str, tuple[Callable[[E, datetime], None], ...]]

GIFT_STEPS: Steps[DonationEvent] = {
    Status.PROCESSING: (_debit_pending,),
    Status.SUCCEEDED: (_receipt, _thank_you, _receipt_apart),
    Status.FAILED: (_payment_failed,),
    Status.REVERSED: (_settle, _payment_failed),
}
REFUND_STEPS: Steps[DonationEvent] = {
    Refund.Status.SUCCEEDED: (_settle, _refunded),
    Refund.Status.FAILED: (_settle,),
    Refund.Status.CANCELED: (_settle,),
}
DISPUTE_STEPS: Steps[DonationEvent] = {
    stage: (_settle,) for stage in Dispute.Stage if stage != Dispute.Stage.INQUIRY
}
RECEIPT_STEPS: Steps[ReceiptEvent] = {
    ReceiptEvent.Kind.ISSUED: (_document, _announce),
    ReceiptEvent.Kind.SUSPENDED: (_document, _changed),
    ReceiptEvent.Kind.RESTORED: (_document, _changed),
    ReceiptEvent.Kind.CANCELLED: (_document, _changed),
    ReceiptEvent.Kind.RESENT: (_again,),
    ReceiptEvent.Kind.REPRINTED: (),
}
MONTHLY_STEPS: Steps[MonthlyGiftEvent] = dict.fromkeys(MonthlyGiftEvent.Kind, (_tell,))

# The steps that write to a donor: about a change found late they wait for a person.
LETTERS: frozenset[Callable[..., None]] = frozenset(
    {
        _thank_you,
        _receipt_apart,
        _debit_pending,
        _payment_failed,
        _refunded,
        _announce,
        _changed,
        _again,
        _tell,
    }
)
