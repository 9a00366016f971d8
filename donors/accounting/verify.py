"""The proof that nothing is lost: totals from the ledger, receipts from their snapshots and hashes, numbers
from their series, paid gifts from Stripe."""

from collections.abc import Iterator

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from donors.accounting.against_stripe import stripe_differences
from donors.accounting.difference import Difference
from donors.accounting.returns_check import returns_differences
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.receipts.checks import differences as receipt_differences

__all__ = ["Difference", "stored_differences", "stripe_differences"]


def ledger_differences() -> Iterator[Difference]:
    """Gifts whose ledger lines do not say what the gift says, and lines of gifts that were never paid."""
    gifts = LedgerEntry.objects.filter(donation=OuterRef("pk"), kind=LedgerEntry.Kind.GIFT).order_by()
    booked = Coalesce(
        Subquery(
            gifts.values("donation").annotate(total=Sum("amount_cents")).values("total"),
            output_field=IntegerField(),
        ),
        0,
    )
    donations = Donation.objects.annotate(booked=booked)
    wrong = donations.filter(status=Status.SUCCEEDED).exclude(booked=F("amount_cents"))
    for donation in wrong.iterator():
        yield Difference(
            f"Donation {donation.pk}",
            f"the ledger holds {donation.booked} cents, the gift is {donation.amount_cents}",
        )
    for donation in donations.exclude(status=Status.SUCCEEDED).exclude(booked=0).iterator():
        yield Difference(
            f"Donation {donation.pk}", f"is {donation.status}, but the ledger holds {donation.booked} cents"
        )
    other_mode = LedgerEntry.objects.exclude(donation=None).exclude(livemode=F("donation__livemode"))
    for line in other_mode.iterator():
        yield Difference(f"LedgerEntry {line.pk}", "is of another mode than its gift")
    for line in LedgerEntry.objects.filter(kind="gift", reverses=None).select_related("donation").iterator():
        if line.donation and line.donation.stripe_charge_id:
            if line.key != f"gift:{line.donation.stripe_charge_id}":
                yield Difference(f"LedgerEntry {line.pk}", "names another charge than its gift")
            if line.amount_cents != line.donation.amount_cents:
                yield Difference(
                    f"LedgerEntry {line.pk}",
                    f"is {line.amount_cents} cents, its gift {line.donation.amount_cents}",
                )


def stored_differences() -> Iterator[Difference]:
    """Every difference that our own tables show."""
    yield from ledger_differences()
    yield from returns_differences()
    for sentence in receipt_differences():
        row, _, what = sentence.partition(": ")
        yield Difference(row, what)
