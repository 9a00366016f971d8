"""What the next yearly run would do, donor by donor: on the screen a page at a time, as CSV all of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from donors.accounting.table import Cell, Euros, Table
from donors.receipts.plan import Group, Totals, total

PAGE = 50

HEADINGS = (
    "Donateur",
    "Adresse e-mail",
    "Particulier ou organisme",
    "Reçu",
    "Dons",
    "Montant",
    "Dons sans reçu",
    "Pourquoi",
)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One page of the donors, and the sums over all of them."""

    totals: Totals
    rows: tuple[Group, ...]
    found: int
    partly: int  # donors some of whose gifts are left out, or all
    page: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.found / PAGE))

    @property
    def persons(self) -> int:
        return self.totals.receipts - self.totals.companies

    @property
    def persons_cents(self) -> int:
        return self.totals.amount_cents - self.totals.companies_cents

    @property
    def is_empty(self) -> bool:
        return not self.totals.receipts and not self.totals.donors_blocked


def look_at(groups: Iterable[Group], *, blocked: bool, page: int) -> Preview:
    """In one walk over the plan, with one page of it in memory: who gets a receipt, or whose gifts do not."""
    rows: list[Group] = []
    found = partly = 0

    def noted() -> Iterator[Group]:
        nonlocal found, partly
        for group in groups:
            partly += bool(group.blocked)
            if group.blocked if blocked else group.ready:
                if (page - 1) * PAGE <= found < page * PAGE:
                    rows.append(group)
                found += 1
            yield group

    totals = total(noted())
    return Preview(totals=totals, rows=tuple(rows), found=found, partly=partly, page=page)


def plan_table(groups: Iterable[Group], year: int) -> Table:
    """The whole plan, read once as a stream."""
    return Table(title=f"Reçus des dons de {year}", headings=HEADINGS, rows=map(_row, groups))


def _row(group: Group) -> list[Cell]:
    return [
        group.donor.display_name,
        group.donor.email,
        group.donor.get_kind_display(),
        group.kind.label if group.ready else "Aucun",
        len(group.ready),
        Euros(group.amount_cents),
        len(group.blocked),
        " ".join(group.reasons),
    ]
