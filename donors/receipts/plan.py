"""What a yearly run would issue, and what stands against the rest. Reads only; a run issues exactly this."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched, groupby
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from donors.campaigns.models import Organisation, local_day
from donors.campaigns.regimes import regimes_of
from donors.gifts.kept import kept_of_all
from donors.gifts.models import Donation
from donors.people.models import Donor
from donors.receipts.eligibility import Code, Obstacle, identity_of, obstacles_given
from donors.receipts.hold import hold_ends_at
from donors.receipts.models import Receipt, ReceiptLine
from donors.receipts.snapshot import Part
from donors.receipts.wording import day_in_french

_BATCH = 500
_DONORS = 100  # whose money is read in one go


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """One gift that cannot be on a receipt now, and why."""

    donation: Donation
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The gifts of one donor in one year that are on no receipt: those that may be, and the others."""

    donor: Donor
    kind: Receipt.Kind
    ready: tuple[Part, ...]
    blocked: tuple[Blocked, ...]

    @property
    def amount_cents(self) -> int:
        return sum(part.amount_cents for part in self.ready)

    @property
    def reasons(self) -> list[str]:
        """Each sentence once, in the order in which it is met."""
        return list(dict.fromkeys(str(each) for gift in self.blocked for each in gift.obstacles))


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What the run will issue, in cents, persons and companies apart, and how many donors wait."""

    receipts: int
    amount_cents: int
    companies: int
    companies_cents: int
    donors_blocked: int


def plan_year(organisation: Organisation, year: int, *, at: datetime) -> Iterator[Group]:
    """Group by group, with little memory however many there are; nothing is written.

    The gifts are those credited in the year, of which a receipt is wanted and that are on none. A year
    without any gives nothing. The same donor may have typed several addresses: the last one counts."""
    told = _donors_with_a_yearly_receipt(organisation, year)
    for several in batched(_by_donor(unreceipted(organisation, year)), _DONORS):
        yield from _groups(several, told, at=at)


def total(groups: Iterable[Group]) -> Totals:
    """The sums of a plan, in one walk over it."""
    receipts = cents = companies = companies_cents = blocked = 0
    for group in groups:
        blocked += not group.ready
        if group.ready:
            company = group.donor.is_organisation
            receipts, companies = receipts + 1, companies + company
            cents += group.amount_cents
            companies_cents += group.amount_cents if company else 0
    return Totals(
        receipts=receipts,
        amount_cents=cents,
        companies=companies,
        companies_cents=companies_cents,
        donors_blocked=blocked,
    )


def unreceipted(organisation: Organisation, year: int) -> QuerySet[Donation]:
    """Those of one organisation and year, donor by donor."""
    gifts = wanting_receipt(date(year, 1, 1), date(year, 12, 31)).filter(campaign__organisation=organisation)
    return gifts.order_by("donor__kind", "donor__siren", "donor__email_key", "credited_at", "pk")


def wanting_receipt(first: date, last: date) -> QuerySet[Donation]:
    """Gifts credited on these days, of which a receipt is wanted and that are on none."""
    live = ReceiptLine.objects.filter(donation=OuterRef("pk"), live=True)
    gifts: QuerySet[Donation] = (
        Donation.objects.in_site_mode()
        .succeeded()
        .credited_between(first, last)
        .filter(~Exists(live), wants_receipt=True)
        .select_related("donor", "campaign__organisation")
    )
    return gifts


def _sort_key(donor: Donor) -> tuple[str, str, str]:
    """Companies with a number stand together by it, whoever wrote for them."""
    return donor.kind, donor.siren, "" if donor.is_organisation and donor.siren else donor.email_key


def _by_donor(gifts: QuerySet[Donation]) -> Iterator[list[Donation]]:
    for _, same_address in groupby(gifts.iterator(_BATCH), key=lambda gift: _sort_key(gift.donor)):
        by_donor: dict[tuple[str, ...], list[Donation]] = {}
        for gift in same_address:
            by_donor.setdefault(identity_of(gift.donor), []).append(gift)
        yield from by_donor.values()


def _groups(
    several: Sequence[list[Donation]], told: set[tuple[str, ...]], *, at: datetime
) -> Iterator[Group]:
    together = [gift for gifts in several for gift in gifts]
    kept, regimes = kept_of_all(together), regimes_of(gift.campaign.organisation_id for gift in together)
    for gifts in several:
        ready, blocked = [], []
        for gift in gifts:
            if found := [*obstacles_given(gift, kept[gift.pk], regimes), *_still_held(gift, at=at)]:
                blocked.append(Blocked(donation=gift, obstacles=tuple(found)))
            else:
                ready.append(Part(donation=gift, amount_cents=kept[gift.pk].ledger_cents))
        donor = gifts[-1].donor
        kind = Receipt.Kind.SUPPLEMENTARY if identity_of(donor) in told else Receipt.Kind.YEARLY
        yield Group(donor=donor, kind=kind, ready=tuple(ready), blocked=tuple(blocked))


def _still_held(gift: Donation, *, at: datetime) -> Iterator[Obstacle]:
    ends_at = hold_ends_at(gift)
    if ends_at is not None and ends_at > at:
        until = day_in_french(local_day(ends_at))
        yield Obstacle(Code.WAITING, f"La banque peut encore reprendre ce prélèvement : attendre le {until}.")


def _donors_with_a_yearly_receipt(organisation: Organisation, year: int) -> set[tuple[str, ...]]:
    lines: Any = Donation.objects.credited_between(date(year, 1, 1), date(year, 12, 31))
    kinds = [Receipt.Kind.YEARLY, Receipt.Kind.SUPPLEMENTARY]
    of_year = lines.filter(
        receipt_lines__live=True,
        receipt_lines__receipt__kind__in=kinds,
        campaign__organisation=organisation,
    )
    donors = Donor.objects.filter(pk__in=of_year.values("donor"))
    return {identity_of(donor) for donor in donors.iterator(chunk_size=_BATCH)}
