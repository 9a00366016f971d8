"""Several processes draw what one would have drawn."""

import pytest

from donors.receipts.many import render_many
from donors.receipts.pdf import RenderRefused, render_pdf
from tests.donors.receipts.snapshots import a_company_snapshot, a_snapshot

pytestmark = pytest.mark.pdf


def test_many_receipts_come_in_order_with_the_same_bytes_and_one_refusal_stops_no_other() -> None:
    too_long = a_snapshot(number="2027-000002")
    too_long["donor"]["street"] = "rue sans fin " * 300
    snapshots = [a_snapshot(number="2027-000001"), too_long, a_company_snapshot()]

    first, refused, last = render_many(snapshots, processes=2)

    assert isinstance(refused, RenderRefused)
    assert "2027-000002" in str(refused)
    assert first == render_pdf(snapshots[0])
    assert last == render_pdf(snapshots[2])


def test_no_receipt_at_all_is_no_error() -> None:
    assert list(render_many([], processes=2)) == []
