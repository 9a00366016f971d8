"""The proof that nothing is lost: totals from the ledger, receipts from their snapshots and hashes, numbers
from their series, paid gifts from Stripe."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from donors.gifts.models import Donation, LedgerEntry, Status
from donors.payments.errors import UnknownObject
from donors.payments.gateway.checkout import fetch_checkout
from donors.payments.models import CheckoutAttempt
from donors.receipts.checks import differences as receipt_differences

_ONLINE = Q(method__in=["card", "sepa"])


@dataclass(frozen=True)
class Difference:
    """One row that is not as it must be: which, and how."""

    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


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


def stripe_differences() -> Iterator[Difference]:
    """Paid online gifts of this site's mode that Stripe describes otherwise; one call for each gift.

    Raises StripeUnavailable: silence is no proof."""
    paid = Donation.objects.in_site_mode().filter(_ONLINE, status=Status.SUCCEEDED)
    for donation in paid.iterator():
        yield from _compare_with_stripe(donation)


def _compare_with_stripe(donation: Donation) -> Iterator[Difference]:
    row = f"Donation {donation.pk}"
    attempt = donation.attempts.filter(state=CheckoutAttempt.State.COMPLETE).last()
    if attempt is None:
        yield Difference(row, "is paid, but no payment page of it is complete")
        return
    try:
        facts = fetch_checkout(attempt.stripe_session_id)
    except UnknownObject:
        yield Difference(row, f"Stripe does not know {attempt.stripe_session_id}")
        return
    ours: dict[str, object] = {
        "paid": True,
        "cents": donation.amount_cents,
        "charge": donation.stripe_charge_id,
        "date": donation.credited_at,
        "gift": str(donation.uuid),
    }
    theirs: dict[str, object] = {
        "paid": facts.is_paid,
        "cents": facts.amount_cents,
        "charge": facts.charge_id,
        "date": facts.charged_at,
        "gift": facts.donation_uuid,
    }
    for name, value in ours.items():
        if theirs[name] != value:
            yield Difference(row, f"Stripe says {name} {theirs[name]}, we say {value}")
    fees = donation.ledger.filter(kind=LedgerEntry.Kind.FEE)
    booked = -(fees.aggregate(total=Sum("amount_cents"))["total"] or 0)
    if booked and (facts.fee is None or booked != facts.fee.fee_cents):
        told = facts.fee.fee_cents if facts.fee else "nothing"
        names = ", ".join(f"LedgerEntry {pk}" for pk in fees.values_list("pk", flat=True))
        yield Difference(names, f"the fee is {booked} cents, Stripe says {told}")


def stored_differences() -> Iterator[Difference]:
    """Every difference that our own tables show."""
    yield from ledger_differences()
    for sentence in receipt_differences():
        row, _, what = sentence.partition(": ")
        yield Difference(row, what)
