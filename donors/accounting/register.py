"""The register of receipts: every number of a series, and what became of it. Without a receipt it is a gap.

Accountants and the administration take a series without a gap for complete (LPF art. L. 14 A)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from donors.accounting.receipt_number import full_number
from donors.accounting.receipt_rows import with_document
from donors.accounting.table import Cell, Euros, Table
from donors.campaigns.models import local_day
from donors.receipts.models import Receipt, ReceiptSeries

HEADINGS = (
    "N° du reçu",
    "État",
    "Émis le",
    "Modèle",
    "Type",
    "Montant",
    "Suspendu le",
    "Annulé le",
    "Annulé par",
    "Motif d’annulation",
    "Remplace le reçu",
    "Remplacé par le reçu",
    "PDF créé le",
    "Empreinte SHA-256 du PDF",
)
MISSING = "MANQUANT"
BY_ITSELF = "le site"
_AT_ONCE = 500  # numbers read together
_NAMED = 20  # gaps that a sentence names


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One number, with its receipt as `numbered` reads it; None is a gap."""

    number: str
    receipt: Any | None


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Numbers that were given out, or stand below one that was, and that no receipt has."""

    count: int
    named: tuple[str, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.named)


def last_number(series: ReceiptSeries) -> int:
    """The highest that is known: of the counter, or of a receipt beyond it, which should not be."""
    highest = series.receipts.aggregate(highest=Max("number"))["highest"] or 0
    return max(series.last_number, highest)


def entries(series: ReceiptSeries, first: int, last: int) -> list[Entry]:
    """These numbers, both included, each with its receipt or without. One query."""
    found = {receipt.number: receipt for receipt in numbered(series, first, last)}
    return [
        Entry(number=_written(series, number), receipt=found.get(number)) for number in range(first, last + 1)
    ]


def numbered(series: ReceiptSeries, first: int, last: int) -> QuerySet[Any]:
    receipts = with_document(series.receipts.filter(number__gte=first, number__lte=last))
    found: QuerySet[Any] = receipts.select_related("series", "cancelled_by").annotate(
        replaced_by_key=F("replaced_by__pk"), replaced_by_number=full_number("replaced_by__")
    )
    return found


def gaps_of(series: ReceiptSeries) -> Gaps:
    """Counted in one query; the first twenty are looked for only if there are any."""
    last = last_number(series)
    count = last - (series.receipts.aggregate(rows=Count("pk"))["rows"] or 0)
    named: list[str] = []
    if count:
        for entry in _all(series, last):
            if entry.receipt is None and len(named) < _NAMED:
                named.append(entry.number)
    return Gaps(count=count, named=tuple(named))


def register_table(series: ReceiptSeries) -> Table:
    """The whole series in the order of its numbers, read once as a stream; a gap is a row that says so."""
    return Table(title=f"Registre {series.label}", headings=HEADINGS, rows=_rows(series))


def whoever_cancelled(receipt: Receipt) -> str:
    """The person's name; the site itself cancels what a refund or a dispute took back."""
    if receipt.cancelled_at is None:
        return ""
    user = receipt.cancelled_by
    return BY_ITSELF if user is None else user.get_full_name() or user.get_username()


def _all(series: ReceiptSeries, last: int) -> Iterator[Entry]:
    for first in range(1, last + 1, _AT_ONCE):
        yield from entries(series, first, min(first + _AT_ONCE - 1, last))


def _rows(series: ReceiptSeries) -> Iterator[list[Cell]]:
    for entry in _all(series, last_number(series)):
        receipt = entry.receipt
        if receipt is None:
            yield [entry.number, MISSING, *[None] * (len(HEADINGS) - 2)]
        else:
            yield [entry.number, *_issue(receipt), *_end(receipt), *_document(receipt)]


def _issue(receipt: Receipt) -> list[Cell]:
    return [
        receipt.standing,
        local_day(receipt.issued_at),
        receipt.form,
        receipt.get_kind_display(),
        Euros(receipt.amount_cents),
    ]


def _end(receipt: Any) -> list[Cell]:
    return [
        local_day(receipt.suspended_at) if receipt.is_suspended else None,
        local_day(receipt.cancelled_at) if receipt.cancelled_at else None,
        whoever_cancelled(receipt),
        receipt.cancel_reason,
        receipt.replaced_number if receipt.replaces_id else None,
        receipt.replaced_by_number if receipt.replaced_by_key else None,
    ]


def _document(receipt: Any) -> list[Cell]:
    made_at = receipt.document_made_at
    return [local_day(made_at) if made_at else None, receipt.document_sha256]


def _written(series: ReceiptSeries, number: int) -> str:
    return Receipt(series=series, number=number).full_number
