"""How long the automatic receipt waits: a bank may still take a debit back, and a receipt should last.

Days are Paris days: a gift of 3 June held for 14 days has its receipt in the first hours of 17 June."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from donors.campaigns.models import local_day
from donors.gifts.models import Donation, Method
from donors.gifts.queries import day_start
from donors.people.models import Donor
from donors.receipts.models import ReceiptLine


def hold_days(method: str) -> int:
    """What the treasurer receives by hand has arrived for good: only what Stripe collects may wait."""
    waits = {Method.CARD: settings.RECEIPT_HOLD_DAYS_CARD, Method.SEPA: settings.RECEIPT_HOLD_DAYS_SEPA}
    return waits.get(Method(method), 0)


def automatic_receipt_at(donation: Donation) -> datetime | None:
    """From when on this paid gift has its receipt by itself; None for a month of a monthly gift.

    The months of a year go together on one yearly receipt."""
    return None if donation.monthly_gift_id is not None else hold_ends_at(donation)


def hold_ends_at(donation: Donation) -> datetime | None:
    """From when on this paid gift may stand on a receipt that nobody asked for by hand; None while unpaid."""
    if donation.credited_on is None:
        return None
    days = hold_days(donation.method)
    if not days:
        return donation.succeeded_at  # by our clock: Stripe's may be a little ahead
    return day_start(donation.credited_on + timedelta(days=days))


def awaiting_first_receipt(*, at: datetime) -> QuerySet[Donation]:
    """The gifts whose automatic receipt is due and that never had one, oldest first.

    Those of donors without an address, of companies without their SIREN or legal form, and where receipts
    are off wait for a person."""
    had_one = ReceiptLine.objects.filter(donation=OuterRef("pk"))
    gifts: QuerySet[Donation] = (
        Donation.objects.in_site_mode()
        .succeeded()
        .filter(
            ~Exists(had_one),
            _due(at),
            hold=Donation.Hold.NONE,
            wants_receipt=True,
            monthly_gift=None,
            campaign__organisation__receipts_enabled=True,
        )
        .exclude(donor__street="")
        .exclude(Q(donor__kind=Donor.Kind.ORGANISATION) & (Q(donor__siren="") | Q(donor__legal_form="")))
    )
    return gifts.order_by("credited_at", "pk")


def _due(at: datetime) -> Q:
    """The same days as above, counted backwards from today."""
    found = Q()
    for method in Method.values:
        days = hold_days(method)
        first_too_late = day_start(local_day(at) - timedelta(days=days - 1))
        found |= Q(method=method, credited_at__lt=first_too_late) if days else Q(method=method)
    return found
