"""Tax receipts as rows for the books: every number that was given out, suspended and cancelled ones included.

What a total counts is for its reader to choose: `État` tells "Émis" from "Suspendu" and "Annulé"."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from donors.accounting.period import Period
from donors.accounting.receipt_number import full_number
from donors.accounting.table import Cell, Euros, Table
from donors.campaigns.models import local_day
from donors.gifts.queries import day_start
from donors.receipts.models import Receipt

HEADINGS = (
    "N° du reçu",
    "Émis le",
    "État",
    "Suspendu le",
    "Annulé le",
    "Motif d’annulation",
    "Remplace le reçu",
    "Montant",
    "Donateur",
    "Adresse e-mail",
    "Adresse",
    "Code postal",
    "Ville",
    "Pays",
    "Modèle",
    "PDF créé le",
    "Empreinte SHA-256 du PDF",
)


def receipts_in_site_mode() -> QuerySet[Receipt]:
    """Test receipts have a series of their own and never stand among the real ones."""
    return Receipt.objects.filter(series__livemode=settings.STRIPE_LIVEMODE)


def issued_in(receipts: QuerySet[Receipt], period: Period) -> QuerySet[Receipt]:
    return receipts.filter(issued_at__gte=day_start(period.first), issued_at__lt=day_start(period.day_after))


def with_document(receipts: QuerySet[Receipt]) -> QuerySet[Any]:
    """The receipts with their number, donor and PDF's hash in one query, without the PDF and the snapshot."""
    return (
        receipts.select_related("donor", "series")
        .defer("snapshot")
        .annotate(
            printed_number=full_number(),
            replaced_number=full_number("replaces__"),
            document_sha256=F("document__sha256"),
            document_made_at=F("document__made_at"),
        )
    )


def receipt_table(receipts: QuerySet[Receipt]) -> Table:
    """The receipts of the queryset, in its order, read once as a stream."""
    return Table(title="Reçus fiscaux", headings=HEADINGS, rows=_rows(receipts))


def _rows(receipts: QuerySet[Receipt]) -> Iterator[list[Cell]]:
    for receipt in with_document(receipts).iterator(chunk_size=1000):
        yield [*_facts(receipt), *_donor(receipt), *_document(receipt)]


def _facts(receipt: Any) -> list[Cell]:
    return [
        receipt.printed_number,
        local_day(receipt.issued_at),
        receipt.standing,
        local_day(receipt.suspended_at) if receipt.is_suspended else None,
        local_day(receipt.cancelled_at) if receipt.cancelled_at else None,
        receipt.cancel_reason,
        receipt.replaced_number if receipt.replaces_id else None,
        Euros(receipt.amount_cents),
    ]


def _donor(receipt: Receipt) -> list[Cell]:
    donor = receipt.donor
    return [donor.display_name, donor.email, donor.street, donor.postcode, donor.city, donor.country]


def _document(receipt: Any) -> list[Cell]:
    made_at = receipt.document_made_at
    return [receipt.form, local_day(made_at) if made_at else None, receipt.document_sha256]
