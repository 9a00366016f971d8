"""The ledger against the refunds and disputes that it should tell of. Read-only."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from donors.accounting.difference import Difference
from donors.gifts.kept import REFUND_ON_ITS_WAY
from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.returns import Dispute, Refund

_HOLDS_MONEY = {Dispute.Stage.OPEN, Dispute.Stage.LOST}


def returns_differences() -> Iterator[Difference]:
    """Gifts whose refunds and disputes moved other money than the ledger says; only such gifts are read."""
    went_back = LedgerEntry.objects.filter(donation=OuterRef("pk"), kind__in=["refund", "dispute"])
    gifts = Donation.objects.filter(
        Exists(went_back)
        | Exists(Refund.objects.filter(donation=OuterRef("pk")))
        | Exists(Dispute.objects.filter(donation=OuterRef("pk")))
    )
    for gift in (
        gifts.prefetch_related("ledger", "refunds", "disputes").order_by("pk").iterator(chunk_size=500)
    ):
        yield from _of_refunds(gift)
        yield from _of_disputes(gift)


def _of_refunds(gift: Donation) -> Iterator[Difference]:
    lines = [line for line in gift.ledger.all() if line.kind == LedgerEntry.Kind.REFUND]
    keys = {line.pk: line.key for line in lines}
    booked: dict[str, int] = {}
    for line in lines:
        key = line.key if line.reverses_id is None else keys[line.reverses_id]
        booked[key] = booked.get(key, 0) + line.amount_cents
    for refund in gift.refunds.all():
        cents = booked.pop(f"refund:{refund.stripe_refund_id}", 0)
        may_be = _may_be_booked(refund)
        if cents not in may_be:
            yield Difference(
                f"Refund {refund.pk}",
                f"of Donation {gift.pk} is {refund.status}, {refund.amount_cents} cents;"
                f" the ledger holds {cents} cents",
            )
    for key, cents in booked.items():
        yield Difference(
            f"Donation {gift.pk}", f"the ledger holds {cents} cents of {key}, which no refund tells"
        )


def _may_be_booked(refund: Refund) -> set[int]:
    if refund.status == Refund.Status.SUCCEEDED:
        return {-refund.amount_cents}
    return {0, -refund.amount_cents} if refund.status in REFUND_ON_ITS_WAY else {0}


def _of_disputes(gift: Donation) -> Iterator[Difference]:
    booked = sum(line.amount_cents for line in gift.ledger.all() if line.kind == LedgerEntry.Kind.DISPUTE)
    disputes = list(gift.disputes.all())
    told = -sum(dispute.amount_cents for dispute in disputes if dispute.stage in _HOLDS_MONEY)
    if booked != told:
        names = ", ".join(f"Dispute {dispute.pk} ({dispute.stage})" for dispute in disputes) or "no dispute"
        yield Difference(
            f"Donation {gift.pk}", f"the ledger holds {booked} cents of disputes, {names} says {told}"
        )
