from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum

from donors.campaigns.models import PARIS, Campaign
from donors.gifts.retrying import WorkQuerySet


def day_start(day: date) -> datetime:
    """The moment at which a calendar day begins in Paris."""
    return datetime.combine(day, time.min, tzinfo=PARIS)


class DonationQuerySet(models.QuerySet[Any]):
    def in_site_mode(self) -> Self:
        """Live and test money never mix: only rows of the mode that this site runs in."""
        return self.filter(livemode=settings.STRIPE_LIVEMODE)

    def succeeded(self) -> Self:
        return self.filter(status="succeeded")

    def for_campaign(self, campaign: Campaign) -> Self:
        return self.filter(campaign=campaign)

    def credited_between(self, first: date, last: date) -> Self:
        """Credited on these days, both included, as Paris counts them."""
        return self.filter(
            credited_at__gte=day_start(first), credited_at__lt=day_start(last + timedelta(days=1))
        )


class OutboxQuerySet(WorkQuerySet):
    def to_do(self) -> Self:
        return self.filter(followed_at__isnull=True)

    def failed(self) -> Self:
        """Not followed yet, and the last try ended with an error."""
        return self.to_do().exclude(last_error="")

    def retry(self, *, at: datetime) -> int:
        """Make these rows due now, those in a worker's hands apart; answers how many."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
        return self.filter(free).update(next_try_at=at, claimed_until=None)


class LedgerQuerySet(models.QuerySet[Any]):
    def in_site_mode(self) -> Self:
        return self.filter(livemode=settings.STRIPE_LIVEMODE)

    def for_campaign(self, campaign: Campaign) -> Self:
        return self.filter(donation__campaign=campaign)

    def collected(self) -> Self:
        """The kinds whose sum is what is left of gifts: what came in less what went back."""
        return self.filter(kind__in=["gift", "refund", "dispute"])

    def raised(self) -> Self:
        """What a campaign raised in money: gifts in kind are worth a receipt, and fill no gauge."""
        return self.collected().filter(donation__nature="money")

    def total_cents(self) -> int:
        return int(self.aggregate(total=Sum("amount_cents"))["total"] or 0)
