"""Whose receipts wait only for something that the donor alone can tell: a name, an address, a number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from django.db.models import Q, QuerySet
from stdnum.fr import siren

from donors.campaigns.models import local_day
from donors.campaigns.regimes import regimes_of
from donors.gifts.kept import kept_of_all
from donors.gifts.models import Donation
from donors.people.models import Donor
from donors.receipts.eligibility import Code, identity_of, obstacles_given
from donors.receipts.plan import wanting_receipt

ASKABLE = frozenset({Code.NO_NAME, Code.NO_ADDRESS, Code.NO_SIREN, Code.NO_LEGAL_FORM})
_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Incomplete:
    """One donor, the gifts that wait, oldest first, and what is left of them in cents."""

    gifts: tuple[Donation, ...]
    amount_cents: int
    reasons: tuple[str, ...]

    @property
    def first(self) -> Donation:
        """The gift by which the donor is written to: it stays the same while others join it."""
        return self.gifts[0]

    @property
    def donor(self) -> Donor:
        donor: Donor = self.first.donor
        return donor

    @property
    def years(self) -> list[int]:
        return sorted({local_day(gift.credited_at).year for gift in self.gifts if gift.credited_at})


def who_is(donor: Donor) -> tuple[str, ...]:
    """The same donor at the same address: only what its reader proves may be completed by a link."""
    return donor.email_key, *identity_of(donor)


def incomplete_donors(*, at: datetime, email_key: str = "") -> list[Incomplete]:
    """This year and last, in the order of their first gift. `email_key` looks at one address only.

    A gift that meets an obstacle of another kind as well would get no receipt: nobody is asked for it."""
    found: dict[tuple[str, ...], list[tuple[Donation, int, tuple[str, ...]]]] = {}
    for gift, cents, reasons in _waiting(_candidates(at, email_key)):
        found.setdefault(who_is(gift.donor), []).append((gift, cents, reasons))
    return [
        Incomplete(
            gifts=tuple(gift for gift, _, _ in rows),
            amount_cents=sum(cents for _, cents, _ in rows),
            reasons=tuple(dict.fromkeys(reason for _, _, reasons in rows for reason in reasons)),
        )
        for rows in found.values()
    ]


def missing_fields(donor: Donor) -> tuple[str, ...]:
    """The columns that a receipt needs and that are empty; the country is asked with a whole address."""
    found = []
    if not donor.is_organisation and not donor.first_name.strip():
        found.append("first_name")
    if not donor.is_organisation and not donor.last_name.strip():
        found.append("last_name")
    if donor.is_organisation and not siren.is_valid(donor.siren):
        found.append("siren")
    if donor.is_organisation and not donor.legal_form.strip():
        found.append("legal_form")
    address = [name for name in ("street", "postcode", "city") if not getattr(donor, name)]
    if len(address) == 3 or not donor.country:
        address.append("country")
    return (*found, *address)


def _candidates(at: datetime, email_key: str) -> QuerySet[Donation]:
    this_year = local_day(at).year
    gifts = wanting_receipt(date(this_year - 1, 1, 1), date(this_year, 12, 31))
    lacking = Q(donor__kind=Donor.Kind.ORGANISATION) | Q(donor__first_name="") | Q(donor__country="")
    lacking |= Q(donor__street="") | Q(donor__postcode="") | Q(donor__city="")
    gifts = gifts.filter(lacking, campaign__organisation__receipts_enabled=True)
    if email_key:
        gifts = gifts.filter(donor__email_key=email_key)
    return gifts.order_by("credited_at", "pk")


def _waiting(gifts: QuerySet[Donation]) -> Iterator[tuple[Donation, int, tuple[str, ...]]]:
    for several in batched(gifts.iterator(_BATCH), _BATCH):
        kept, regimes = kept_of_all(several), regimes_of(gift.campaign.organisation_id for gift in several)
        for gift in several:
            against = obstacles_given(gift, kept[gift.pk], regimes)
            if against and all(obstacle.code in ASKABLE for obstacle in against):
                yield gift, kept[gift.pk].ledger_cents, tuple(str(obstacle) for obstacle in against)
