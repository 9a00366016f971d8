"""Payouts and their lines as rows for the books."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Q, QuerySet, Value, When

from donors.accounting.table import Cell, Euros, Table
from donors.campaigns.models import local_day
from donors.payments.line_kinds import kind_name
from donors.payments.payout_models import Payout, PayoutLine

PAYOUT_HEADINGS = (
    "Virement Stripe",
    "Émis le",
    "À la banque le",
    "Montant",
    "État",
    "Différence",
    "Opérations inexpliquées",
    "Rapproché le",
    "Cause du retour",
)
LINE_HEADINGS = (
    "Opération Stripe",
    "Date",
    "Nature",
    "N° du don",
    "Brut",
    "Frais",
    "Net",
    "État",
    "Explication",
    "Type Stripe",
    "Catégorie Stripe",
    "Objet Stripe",
)


def payouts_in_site_mode() -> QuerySet[Payout]:
    return Payout.objects.filter(livemode=settings.STRIPE_LIVEMODE)


def with_unexplained(payouts: QuerySet[Payout]) -> QuerySet[Any]:
    """The payouts with the number of their lines that nothing explains."""
    unexplained = Q(lines__state=PayoutLine.State.UNMATCHED)
    return payouts.annotate(unexplained=Count("lines", filter=unexplained))


def lines_to_read(payout: Payout) -> QuerySet[PayoutLine]:
    """What is not explained first, then by date; with what explains the rest."""
    first = Case(When(state=PayoutLine.State.UNMATCHED, then=Value(0)), default=Value(1))
    return payout.lines.select_related("ledger_entry").order_by(first, "created_at", "pk")


def explanation(line: PayoutLine) -> str:
    """Which entry of the books explains the line, or why none does."""
    entry = line.ledger_entry
    if line.state != PayoutLine.State.MATCHED:
        return line.reason
    if entry is None:
        return line.reason or "Le virement lui-même."
    named = f"Écriture «\u00a0{entry.get_kind_display()}\u00a0» du {local_day(entry.occurred_at):%d/%m/%Y}"
    return f"{named}. {line.reason}" if line.reason else named


def payout_table(payouts: QuerySet[Any]) -> Table:
    """The payouts of the queryset, in its order, read once as a stream."""
    return Table(title="Virements Stripe", headings=PAYOUT_HEADINGS, rows=_payouts(payouts))


def line_table(payout: Payout) -> Table:
    """Every line of one payout, its own included: the column "Net" adds up to zero."""
    return Table(title="Opérations", headings=LINE_HEADINGS, rows=_lines(payout))


def _payouts(payouts: QuerySet[Any]) -> Iterator[list[Cell]]:
    for payout in payouts.iterator(chunk_size=1000):
        yield [
            payout.stripe_payout_id,
            local_day(payout.created_at),
            payout.arrives_on,
            Euros(payout.amount_cents),
            payout.get_state_display(),
            Euros(payout.difference_cents),
            payout.unexplained,
            local_day(payout.reconciled_at) if payout.reconciled_at else None,
            payout.failure,
        ]


def _lines(payout: Payout) -> Iterator[list[Cell]]:
    for line in lines_to_read(payout).iterator(chunk_size=1000):
        yield [
            line.transaction_id,
            local_day(line.created_at),
            kind_name(line.type, line.reporting_category),
            line.donation_id,
            Euros(line.amount_cents),
            Euros(line.fee_cents),
            Euros(line.net_cents),
            line.get_state_display(),
            explanation(line),
            line.type,
            line.reporting_category,
            line.source_id,
        ]
