"""The shared half of a page is laid out once for many: nothing may pass from one receipt to another."""

import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from donors.receipts import pdf
from donors.receipts.layout import DENSITIES, sheet_facts, sheet_html
from donors.receipts.pdf import render_pdf
from tests.donors.receipts.reading import read_aloud, text_of
from tests.donors.receipts.snapshots import a_company_snapshot, a_snapshot, a_yearly_snapshot

pytestmark = pytest.mark.pdf

OTHER = {
    "first_name": "Rosa",
    "last_name": "Łukasz",
    "street": "9 quai Ÿ",
    "postcode": "75001",
    "city": "Paris",
}


@pytest.fixture(autouse=True)
def an_engine_that_has_drawn_nothing() -> None:
    pdf._engine.cache_clear()


def test_what_was_drawn_before_changes_no_byte() -> None:
    first = render_pdf(a_snapshot())
    for other in (
        a_snapshot(donor=OTHER),
        a_yearly_snapshot(3),
        a_company_snapshot(),
        a_snapshot(livemode=False),
    ):
        render_pdf(other)

    assert render_pdf(a_snapshot()) == first


def test_nothing_of_one_donor_stands_on_the_receipt_of_the_next() -> None:
    render_pdf(a_snapshot())

    content = render_pdf(a_snapshot(donor=OTHER))

    for read in (read_aloud, text_of):
        assert "Benali" not in read(content)
        assert "Łukasz" in read(content)


def test_a_glyph_of_one_donor_is_not_embedded_for_the_next() -> None:
    before = render_pdf(a_snapshot())
    render_pdf(a_snapshot(donor=OTHER))

    assert len(render_pdf(a_snapshot())) == len(before)


@pytest.mark.parametrize("snapshot", [a_snapshot(), a_company_snapshot(), a_yearly_snapshot(2)])
def test_the_shared_facts_name_no_donor_and_no_gift(snapshot: dict[str, Any]) -> None:
    shared = json.dumps(sheet_facts(snapshot), ensure_ascii=False)

    for fact in (snapshot["number"], snapshot["code"], snapshot["donor"]["street"], snapshot["issued_at"]):
        assert fact not in shared
    for key in ("donor", "gift", "number", "code", "verify_url", "issued_on", "replaces"):
        assert key not in sheet_facts(snapshot)


@pytest.mark.parametrize("density", DENSITIES)
def test_an_organisation_that_changes_gets_a_sheet_of_its_own(density: str) -> None:
    moved = a_snapshot(organisation={"street": "1 place Neuve"})

    assert "1 place Neuve" in sheet_html(sheet_facts(moved), density=density)
    render_pdf(a_snapshot())
    assert "1 place Neuve" in read_aloud(render_pdf(moved))
    assert "1 place Neuve" not in read_aloud(render_pdf(a_snapshot()))


def test_the_sheet_of_thousands_of_receipts_is_laid_out_once() -> None:
    for number in range(5):
        render_pdf(a_snapshot(number=f"2027-00000{number}"))

    assert pdf._engine().sheet.cache_info().misses == 1


def test_every_piece_of_text_is_tagged_once(tmp_path: Path) -> None:
    path = tmp_path / "recu.pdf"
    path.write_bytes(render_pdf(a_snapshot()))

    with pikepdf.open(path) as opened:
        (page,) = opened.pages
        marks = [
            int(it.operands[1].MCID)
            for it in pikepdf.parse_content_stream(page)
            if str(it.operator) == "BDC" and "/MCID" in it.operands[1]
        ]
        tagged = opened.Root.StructTreeRoot.ParentTree.Nums[1]

    assert sorted(marks) == list(range(len(tagged)))


def test_names_grow_until_only_smaller_type_holds_them() -> None:
    for length in (10, 100, 200):
        render_pdf(a_snapshot(donor={"street": "W" * length}))

    assert pdf._engine().sheet.cache_info().misses == len(DENSITIES)
