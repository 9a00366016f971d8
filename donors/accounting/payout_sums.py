"""What a payout is made of, summed up by kind: what came together, less what left, is zero."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum

from donors.payments.line_kinds import kind_name
from donors.payments.payout_models import Payout


@dataclass(frozen=True, kw_only=True)
class KindSum:
    """Cents of all lines of one kind; `fee_cents` is positive where Stripe took it."""

    name: str
    count: int = 0
    amount_cents: int = 0
    fee_cents: int = 0
    net_cents: int = 0


@dataclass(frozen=True, kw_only=True)
class PayoutSums:
    kinds: list[KindSum]
    total: KindSum
    left_cents: int  # negative: what went to the bank

    @property
    def difference_cents(self) -> int:
        return self.total.net_cents + self.left_cents


def sums_of(payout: Payout) -> PayoutSums:
    """One query, however many lines there are."""
    groups = (
        payout.lines_inside()
        .order_by("type", "reporting_category")
        .values_list("type", "reporting_category")
        .annotate(Count("pk"), Sum("amount_cents"), Sum("fee_cents"), Sum("net_cents"))
    )
    kinds: dict[str, list[KindSum]] = {}
    for line_type, category, count, amount, fee, net in groups:
        name = kind_name(line_type, category)
        found = KindSum(name=name, count=count, amount_cents=amount, fee_cents=fee, net_cents=net)
        kinds.setdefault(name, []).append(found)
    summed = [_add(name, found) for name, found in kinds.items()]
    return PayoutSums(
        kinds=sorted(summed, key=lambda kind: -abs(kind.net_cents)),
        total=_add("Total des opérations", summed),
        left_cents=-payout.amount_cents,
    )


def _add(name: str, parts: Iterable[KindSum]) -> KindSum:
    parts = list(parts)
    return KindSum(
        name=name,
        count=sum(part.count for part in parts),
        amount_cents=sum(part.amount_cents for part in parts),
        fee_cents=sum(part.fee_cents for part in parts),
        net_cents=sum(part.net_cents for part in parts),
    )
