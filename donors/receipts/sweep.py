"""Receipts that became due, and receipts that stopped saying what is left of their gift.

Alone they are enough: what a lost task or a crash left undone is found here from the rows."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from donors.gifts.models import Donation, LedgerEntry, Status
from donors.gifts.returns import Dispute, Refund
from donors.receipts.eligibility import NotReceiptable, obstacles
from donors.receipts.hold import awaiting_first_receipt
from donors.receipts.issue import issue_receipt
from donors.receipts.models import ReceiptLine
from donors.receipts.settle import settle_receipt

log = logging.getLogger(__name__)

_PAGE = 200


def issue_due_receipts(*, at: datetime) -> int:
    """The first receipt of every gift whose hold is over; answers how many were issued. Idempotent.

    Nobody is written to from here: the receipt's own event sends it."""
    issued = 0
    for donation in (
        awaiting_first_receipt(at=at).select_related("donor", "campaign__organisation").iterator(_PAGE)
    ):
        if obstacles(donation):
            continue
        try:
            issue_receipt(donation, at=at, because="délai d’attente écoulé")
        except (NotReceiptable, DatabaseError):
            log.exception("The receipt of donation %s could not be issued", donation.pk)
        else:
            issued += 1
    return issued


def settle_receipts(*, at: datetime) -> int:
    """Settle the receipts of every gift that had money go back and whose receipt may not say so."""
    done = 0
    for donation in unsettled().iterator(_PAGE):
        settle_receipt(donation, at=at)
        done += 1
    return done


def unsettled() -> QuerySet[Donation]:
    """Gifts with a receipt and with a refund, a dispute or a late failure, unless both say the same."""
    lines = ReceiptLine.objects.filter(donation=OuterRef("pk"))
    live = lines.filter(live=True)
    kept = (
        LedgerEntry.objects.filter(donation=OuterRef("pk"))
        .collected()
        .order_by()
        .values("donation")
        .annotate(total=Sum("amount_cents"))
        .values("total")
    )
    gifts: QuerySet[Donation] = Donation.objects.in_site_mode().filter(
        Exists(Refund.objects.filter(donation=OuterRef("pk")))
        | Exists(Dispute.objects.filter(donation=OuterRef("pk")))
        | Q(status=Status.REVERSED),
        Exists(lines),
    )
    said = Coalesce(Subquery(live.values("amount_cents")[:1], output_field=IntegerField()), 0)
    gifts = gifts.annotate(
        kept=Coalesce(Subquery(kept, output_field=IntegerField()), 0),
        said=said,
        suspended=Exists(live.filter(receipt__suspended_at__isnull=False)),
        # A receipt over several gifts is suspended for any of them.
        disputed=Exists(live.filter(receipt__lines__donation__disputes__stage=Dispute.Stage.OPEN)),
    )
    return gifts.exclude(kept=F("said"), suspended=F("disputed")).order_by("pk")
