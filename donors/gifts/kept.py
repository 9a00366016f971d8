"""What is left of one gift: by the ledger, and by its refunds and disputes. In the end both agree."""

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
    booked = {LedgerEntry.Kind.GIFT: 0, LedgerEntry.Kind.REFUND: 0, LedgerEntry.Kind.DISPUTE: 0}
    lines = LedgerEntry.objects.filter(donation=donation).collected()
    for kind, cents in lines.values_list("kind", "amount_cents"):
        booked[LedgerEntry.Kind(kind)] += cents
    refunds = list(Refund.objects.filter(donation=donation).values_list("status", "amount_cents"))
    disputes = list(Dispute.objects.filter(donation=donation).values_list("stage", "amount_cents"))
    refunded = sum(cents for status, cents in refunds if status == Refund.Status.SUCCEEDED)
    lost = sum(cents for stage, cents in disputes if stage == Dispute.Stage.LOST)
    return Kept(
        gift_cents=booked[LedgerEntry.Kind.GIFT],
        ledger_cents=sum(booked.values()),
        told_cents=booked[LedgerEntry.Kind.GIFT] - refunded - lost,
        refunding=any(status in REFUND_ON_ITS_WAY for status, _ in refunds),
        disputed=any(stage == Dispute.Stage.OPEN for stage, _ in disputes),
    )
