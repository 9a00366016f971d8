"""What is left of one gift: by the ledger, and by its refunds and disputes. In the end both agree."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.returns import Dispute, Refund

REFUND_ON_ITS_WAY = frozenset({Refund.Status.REQUESTED, Refund.Status.PENDING, Refund.Status.REQUIRES_ACTION})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The money of one gift at one moment, in cents. `told_cents` is what its refunds and disputes leave."""

    gift_cents: int
    ledger_cents: int
    told_cents: int
    refunding: bool  # a refund was asked for or is on its way: nobody knows yet how it ends
    disputed: bool  # the bank holds money back until its verdict; an inquiry holds nothing back

    @property
    def has_settled(self) -> bool:
        """Nothing is on its way, and what we were told has reached the ledger."""
        return not self.refunding and not self.disputed and self.ledger_cents == self.told_cents


def kept_of(donation: Donation) -> Kept:
    """Three queries. Under the donation's lock the answer stays true until the transaction ends."""
    return kept_of_all([donation])[donation.pk]


def kept_of_all(donations: Sequence[Donation]) -> dict[int, Kept]:
    """The same for several gifts, by their keys: three queries however many there are."""
    of_these = {"donation__in": [donation.pk for donation in donations]}
    lines = LedgerEntry.objects.filter(**of_these).collected().values_list("donation", "kind", "amount_cents")
    refunds = Refund.objects.filter(**of_these).values_list("donation", "status", "amount_cents")
    disputes = Dispute.objects.filter(**of_these).values_list("donation", "stage", "amount_cents")
    booked, sent_back, disputed = _by_gift(lines), _by_gift(refunds), _by_gift(disputes)
    return {
        donation.pk: _kept(booked[donation.pk], sent_back[donation.pk], disputed[donation.pk])
        for donation in donations
    }


type Sums = list[tuple[str, int]]


def _by_gift(rows: Iterable[tuple[int, str, int]]) -> defaultdict[int, Sums]:
    found: defaultdict[int, Sums] = defaultdict(list)
    for gift, what, cents in rows:
        found[gift].append((what, cents))
    return found


def _kept(booked: Sums, refunds: Sums, disputes: Sums) -> Kept:
    gift_cents = sum(cents for kind, cents in booked if kind == LedgerEntry.Kind.GIFT)
    refunded = sum(cents for status, cents in refunds if status == Refund.Status.SUCCEEDED)
    lost = sum(cents for stage, cents in disputes if stage == Dispute.Stage.LOST)
    return Kept(
        gift_cents=gift_cents,
        ledger_cents=sum(cents for _, cents in booked),
        told_cents=gift_cents - refunded - lost,
        refunding=any(status in REFUND_ON_ITS_WAY for status, _ in refunds),
        disputed=any(stage == Dispute.Stage.OPEN for stage, _ in disputes),
    )
