"""Every kind of receipt that is drawn, each with what makes it hard."""

from collections.abc import Callable
from datetime import date

from donors.receipts.pdf import render_pdf
from tests.donors.receipts.snapshots import a_company_snapshot, a_snapshot, a_yearly_snapshot
from tests.donors.receipts.test_pdf import LONGEST

COPIED_ON = date(2028, 3, 3)
GOODS = (
    "Douze ordinateurs portables reconditionnés ; deux journées d’un technicien pour leur mise en service."
)

VARIANTS: dict[str, Callable[[], bytes]] = {
    "one gift": lambda: render_pdf(a_snapshot()),
    "sixty gifts": lambda: render_pdf(a_yearly_snapshot(60)),
    "company": lambda: render_pdf(a_company_snapshot(in_kind=GOODS)),
    "longest": lambda: render_pdf(a_snapshot(**LONGEST)),
    "copy": lambda: render_pdf(a_snapshot(replaces="2027-000101"), duplicate_on=COPIED_ON),
    "specimen": lambda: render_pdf(a_snapshot(livemode=False, number="TEST-2027-000123")),
}
