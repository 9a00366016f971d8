"""Gifts as rows for the books: what was promised, what the ledger says came in, went back and was kept."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from donors.accounting.receipt_number import full_number
from donors.accounting.table import Cell, Euros, Table
from donors.campaigns.models import local_day
from donors.gifts.models import Donation, LedgerEntry
from donors.payments.models import CheckoutAttempt
from donors.people.models import Donor
from donors.receipts.models import ReceiptLine

DONOR_HEADINGS = (
    "Type de donateur",
    "Organisme",
    "SIREN",
    "Prénom",
    "Nom",
    "Adresse e-mail",
    "Adresse",
    "Code postal",
    "Ville",
    "Pays",
)
HEADINGS = (
    "N° du don",
    "Commencé le",
    "Crédité le",
    "Statut",
    "Moyen de paiement",
    "Campagne",
    "Montant du don",
    "Encaissé",
    "Remboursé",
    "Contesté",
    "Frais",
    "Net",
    "Reçu fiscal",
    "État du reçu",
    *DONOR_HEADINGS,
    "Souhaite un reçu",
    "Anonyme",
    "Provenance",
    "Paiement Stripe",
    "Débit Stripe",
    "Session Stripe",
)


def with_books(gifts: QuerySet[Donation]) -> QuerySet[Any]:
    """The gifts with their sums over the ledger (`booked_cents`, `refunded_cents`, `disputed_cents`,
    `fee_cents`, `net_cents`), their receipt and how it stands, and the last Stripe session, in one query.

    Each is a subquery, so no filter put on the gifts can change a sum."""
    kinds = LedgerEntry.Kind
    sessions = CheckoutAttempt.objects.filter(donation=OuterRef("pk")).exclude(stripe_session_id="")
    receipts = ReceiptLine.objects.filter(donation=OuterRef("pk"), live=True)
    return gifts.select_related("donor", "campaign").annotate(
        booked_cents=_sum(kinds.GIFT),
        refunded_cents=_sum(kinds.REFUND),
        disputed_cents=_sum(kinds.DISPUTE),
        fee_cents=_sum(kinds.FEE),
        net_cents=_sum(kinds.GIFT, kinds.REFUND, kinds.DISPUTE, kinds.FEE),
        receipt_number=Subquery(receipts.values_list(full_number("receipt__"))[:1]),
        receipt_suspended=Exists(receipts.filter(receipt__suspended_at__isnull=False)),
        receipt_cancelled=Exists(ReceiptLine.objects.filter(donation=OuterRef("pk"), live=False)),
        session_id=Subquery(sessions.order_by("-number").values("stripe_session_id")[:1]),
    )


def _sum(*kinds: LedgerEntry.Kind) -> Coalesce:
    lines = LedgerEntry.objects.filter(donation=OuterRef("pk"), kind__in=kinds).order_by()
    total = lines.values("donation").annotate(total=Sum("amount_cents")).values("total")
    return Coalesce(Subquery(total), 0, output_field=IntegerField())


def gift_table(gifts: QuerySet[Donation]) -> Table:
    """The gifts of the queryset, in its order, read once as a stream."""
    return Table(title="Dons", headings=HEADINGS, rows=_rows(gifts))


def _rows(gifts: QuerySet[Donation]) -> Iterator[list[Cell]]:
    for gift in with_books(gifts).iterator(chunk_size=1000):
        yield [*_facts(gift), *_books(gift), *donor_cells(gift.donor), *_traces(gift)]


def _facts(gift: Donation) -> list[Cell]:
    return [
        gift.pk,
        local_day(gift.created_at),
        gift.credited_on,
        gift.get_status_display(),
        gift.get_method_display(),
        gift.campaign.name,
    ]


def _books(gift: Any) -> list[Cell]:
    return [
        Euros(gift.amount_cents),
        Euros(gift.booked_cents),
        Euros(gift.refunded_cents),
        Euros(gift.disputed_cents),
        Euros(gift.fee_cents),
        Euros(gift.net_cents),
        gift.receipt_number,
        _receipt_state(gift),
    ]


def _receipt_state(gift: Any) -> str:
    """How the gift's receipt stands; a cancelled one is told while no other has taken its place."""
    if gift.receipt_number:
        return "suspendu" if gift.receipt_suspended else "valable"
    return "annulé" if gift.receipt_cancelled else ""


def donor_cells(donor: Donor) -> list[Cell]:
    """In the order of DONOR_HEADINGS."""
    return [
        donor.get_kind_display(),
        donor.organisation_name,
        donor.siren,
        donor.first_name,
        donor.last_name,
        donor.email,
        donor.street,
        donor.postcode,
        donor.city,
        donor.country,
    ]


def _traces(gift: Any) -> list[Cell]:
    return [
        "oui" if gift.wants_receipt else "non",
        "oui" if gift.anonymous else "non",
        gift.source,
        gift.stripe_payment_intent_id,
        gift.stripe_charge_id,
        gift.session_id,
    ]
