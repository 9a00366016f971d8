"""The control export, LPF art. L. 14 A: who checks the receipts follows each one to its gifts, to the ledger
and to the day at the bank, and finds that the totals of the sheets agree."""

import tempfile
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum

from donors.accounting.control_rows import (
    control_entries,
    control_gifts,
    control_payouts,
    control_receipts,
    entries_of,
    shares_of,
)
from donors.accounting.declaration import receipts_about
from donors.accounting.period import Period
from donors.accounting.receipt_rows import receipts_in_site_mode
from donors.accounting.receipts_zip import Attached, zip_receipts
from donors.accounting.table import Cell, Euros, Table
from donors.accounting.xlsx_file import write_xlsx
from donors.campaigns.models import local_day
from donors.receipts.models import Receipt, ReceiptLine

_VALID = Q(state=Receipt.State.ISSUED, suspended_at__isnull=True)
_SUSPENDED = Q(state=Receipt.State.ISSUED, suspended_at__isnull=False)
_CANCELLED = Q(state=Receipt.State.CANCELLED)


def receipts_to_control(period: Period) -> QuerySet[Receipt]:
    """Issued in the period, or over a gift of it, as in the declaration. The caller refuses none."""
    return receipts_about(receipts_in_site_mode(), period)


def control_tables(period: Period, *, at: datetime) -> list[Table]:
    """The five sheets. Each is a stream; the first one says what the others must add up to."""
    receipts = receipts_to_control(period)
    return [
        Table(title="Lisez-moi", headings=("Contrôle des reçus fiscaux", ""), rows=_readme(period, at=at)),
        control_receipts(receipts),
        control_gifts(receipts),
        control_entries(receipts),
        control_payouts(receipts),
    ]


def zip_control(period: Period, *, at: datetime) -> Iterator[bytes]:
    """The workbook, every PDF and the manifest with all hashes, in pieces; the workbook waits on the disk."""
    with tempfile.TemporaryFile() as workbook:
        write_xlsx(control_tables(period, at=at), workbook)
        workbook.seek(0)
        attached = Attached(name=f"controle-{period.slug}.xlsx", file=workbook, at=at)
        yield from zip_receipts(receipts_to_control(period), attached=attached)


def _readme(period: Period, *, at: datetime) -> Iterator[list[Cell]]:
    receipts = receipts_to_control(period)
    yield ["Période", str(period)]
    yield ["Établi le", local_day(at)]
    yield [
        "Sont ici les reçus émis pendant la période et ceux qui portent un don crédité pendant la période, "
        "annulés compris, avec tous les dons qu’ils portent.",
        None,
    ]
    yield from _totals(receipts)


def _totals(receipts: QuerySet[Receipt]) -> Iterator[list[Cell]]:
    valid, suspended, cancelled = (
        _cents(receipts.filter(standing)) for standing in (_VALID, _SUSPENDED, _CANCELLED)
    )
    lines = _cents(ReceiptLine.objects.filter(receipt__in=receipts))
    kept = _cents(entries_of(receipts.filter(_VALID)).filter(kind__in=["gift", "refund", "dispute"]))
    shares = shares_of(receipts)
    paid_out = sum(cents for key, cents in shares.items() if key)
    yield ["Reçus valables", Euros(valid)]
    yield ["Reçus suspendus", Euros(suspended)]
    yield ["Reçus annulés", Euros(cancelled)]
    yield ["Feuille Reçus : total de « Montant »", Euros(valid + suspended + cancelled)]
    yield ["Feuille Dons : total de « Montant sur le reçu »", Euros(lines)]
    yield ["Écart entre les reçus et leurs dons", Euros(valid + suspended + cancelled - lines)]
    yield ["Dons des reçus valables : écritures de don, remboursement et contestation", Euros(kept)]
    yield ["Écart entre les reçus valables et les écritures", Euros(valid - kept)]
    yield ["Feuille Écritures : total de « Montant »", Euros(sum(shares.values()))]
    yield ["Dont versé à la banque par Stripe", Euros(paid_out)]
    yield ["Dont en nature, reçu sans Stripe, ou pas encore versé", Euros(shares.get(None, 0))]
    yield ["Feuille Virements : total de « Part de ces dons »", Euros(paid_out)]


def _cents(rows: QuerySet[Receipt] | QuerySet[ReceiptLine]) -> int:
    return int(rows.order_by().aggregate(cents=Sum(F("amount_cents")))["cents"] or 0)
