"""May this gift have a receipt in spite of what the donor got in return? In French, for the treasurer."""

from datetime import date

from django.db.models import Q

from donors.gifts.models import Donation, Status
from donors.gifts.queries import day_start
from donors.money import format_euros
from donors.people.models import Donor
from donors.receipts.tax.counterpart import is_too_much_for_the_gift, is_too_much_for_the_year, limits_on


def share_problem(donation: Donation, *, left_cents: int, on: date) -> str:
    """Why the gift is no gift: what was given in return is worth too much beside what is left of it."""
    if not is_too_much_for_the_gift(donation.counterpart_cents, gift_cents=left_cents, on=on):
        return ""
    worth, left = format_euros(donation.counterpart_cents), format_euros(left_cents)
    most = limits_on(on).share_percent
    return f"La contrepartie vaut {worth}, plus de {most}\u00a0% de ce qui reste du don ({left})."


def year_problem(donation: Donation, *, on: date) -> str:
    """Why no gift of this year with something in return may have a receipt. One query, if there was any.

    The limit holds for what one person got in the calendar year, whichever gift came first. A company has
    no yearly limit."""
    if not donation.counterpart_cents or donation.donor.is_organisation:
        return ""
    total = counterparts_of_the_year(donation, year=on.year)
    if not is_too_much_for_the_year(total, on=on):
        return ""
    most = format_euros(limits_on(on).yearly_cents)
    return (
        f"En {on.year}, ce donateur a reçu des contreparties pour {format_euros(total)} : "
        f"la limite est de {most} par an."
    )


def counterparts_of_the_year(donation: Donation, *, year: int) -> int:
    """Cents, over this donor's paid gifts to this organisation that were credited in the year (Paris)."""
    gifts = Donation.objects.filter(
        _same_person(donation.donor),
        status=Status.SUCCEEDED,
        livemode=donation.livemode,
        campaign__organisation=donation.campaign.organisation_id,
        credited_at__gte=day_start(date(year, 1, 1)),
        credited_at__lt=day_start(date(year + 1, 1, 1)),
    )
    return sum(gifts.values_list("counterpart_cents", flat=True))


def _same_person(donor: Donor) -> Q:
    """One person may stand in several rows: the public form never changes one. Names tell a couple apart."""
    return Q(
        donor__email_key=donor.email_key,
        donor__first_name__iexact=donor.first_name,
        donor__last_name__iexact=donor.last_name,
    )
