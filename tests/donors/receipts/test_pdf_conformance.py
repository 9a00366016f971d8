"""PDF/A-3a and PDF/UA-1, as far as programs can tell. What they cannot: docs/decisions/0016."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf.pdfa import validate_written

from donors.receipts.pdf import render_pdf
from donors.receipts.snapshot import canonical_json
from tests.donors.receipts.reading import qpdf_check
from tests.donors.receipts.snapshots import a_snapshot
from tests.donors.receipts.variants import VARIANTS

pytestmark = pytest.mark.pdf

TOOLS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("receipts")
    for name, draw in VARIANTS.items():
        (folder / f"{name}.pdf").write_bytes(draw())
    return folder


def known_limit(finding: object) -> bool:
    """The checker knows level B alone, and no extension of the metadata such as the claim of PDF/UA."""
    said = str(finding)
    level = "6.6.4-3" in said and "conformance is 'A', expected 'B'" in said
    claim = "6.6.2.3.1-1" in said and any(word in said for word in ("pdfaExtension", "pdfuaid:part"))
    words_of_the_claim = "6.6.2.3.1-1" in said and ("pdfaSchema=" in said or "pdfaProperty=" in said)
    return level or claim or words_of_the_claim


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_receipt_is_an_archive_file(variant: str, folder: Path) -> None:
    findings = validate_written(folder / f"{variant}.pdf", "3b").findings

    assert not [str(finding) for finding in findings if not known_limit(finding)]


def test_the_archive_checker_can_fail(folder: Path, tmp_path: Path) -> None:
    with pikepdf.open(folder / "one gift.pdf") as opened:
        del opened.Root.OutputIntents
        opened.save(tmp_path / "without.pdf")

    findings = validate_written(tmp_path / "without.pdf", "3b").findings

    assert [finding for finding in findings if not known_limit(finding)]


@pytest.mark.parametrize("command", [["pdfua", "check"], ["outloud", "--fail-on", "error"]])
def test_every_receipt_can_be_read_aloud(command: list[str], folder: Path) -> None:
    tool, *words = command

    done = subprocess.run(
        [str(TOOLS / tool), *words, *(str(path) for path in sorted(folder.glob("*.pdf")))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "ERROR" not in done.stdout
    assert "UNREADABLE" not in done.stdout


@pytest.mark.parametrize("tool", [["pdfua", "check"], ["outloud", "--fail-on", "error"]])
def test_the_ears_of_the_checkers_can_fail(tool: list[str], folder: Path, tmp_path: Path) -> None:
    with pikepdf.open(folder / "one gift.pdf") as opened:
        del opened.Root.StructTreeRoot
        del opened.Root.Lang
        opened.save(tmp_path / "mute.pdf")

    done = subprocess.run(
        [str(TOOLS / tool[0]), *tool[1:], str(tmp_path / "mute.pdf")], capture_output=True, check=False
    )

    assert done.returncode != 0


@pytest.mark.parametrize("variant", VARIANTS)
def test_both_claims_stand_in_the_one_block_of_metadata(variant: str, folder: Path) -> None:
    with pikepdf.open(folder / f"{variant}.pdf") as opened:
        metadata = bytes(opened.Root.Metadata.read_bytes()).decode()

    assert metadata.count("<rdf:RDF") == 1
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    assert 'pdfuaid:part="1"' in metadata
    assert "<pdfaExtension:schemas>" in metadata


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_in_a_receipt_can_be_filled_in_run_or_followed(variant: str, folder: Path) -> None:
    with pikepdf.open(folder / f"{variant}.pdf") as opened:
        assert "/AcroForm" not in opened.Root
        assert "/OpenAction" not in opened.Root
        assert not any("/Annots" in page for page in opened.pages)
        for page in opened.pages:
            assert "/XObject" not in page.Resources or not len(page.Resources.XObject)


@pytest.mark.parametrize("variant", VARIANTS)
def test_qpdf_finds_no_receipt_broken(variant: str, folder: Path) -> None:
    result = qpdf_check(folder / f"{variant}.pdf")

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_page_number_is_no_content(variant: str, folder: Path) -> None:
    with pikepdf.open(folder / f"{variant}.pdf") as opened:
        for page in opened.pages:
            operators = pikepdf.parse_content_stream(page)
            marks = [str(it.operands[0]) for it in operators if str(it.operator) == "BDC"]
            assert marks.count("/Artifact") == 1
            assert marks[-1] == "/Artifact"


def test_the_frozen_facts_lie_in_the_file_as_data() -> None:
    snapshot = a_snapshot()

    with pikepdf.open(BytesIO(render_pdf(snapshot))) as opened:
        attached = opened.attachments["recu-2027-000123.json"]
        content = attached.get_file().read_bytes()
        relationship = str(attached.obj.AFRelationship)
        dates = {str(attached.obj.EF.F.Params[name]) for name in ("/CreationDate", "/ModDate")}

    assert content == canonical_json(snapshot)
    assert json.loads(content)["gift"]["amount_cents"] == 123_450
    assert relationship == "/Data"
    assert dates == {"D:20270613080005Z"}


def test_the_sign_for_eyes_has_words_for_ears() -> None:
    with pikepdf.open(BytesIO(render_pdf(a_snapshot()))) as opened:
        words = {
            str(thing.Alt)
            for thing in opened.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        }

    assert words == {
        "Signature de Claire Martin",
        "QR code qui ouvre la page de vérification du reçu n° 2027-000123",
    }
