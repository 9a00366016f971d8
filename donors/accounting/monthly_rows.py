"""Monthly gifts as rows for the books: the promise, and what the ledger says of its months."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from donors.accounting.gift_rows import DONOR_HEADINGS, donor_cells
from donors.accounting.table import Cell, Euros, Table
from donors.campaigns.models import local_day
from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.monthly import MonthlyGift

HEADINGS = (
    "N° du don mensuel",
    "Commencé le",
    "Premier don le",
    "État",
    "Montant mensuel",
    "Prochain débit",
    "Arrêté le",
    "Mois payés",
    "Total encaissé",
    "Campagne",
    *DONOR_HEADINGS,
    "Souhaite un reçu",
    "Provenance",
    "Abonnement Stripe",
)


def with_months(promises: QuerySet[MonthlyGift]) -> QuerySet[Any]:
    """The monthly gifts with `months_paid`, and `paid_cents`: what came in less what went back. One query."""
    paid = Donation.objects.succeeded().filter(monthly_gift=OuterRef("pk")).order_by().values("monthly_gift")
    lines = LedgerEntry.objects.collected().filter(donation__monthly_gift=OuterRef("pk")).order_by()
    total = lines.values("donation__monthly_gift").annotate(total=Sum("amount_cents")).values("total")
    return promises.select_related("donor", "campaign").annotate(
        months_paid=_number(paid.annotate(found=Count("pk")).values("found")), paid_cents=_number(total)
    )


def monthly_table(promises: QuerySet[MonthlyGift]) -> Table:
    """The monthly gifts of the queryset, in its order, read once as a stream."""
    return Table(title="Dons mensuels", headings=HEADINGS, rows=_rows(promises))


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows), 0, output_field=IntegerField())


def _rows(promises: QuerySet[MonthlyGift]) -> Iterator[list[Cell]]:
    for promise in with_months(promises).iterator(chunk_size=1000):
        yield [
            promise.pk,
            local_day(promise.created_at),
            local_day(promise.started_at) if promise.started_at else None,
            promise.standing,
            Euros(promise.amount_cents),
            local_day(promise.due_at) if promise.due_at else None,
            local_day(promise.canceled_at) if promise.canceled_at else None,
            promise.months_paid,
            Euros(promise.paid_cents),
            promise.campaign.name,
            *donor_cells(promise.donor),
            "oui" if promise.wants_receipt else "non",
            promise.source,
            promise.stripe_subscription_id,
        ]
