"""The drawing: one page, everything inside, nothing fetched, the same bytes each time."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from donors.receipts import pdf
from donors.receipts.layout import sheet_facts, sheet_html
from donors.receipts.pdf import FONTS, OwnFilesOnly, RenderRefused, render_pdf
from tests.donors.receipts.reading import fonts_of, info_of, qpdf_check, squeezed, structure_of, text_of
from tests.donors.receipts.snapshots import a_snapshot

pytestmark = pytest.mark.pdf

LONGEST: dict[str, Any] = {
    "organisation": {
        "legal_name": ("Association pour l’accès de toutes et tous aux outils numériques " * 4)[:200],
        "purpose": ("L’accueil, le conseil et le prêt de matériel aux personnes isolées. " * 20)[:1000],
        "street": ("12 bis, résidence des Trois Fontaines, bâtiment C, " * 5)[:200],
        "city": "W" * 100,
        "category": "oig_rup",
        "category_detail": ("décret du 12 mars 1987 publié au Journal officiel du 14 mars 1987 " * 4)[:200],
        "signatory_name": ("Nguyễn Thị Minh Khai " * 6)[:100],
        "signatory_role": ("présidente du conseil d’administration " * 3)[:100],
    },
    "donor": {
        "first_name": "W" * 100,
        "last_name": "W" * 100,
        "street": "W" * 200,
        "postcode": "9" * 12,
        "city": "W" * 100,
        "country": "SH",
    },
    "amount_cents": 99_999_999,
    "livemode": False,
    "replaces": "TEST-2027-000122",
    "number": "TEST-2027-000123",
}


@pytest.fixture(autouse=True)
def no_complaint_of_the_renderer(caplog: pytest.LogCaptureFixture) -> Any:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        yield
    assert not [r.getMessage() for r in caplog.records if r.name.startswith(("weasyprint", "fontTools"))]


def test_a_receipt_is_one_page_of_a4() -> None:
    info = info_of(render_pdf(a_snapshot()))

    assert info["Pages"] == "1"
    assert "A4" in info["Page size"]


def test_its_title_language_dates_and_tags_are_set() -> None:
    content = render_pdf(a_snapshot())

    info = info_of(content)
    assert info["Title"] == "Reçu fiscal n° 2027-000123"
    assert info["Author"] == "Emmaüs Connect"
    assert info["Tagged"] == "yes"
    assert "Jun 13" in info["CreationDate"]
    assert "2027" in info["CreationDate"]
    assert info["JavaScript"] == info["Encrypted"] == "no"
    assert info["Form"] == "none"
    structure = structure_of(content)
    for tag in ("H1", "H2", "P", "Figure"):
        assert tag in structure


def test_it_is_an_archive_file_that_can_be_read_aloud(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pdf"
    source = tmp_path / "recu.pdf"
    source.write_bytes(render_pdf(a_snapshot()))
    subprocess.run(["qpdf", "--qdf", str(source), str(plain)], check=True)

    content = plain.read_bytes()

    assert b'pdfaid:part="3" pdfaid:conformance="A"' in content
    assert b"/Alt (Signature de Claire Martin)" in content
    assert b"/Lang (fr)" in content


def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "recu.pdf"
    path.write_bytes(render_pdf(a_snapshot()))

    result = qpdf_check(path)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "No syntax or stream encoding errors" in result.stdout


def test_every_font_is_ours_and_embedded() -> None:
    fonts = fonts_of(render_pdf(a_snapshot(donor={"last_name": "Nguyễn-Łukaszewicz"})))

    assert fonts
    for name, *_, embedded, subset, to_unicode, _object, _generation in fonts:
        assert "Receipt" in name
        assert (embedded, subset, to_unicode) == ("yes", "yes", "yes")


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render_pdf(a_snapshot()) == render_pdf(a_snapshot())


def test_the_same_facts_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import sys, django; django.setup()\n"
        "from donors.receipts.pdf import render_pdf\n"
        "from tests.donors.receipts.snapshots import a_snapshot\n"
        "sys.stdout.buffer.write(render_pdf(a_snapshot()))\n"
    )
    other = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, env={**os.environ, **other}
    )

    assert done.stdout == render_pdf(a_snapshot())


def test_other_facts_give_other_bytes() -> None:
    assert render_pdf(a_snapshot()) != render_pdf(a_snapshot(amount_cents=1))


def test_the_longest_facts_of_every_column_still_fit_on_one_page() -> None:
    content = render_pdf(a_snapshot(**LONGEST))

    assert info_of(content)["Pages"] == "1"
    text = text_of(content)
    assert "Annule et remplace le reçu n° TEST-2027-000122" in text
    assert "neuf cent quatre-vingt-dix-neuf mille" in text
    assert "article 1740 A" in text


def test_what_fits_on_no_page_is_refused() -> None:
    snapshot = a_snapshot()
    snapshot["organisation"]["purpose"] = "Un objet sans fin. " * 1000

    with pytest.raises(RenderRefused, match="2027-000123 does not fit"):
        render_pdf(snapshot)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '<img src="http://example.org/a.png">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        "</dd></dl><h1>Faux titre</h1>",
        "&lt;b&gt; & co",
        "{{ receipt.number }}{% now %}",
    ],
)
def test_markup_in_a_name_is_printed_as_text_and_fetches_nothing(name: str) -> None:
    text = text_of(render_pdf(a_snapshot(donor={"last_name": name})))

    assert squeezed(name) in squeezed(text)


@pytest.mark.parametrize(
    "name",
    ["Nguyễn Thị Minh Khai Đặng", "Łukasz Żółć", "Ștefănescu", "Œdipe Ÿ", "Ångström-Ødegård", "Μαρία Юлия"],
)
def test_names_of_many_languages_are_printed_in_our_own_fonts(name: str) -> None:
    content = render_pdf(a_snapshot(donor={"last_name": name}))

    assert name in text_of(content)
    assert all("Receipt" in font[0] for font in fonts_of(content))


def test_real_money_gets_no_specimen_mark() -> None:
    assert "spécimen" not in text_of(render_pdf(a_snapshot())).lower()


def test_test_money_is_marked_as_worth_nothing() -> None:
    text = text_of(render_pdf(a_snapshot(livemode=False, number="TEST-2027-000001")))

    assert "SPÉCIMEN – aucun argent réel, sans valeur fiscale" in text
    assert text.upper().count("SPÉCIMEN") == 2  # beside the title, and across the page


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a.png",
        "https://example.org/a.png",
        "ftp://example.org/a",
        "file:///etc/passwd",
        (FONTS / "OFL-Inter.txt").as_uri(),
        f"{FONTS.as_uri()}/../pdf.py",
        f"{FONTS.as_uri()}/%2e%2e/pdf.py",
        f"{(FONTS / 'inter-regular.ttf').as_uri()}?x=1",
        "data:text/plain,hello",
        "javascript:alert(1)",
        "",
    ],
)
def test_the_fetcher_hands_out_nothing_but_our_fonts(url: str) -> None:
    with pytest.raises(ValueError, match="nothing but its fonts"):
        OwnFilesOnly().fetch(url)


def test_the_fetcher_hands_out_our_fonts() -> None:
    url = (FONTS / "inter-regular.ttf").as_uri()

    assert OwnFilesOnly().fetch(url).read()[:4] == b"\x00\x01\x00\x00"


@pytest.mark.parametrize("source", ["http://127.0.0.1:9/a.png", "file:///etc/hostname", "data:image/png,x"])
def test_a_page_that_asks_for_another_file_is_not_drawn(
    source: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(FatalURLFetchingError):
        HTML(string=f'<img alt="" src="{source}">', url_fetcher=OwnFilesOnly()).render()
    caplog.clear()


def test_the_refusal_of_a_foreign_file_is_an_ordinary_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the renderer raises would end a worker: it is no Exception.
    monkeypatch.setattr(pdf, "filled_html", lambda *_, **__: '<img alt="" src="http://127.0.0.1:9/a.png">')

    with pytest.raises(RenderRefused, match=r"127\.0\.0\.1"):
        render_pdf(a_snapshot())


def test_a_colour_that_is_none_cannot_leave_its_attribute() -> None:
    snapshot = a_snapshot()
    snapshot["signatory"]["signature"]["strokes"][0]["attributes"]["fill"] = '"/><image href="http://x/'

    html = sheet_html(sheet_facts(snapshot), density="airy")

    assert "&quot;/&gt;&lt;image" in html
    assert "<image" not in html
