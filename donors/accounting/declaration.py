"""The yearly declaration of receipts, CGI art. 222 bis: how many, and for how much. No donor is in it.

The law speaks of the gifts received in the period and of the receipts delivered in it. The two differ where
a receipt is issued after its gift, so both are counted and the treasurer chooses one, for good."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from donors.accounting.period import Period
from donors.accounting.receipt_number import full_number
from donors.accounting.receipt_rows import receipts_in_site_mode
from donors.accounting.table import Cell, Euros, Table
from donors.campaigns.models import Organisation, local_day
from donors.gifts.models import Nature
from donors.gifts.queries import day_start
from donors.receipts.forms import Form
from donors.receipts.models import Receipt, ReceiptLine

PROOF_HEADINGS = (
    "N° du reçu",
    "Modèle",
    "Émis le",
    "Premier don le",
    "Dernier don le",
    "Montant du reçu",
    "Dont en nature",
    "État",
    "Compté par période des dons",
    "Compté par date d’émission",
)


@dataclass(frozen=True)
class Sums:
    """Receipts, and euros on them in cents; `in_kind_cents` is the part of them that was no money."""

    receipts: int = 0
    cents: int = 0
    in_kind_cents: int = 0

    def __add__(self, other: Self) -> "Sums":
        return Sums(
            self.receipts + other.receipts,
            self.cents + other.cents,
            self.in_kind_cents + other.in_kind_cents,
        )


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One way to count. What is cancelled is outside of the total; what is suspended is inside, and named."""

    persons: Sums
    companies: Sums
    cancelled: Sums
    suspended: tuple[str, ...]

    @property
    def total(self) -> Sums:
        return self.persons + self.companies


@dataclass(frozen=True, kw_only=True)
class Declaration:
    period: Period
    by_gift: Tally
    by_issue: Tally

    @property
    def is_empty(self) -> bool:
        """No receipt either way: there is nothing to file."""
        return not self.by_gift.total.receipts and not self.by_issue.total.receipts


def declaration_of(organisation: Organisation, period: Period) -> Declaration:
    """Both counts as they stand now: a receipt that is cancelled later leaves them. Four queries.

    A receipt over gifts of two periods is counted in both, each time with the gifts of that one alone."""
    lines = ReceiptLine.objects.filter(receipt__in=receipts_of(organisation))
    return Declaration(
        period=period,
        by_gift=_tally(lines.filter(_credited_in(period, "donation__"))),
        by_issue=_tally(lines.filter(_issued_in(period, "receipt__"))),
    )


def receipts_of(organisation: Organisation) -> QuerySet[Receipt]:
    return receipts_in_site_mode().filter(series__organisation=organisation)


def receipts_about(receipts: QuerySet[Receipt], period: Period) -> QuerySet[Receipt]:
    """Those issued in the period and those over a gift of it, cancelled ones too: what either count sees."""
    of_the_period = ReceiptLine.objects.filter(_credited_in(period, "donation__"), receipt=OuterRef("pk"))
    return receipts.filter(_issued_in(period) | Exists(of_the_period))


def proof_table(receipts: QuerySet[Receipt], period: Period) -> Table:
    """Each receipt behind the counts, in the order of the numbers; its last two columns add up to them."""
    return Table(title="Déclaration", headings=PROOF_HEADINGS, rows=_proof(receipts, period))


def _proof(receipts: QuerySet[Receipt], period: Period) -> Iterator[list[Cell]]:
    amount = "lines__amount_cents"
    rows: QuerySet[Any] = (
        receipts_about(receipts, period)
        .select_related("series")
        .defer("snapshot")
        .annotate(
            first_gift=Min("lines__donation__credited_at"),
            last_gift=Max("lines__donation__credited_at"),
            in_kind_cents=Coalesce(Sum(amount, filter=_in_kind("lines__donation__")), 0),
            of_period_cents=Coalesce(Sum(amount, filter=_credited_in(period, "lines__donation__")), 0),
        )
        .order_by("series__year", "series", "number")
    )
    for receipt in rows.iterator(chunk_size=1000):
        stands = receipt.state == Receipt.State.ISSUED
        issued_on = local_day(receipt.issued_at)
        delivered = stands and period.first <= issued_on <= period.last
        yield [
            receipt.full_number,
            receipt.form,
            issued_on,
            local_day(receipt.first_gift),
            local_day(receipt.last_gift),
            Euros(receipt.amount_cents),
            Euros(receipt.in_kind_cents),
            receipt.standing,
            Euros(receipt.of_period_cents if stands else 0),
            Euros(receipt.amount_cents if delivered else 0),
        ]


def _tally(lines: QuerySet[ReceiptLine]) -> Tally:
    groups = (
        lines.order_by()
        .values(form=F("receipt__form"), state=F("receipt__state"))
        .annotate(
            receipts=Count("receipt", distinct=True),
            cents=Sum("amount_cents"),
            in_kind_cents=Coalesce(Sum("amount_cents", filter=_in_kind("donation__")), 0),
        )
    )
    found = {
        (group["form"], group["state"]): Sums(group["receipts"], group["cents"], group["in_kind_cents"])
        for group in groups
    }
    suspended = lines.filter(receipt__state=Receipt.State.ISSUED, receipt__suspended_at__isnull=False)
    numbers = suspended.order_by("receipt__series__year", "receipt__number")
    issued, cancelled = Receipt.State.ISSUED, Receipt.State.CANCELLED
    return Tally(
        persons=found.get((Form.PERSON, issued), Sums()),
        companies=found.get((Form.COMPANY, issued), Sums()),
        cancelled=sum((found.get((form, cancelled), Sums()) for form in Form), Sums()),
        suspended=tuple(dict.fromkeys(numbers.values_list(full_number("receipt__"), flat=True))),
    )


def _credited_in(period: Period, gift: str) -> Q:
    first, end = day_start(period.first), day_start(period.day_after)
    return Q(**{f"{gift}credited_at__gte": first, f"{gift}credited_at__lt": end})


def _issued_in(period: Period, receipt: str = "") -> Q:
    first, end = day_start(period.first), day_start(period.day_after)
    return Q(**{f"{receipt}issued_at__gte": first, f"{receipt}issued_at__lt": end})


def _in_kind(gift: str) -> Q:
    return ~Q(**{f"{gift}nature": Nature.MONEY})
