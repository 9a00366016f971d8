"""The proof that receipts are what they were: numbers, frozen facts, PDFs, and the money they speak of.

Every difference is one sentence "Model pk (number): what is wrong". Read-only."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from donors.campaigns.models import local_day
from donors.gifts.kept import REFUND_ON_ITS_WAY
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.gifts.returns import Dispute, Refund
from donors.receipts.models import Receipt, ReceiptDocument, ReceiptLine, ReceiptSeries
from donors.receipts.snapshot import snapshot_sha256


def differences() -> Iterator[str]:
    """Every receipt, number or PDF that is not as it must be. Streams: little memory for many receipts."""
    yield from _numbers()
    for receipt in _receipts().iterator(chunk_size=500):
        for what in [*_facts(receipt), *_lines(receipt)]:
            yield f"{_name(receipt)}: {what}"
    yield from _documents()


def _numbers() -> Iterator[str]:
    """1 to last_number, each once: one query, so that receipts issued meanwhile cannot confuse it."""
    counted = ReceiptSeries.objects.select_related("organisation").annotate(
        issued=Count("receipts"), different=Count("receipts__number", distinct=True),
        lowest=Min("receipts__number"), highest=Max("receipts__number"),
    )  # fmt: skip
    for series in counted.order_by("pk"):
        name = f"ReceiptSeries {series.pk} ({series.label})"
        if series.issued != series.different:
            yield f"{name}: a number stands on more than one receipt"
        if (series.highest or 0) != series.last_number:
            yield f"{name}: last_number is {series.last_number}, the highest receipt is {series.highest or 0}"
        if series.different != (series.highest or 0):
            missing = _missing_numbers(series)
            yield f"{name}: no receipt has number {', '.join(map(str, missing))}"


def _missing_numbers(series: ReceiptSeries) -> list[int]:
    present = set(series.receipts.values_list("number", flat=True))
    return [number for number in range(1, max(present) + 1) if number not in present][:20]


def _receipts() -> QuerySet[Receipt]:
    collected = (
        LedgerEntry.objects.filter(donation=OuterRef("donation"))
        .collected()
        .order_by()
        .values("donation")
        .annotate(total=Sum("amount_cents"))
        .values("total")
    )
    of_the_gift = {"donation": OuterRef("donation")}
    lines = ReceiptLine.objects.select_related("donation").annotate(
        collected=Coalesce(Subquery(collected, output_field=IntegerField()), 0),
        disputed=Exists(Dispute.objects.filter(**of_the_gift, stage=Dispute.Stage.OPEN)),
        refunding=Exists(Refund.objects.filter(**of_the_gift, status__in=REFUND_ON_ITS_WAY)),
    )
    return Receipt.objects.select_related("series").prefetch_related(Prefetch("lines", lines)).order_by("pk")


def _facts(receipt: Receipt) -> Iterator[str]:
    """The frozen facts against their hash, and against the columns that lists and exports read."""
    snapshot: dict[str, Any] = receipt.snapshot
    if snapshot_sha256(snapshot) != receipt.snapshot_sha256:
        yield "its frozen facts do not match their hash"
    if snapshot.get("number") != receipt.full_number:
        yield f"its frozen facts say number {snapshot.get('number')}"
    gift: dict[str, Any] = snapshot.get("gift") or {}
    if gift.get("amount_cents") != receipt.amount_cents:
        yield f"its frozen facts say {gift.get('amount_cents')} cents, its row {receipt.amount_cents}"
    if snapshot.get("issued_on") != local_day(receipt.issued_at).isoformat():
        yield f"its frozen facts say issued on {snapshot.get('issued_on')}"
    if local_day(receipt.issued_at).year != receipt.series.year:
        yield f"it was issued in {local_day(receipt.issued_at).year}, its number is of {receipt.series.year}"


def _lines(receipt: Receipt) -> Iterator[str]:
    """Its gifts: live on a valid receipt, freed by a cancelled one, and the same money as in the ledger."""
    lines: list[Any] = list(receipt.lines.all())
    total = sum(line.amount_cents for line in lines)
    if total != receipt.amount_cents:
        yield f"its gifts add up to {total} cents, it says {receipt.amount_cents}"
    issued = receipt.state == Receipt.State.ISSUED
    disputed = any(line.disputed for line in lines)
    if disputed and issued and not receipt.is_suspended:
        yield "one of its gifts is disputed, and it is not suspended"
    if receipt.is_suspended and not disputed:
        yield "none of its gifts is disputed, and it is suspended"
    for line in lines:
        if line.live != issued:
            yield f"it is {receipt.state}, but ReceiptLine {line.pk} says live={line.live}"
        if issued:
            for what in _money(receipt, line, line.donation):
                yield f"Donation {line.donation.pk} {what}"


def _money(receipt: Receipt, line: Any, donation: Donation) -> Iterator[str]:
    if donation.status != Status.SUCCEEDED:
        yield f"is {donation.status}"
    # An open dispute took the money until the verdict; a refund on its way may not have taken it yet.
    if line.collected != line.amount_cents and not line.disputed and not line.refunding:
        yield f"is {line.collected} cents in the ledger, {line.amount_cents} on the receipt"
    if donation.livemode != receipt.series.livemode:
        yield "is of another mode than the number"
    payments = (receipt.snapshot.get("gift") or {}).get("payments") or []
    said = next((payment for payment in payments if payment.get("reference") == str(donation.uuid)), None)
    if said is None:
        yield "is not among the payments that the receipt lists"
    elif donation.credited_on and said.get("paid_on") != donation.credited_on.isoformat():
        yield f"was credited on {donation.credited_on}, the receipt says {said.get('paid_on')}"
    elif said.get("amount_cents") != line.amount_cents:
        yield f"is {line.amount_cents} cents on the receipt's line, the receipt says {said['amount_cents']}"


def _documents() -> Iterator[str]:
    """The PDFs against their hashes, one after another; and receipts that have none yet."""
    documents = ReceiptDocument.objects.select_related("receipt__series").defer("receipt__snapshot")
    for document in documents.order_by("pk").iterator(chunk_size=50):
        if hashlib.sha256(document.content).hexdigest() != document.sha256:
            name = _name(document.receipt)
            yield f"{name}: its PDF (ReceiptDocument {document.pk}) does not match its hash"
    without = Receipt.objects.select_related("series").defer("snapshot").filter(document__isnull=True)
    for receipt in without.order_by("pk").iterator():
        yield f"{_name(receipt)}: it has no PDF yet"


def _name(receipt: Receipt) -> str:
    return f"Receipt {receipt.pk} ({receipt.full_number})"
