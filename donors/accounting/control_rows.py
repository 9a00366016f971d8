"""From each receipt to the bank, as rows: receipts, their gifts, the entries of these, and their payouts."""

from collections.abc import Iterator
from typing import Any

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Substr

from donors.accounting.receipt_number import full_number
from donors.accounting.receipt_rows import with_document
from donors.accounting.table import Cell, Euros, Table
from donors.campaigns.models import local_day
from donors.gifts.models import LedgerEntry
from donors.payments.payout_models import Payout, PayoutLine
from donors.receipts.models import Receipt, ReceiptLine

RECEIPT_HEADINGS = (
    "N° du reçu",
    "État",
    "Émis le",
    "Modèle",
    "Donateur",
    "Montant",
    "Suspendu le",
    "Annulé le",
    "Motif d’annulation",
    "Remplace le reçu",
    "Empreinte SHA-256 du contenu",
    "Empreinte SHA-256 du PDF",
)
GIFT_HEADINGS = (
    "N° du reçu",
    "État du reçu",
    "N° du don",
    "Crédité le",
    "Nature",
    "Moyen de paiement",
    "Montant du don",
    "Montant sur le reçu",
    "Reste du don",
    "Référence du paiement",
    "Paiement Stripe",
    "Débit Stripe",
)
ENTRY_HEADINGS = (
    "N° du don",
    "Écriture",
    "Date",
    "Montant",
    "Clé",
    "Annule l’écriture",
    "Virement Stripe",
    "À la banque le",
)
PAYOUT_HEADINGS = (
    "Virement Stripe",
    "Émis le",
    "À la banque le",
    "Montant du virement",
    "État",
    "Part de ces dons",
)
_AFTER_FEE = len("fee:") + 1  # SQL counts characters from one


def entries_of(receipts: QuerySet[Receipt]) -> QuerySet[Any]:
    """Every entry of the gifts on these receipts, once, with the key of the payout that holds it.

    A payout's line is tied to its entry; the fee inside that line has the line's transaction in its key."""
    gifts = ReceiptLine.objects.filter(receipt__in=receipts).values("donation")
    tied = PayoutLine.objects.filter(ledger_entry=OuterRef("pk")).order_by("pk")
    fee = PayoutLine.objects.filter(transaction_id=Substr(OuterRef("key"), _AFTER_FEE))
    entries: QuerySet[Any] = LedgerEntry.objects.filter(donation__in=gifts).annotate(
        payout_key=Coalesce(Subquery(tied.values("payout")[:1]), Subquery(fee.values("payout")[:1]))
    )
    return entries


def shares_of(receipts: QuerySet[Receipt]) -> dict[int | None, int]:
    """Cents of these gifts in each payout, by its key; under None what no payout of Stripe's holds."""
    sums = entries_of(receipts).order_by().values("payout_key").annotate(cents=Sum("amount_cents"))
    return {row["payout_key"]: row["cents"] for row in sums}


def control_receipts(receipts: QuerySet[Receipt]) -> Table:
    return Table(title="Reçus", headings=RECEIPT_HEADINGS, rows=_receipts(receipts))


def control_gifts(receipts: QuerySet[Receipt]) -> Table:
    """A gift stands once for each of its receipts, cancelled ones too."""
    return Table(title="Dons", headings=GIFT_HEADINGS, rows=_gifts(receipts))


def control_entries(receipts: QuerySet[Receipt]) -> Table:
    return Table(title="Écritures", headings=ENTRY_HEADINGS, rows=_entries(receipts))


def control_payouts(receipts: QuerySet[Receipt]) -> Table:
    return Table(title="Virements", headings=PAYOUT_HEADINGS, rows=_payouts(receipts))


def printed_name(snapshot: dict[str, Any]) -> str:
    """The donor as the receipt names them, whatever became of the row since."""
    donor = snapshot.get("donor", {})
    person = f"{donor.get('first_name', '')} {donor.get('last_name', '')}".strip()
    return str(donor.get("name") or person)


def _receipts(receipts: QuerySet[Receipt]) -> Iterator[list[Cell]]:
    rows: QuerySet[Any] = with_document(receipts).defer(None).order_by("series__year", "series", "number")
    for receipt in rows.iterator(chunk_size=500):
        yield [
            receipt.printed_number,
            receipt.standing,
            local_day(receipt.issued_at),
            receipt.form,
            printed_name(receipt.snapshot),
            Euros(receipt.amount_cents),
            local_day(receipt.suspended_at) if receipt.is_suspended else None,
            local_day(receipt.cancelled_at) if receipt.cancelled_at else None,
            receipt.cancel_reason,
            receipt.replaced_number if receipt.replaces_id else None,
            receipt.snapshot_sha256,
            receipt.document_sha256,
        ]


def _gifts(receipts: QuerySet[Receipt]) -> Iterator[list[Cell]]:
    booked = LedgerEntry.objects.filter(donation=OuterRef("donation")).order_by("pk")
    kept = booked.collected().order_by().values("donation").annotate(total=Sum("amount_cents"))
    rows: QuerySet[Any] = (
        ReceiptLine.objects.filter(receipt__in=receipts)
        .select_related("receipt__series", "donation")
        .defer("receipt__snapshot")
        .annotate(
            printed_number=full_number("receipt__"),
            kept_cents=Coalesce(Subquery(kept.values("total")), 0, output_field=IntegerField()),
            payment=Subquery(booked.filter(kind=LedgerEntry.Kind.GIFT, reverses=None).values("key")[:1]),
        )
        .order_by("receipt__series__year", "receipt__series", "receipt__number", "pk")
    )
    for line in rows.iterator(chunk_size=500):
        gift = line.donation
        yield [
            line.printed_number,
            line.receipt.standing,
            gift.pk,
            gift.credited_on,
            gift.get_nature_display(),
            gift.get_method_display(),
            Euros(gift.amount_cents),
            Euros(line.amount_cents),
            Euros(line.kept_cents),
            line.payment,
            gift.stripe_payment_intent_id,
            gift.stripe_charge_id,
        ]


def _entries(receipts: QuerySet[Receipt]) -> Iterator[list[Cell]]:
    payouts = Payout.objects.in_bulk([key for key in shares_of(receipts) if key])
    rows = entries_of(receipts).select_related("reverses").order_by("donation", "occurred_at", "pk")
    for entry in rows.iterator(chunk_size=1000):
        payout = payouts.get(entry.payout_key)
        yield [
            entry.donation_id,
            entry.get_kind_display(),
            local_day(entry.occurred_at),
            Euros(entry.amount_cents),
            entry.key,
            entry.reverses.key if entry.reverses else None,
            payout.stripe_payout_id if payout else None,
            payout.arrives_on if payout else None,
        ]


def _payouts(receipts: QuerySet[Receipt]) -> Iterator[list[Cell]]:
    shares = shares_of(receipts)
    found = Payout.objects.filter(pk__in=[key for key in shares if key])
    for payout in found.order_by("arrives_on", "pk"):
        yield [
            payout.stripe_payout_id,
            local_day(payout.created_at),
            payout.arrives_on,
            Euros(payout.amount_cents),
            payout.get_state_display(),
            Euros(shares[payout.pk]),
        ]
