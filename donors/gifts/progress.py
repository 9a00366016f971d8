"""How far a campaign is: sums over the ledger, never a counter.

Raised = paid gifts − refunds − open or lost disputes. Money on its way is shown apart."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, OuterRef, Subquery, Sum

from donors.campaigns.models import Campaign, Goal
from donors.gifts.models import Donation, LedgerEntry, Status

OPEN_CACHE_SECONDS = 5
CLOSED_CACHE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One campaign's sums in cents, and the moment at which they were right."""

    raised_cents: int
    pending_cents: int
    goal_cents: int | None
    donors: int
    days_left: int
    is_open: bool
    has_ended: bool
    computed_at: datetime

    @property
    def percent(self) -> int | None:
        """Floored: 100 never shows before the goal is reached. None without a goal."""
        if not self.goal_cents:
            return None
        return max(0, self.raised_cents) * 100 // self.goal_cents

    @property
    def missing_cents(self) -> int | None:
        return None if self.goal_cents is None else max(0, self.goal_cents - self.raised_cents)


def progress_of(campaign: Campaign, *, at: datetime) -> Progress:
    """The campaign's progress, at most 5 s old while it is open and 60 s otherwise."""
    seconds = OPEN_CACHE_SECONDS if campaign.is_open(at) else CLOSED_CACHE_SECONDS
    key = f"progress:{campaign.pk}"
    found: Progress | None = cache.get(key)
    if found is None or (at - found.computed_at).total_seconds() > seconds:
        found = compute_progress(campaign, at=at)
        cache.set(key, found, seconds)
    return found


def compute_progress(campaign: Campaign, *, at: datetime) -> Progress:
    """The same, fresh from the ledger: one query whatever the number of gifts."""
    collected = (
        LedgerEntry.objects.in_site_mode()
        .filter(donation__campaign=OuterRef("pk"))
        .raised()
        .order_by()
        .values("donation__campaign")
    )
    pending = (
        Donation.objects.in_site_mode()
        .filter(campaign=OuterRef("pk"), status=Status.PROCESSING)
        .order_by()
        .values("campaign")
        .annotate(total=Sum("amount_cents"))
    )
    givers = collected.annotate(number=Count("donation__donor__email_key", distinct=True))
    sums = Campaign.objects.values(
        raised=Subquery(collected.annotate(total=Sum("amount_cents")).values("total")),
        donors=Subquery(givers.values("number")),
        pending=Subquery(pending.values("total")),
        goal=Subquery(Goal.objects.filter(campaign=OuterRef("pk"), kind=Goal.Kind.RAISED).values("target")),
    ).get(pk=campaign.pk)
    return Progress(
        raised_cents=sums["raised"] or 0,
        pending_cents=sums["pending"] or 0,
        goal_cents=sums["goal"],
        donors=sums["donors"] or 0,
        days_left=campaign.days_left(at),
        is_open=campaign.is_open(at),
        has_ended=campaign.has_ended(at),
        computed_at=at,
    )
