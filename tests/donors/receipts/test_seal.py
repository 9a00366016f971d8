"""The seal: valid for any reader, broken by any change, and no change of its own to archive or tags."""

import json
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate
from django.utils import timezone
from pikepdf.pdfa import validate_written
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel

from campaign.demo.seal import SUBJECT
from donors.receipts.pdf import render_pdf
from donors.receipts.seal import FIELD_SAID, Seal, SealUnusable, current_seal, seal_pdf
from tests.donors.receipts.reading import info_of, qpdf_check, structure_of, text_of
from tests.donors.receipts.sealing import PASSWORD, give_a_seal, seal_of
from tests.donors.receipts.snapshots import a_snapshot

pytestmark = pytest.mark.pdf


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render_pdf(a_snapshot())


@pytest.fixture
def seal(settings: Any, tmp_path: Path) -> Seal:
    return give_a_seal(settings, tmp_path)


@pytest.fixture
def sealed(plain: bytes, seal: Seal) -> bytes:
    return seal_pdf(plain, seal)


def faults_said_aloud(content: bytes, folder: Path) -> set[str]:
    """The rules of PDF/UA-1 that the accessibility checker finds broken."""
    file, report = folder / "dit.pdf", folder / "dit.json"
    file.write_bytes(content)
    checker = Path(sys.executable).with_name("outloud")
    subprocess.run([checker, file, "--json", report, "--fail-on", "never"], capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(report.read_text())["results"][0]["findings"]
    return {str(fault["rule"]) for fault in found if fault["severity"] == "error"}


def test_any_reader_finds_the_seal_valid_and_the_whole_file_under_it(sealed: bytes, seal: Seal) -> None:
    status = seal_of(sealed, seal)

    assert status.bottom_line
    assert status.intact
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok


def test_a_reader_that_does_not_know_the_certificate_still_finds_the_bytes_intact(
    sealed: bytes, settings: Any, tmp_path: Path
) -> None:
    other = tmp_path / "autre"
    other.mkdir()
    status = seal_of(sealed, give_a_seal(settings, other))

    assert (status.intact, status.trusted) == (True, False)


def test_it_follows_the_european_format_and_names_its_certificate(sealed: bytes, seal: Seal) -> None:
    [signature] = PdfFileReader(BytesIO(sealed)).embedded_signatures

    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert SUBJECT in seal.subject
    assert seal.fingerprint == signature.signer_cert.sha256.hex()


def test_the_sealed_file_begins_with_the_file_that_was_drawn(plain: bytes, sealed: bytes) -> None:
    assert sealed.startswith(plain)
    assert len(sealed) < len(plain) + 60_000


def test_one_changed_byte_breaks_it(sealed: bytes, seal: Seal) -> None:
    at = sealed.index(b"/Lang")
    status = seal_of(sealed[: at + 7] + b"e" + sealed[at + 8 :], seal)

    assert not status.intact
    assert not status.bottom_line


def test_something_added_afterwards_is_called_a_change(sealed: bytes, seal: Seal) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Lang"].__class__("en")
    writer.update_root()
    changed = BytesIO()
    writer.write(changed)

    assert not seal_of(changed.getvalue(), seal).bottom_line


def test_it_stays_an_archive_file_that_qpdf_finds_nothing_wrong_with(
    plain: bytes, sealed: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "recu.pdf"
    file.write_bytes(sealed)

    assert "No syntax or stream encoding errors" in qpdf_check(file).stdout
    assert info_of(sealed)["Pages"] == "1"
    assert text_of(sealed) == text_of(plain)
    with pikepdf.open(file) as opened:
        assert not opened.check_pdf_syntax()
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
        [field] = opened.Root.AcroForm.Fields
        assert int(field.F) & 4, "an archive file prints its fields"
        assert not int(field.F) & 2, "and hides none"
        assert "/NeedAppearances" not in opened.Root.AcroForm


def test_the_archive_checker_finds_no_fault_that_the_seal_brought(
    plain: bytes, sealed: bytes, tmp_path: Path
) -> None:
    """It knows no forms: that is all it may say of the seal."""
    findings: list[set[str]] = []
    for name, content in (("plain", plain), ("sealed", sealed)):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(content)
        findings.append({str(finding) for finding in validate_written(file, "3b").findings})

    assert {fault.split()[0] for fault in findings[1] - findings[0]} <= {"[unsupported]"}


def test_it_takes_no_place_on_the_page_and_has_one_among_the_tags(plain: bytes, sealed: bytes) -> None:
    assert structure_of(sealed).startswith(structure_of(plain).rstrip())
    assert "Form" in structure_of(sealed)
    with pikepdf.open(BytesIO(sealed)) as opened:
        [field] = opened.Root.AcroForm.Fields
        assert str(field.TU) == FIELD_SAID
        left, bottom, right, top = (int(edge) for edge in field.Rect)
        assert (right - left, top - bottom) == (0, 0)
        assert left < 0
        numbers = opened.Root.StructTreeRoot.ParentTree.Nums
        tag = dict(zip(map(int, list(numbers)[::2]), list(numbers)[1::2], strict=True))[
            int(field.StructParent)
        ]
        assert str(tag.S) == "/Form"
        assert tag.K.Obj.objgen == field.objgen


def test_who_listens_to_the_file_meets_no_fault_that_the_seal_brought(
    plain: bytes, sealed: bytes, tmp_path: Path
) -> None:
    assert faults_said_aloud(sealed, tmp_path) <= faults_said_aloud(plain, tmp_path)


def test_without_a_setting_there_is_no_seal() -> None:
    assert current_seal() is None


def test_a_file_that_was_replaced_is_read_anew(settings: Any, tmp_path: Path, seal: Seal) -> None:
    assert current_seal() is seal

    assert give_a_seal(settings, tmp_path).fingerprint != seal.fingerprint


def test_a_certificate_has_its_time(seal: Seal) -> None:
    now = timezone.now()
    assert seal.holds(now)
    assert not seal.holds(seal.valid_until + timedelta(seconds=1))
    assert not seal.holds(seal.valid_from - timedelta(seconds=1))
    assert not seal.expires_soon(now)
    assert seal.expires_soon(seal.valid_until - timedelta(days=60))


def test_a_wrong_password_is_named(settings: Any, seal: Seal) -> None:
    settings.RECEIPT_SEAL_PASSWORD = "autre"

    with pytest.raises(SealUnusable, match="RECEIPT_SEAL_PASSWORD is not its password"):
        current_seal()


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----", bytes(300)])
def test_another_file_is_named(settings: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "autre.p12").write_bytes(content)
    settings.RECEIPT_SEAL_PKCS12 = str(tmp_path / "autre.p12")

    with pytest.raises(SealUnusable, match="is no PKCS #12 file"):
        current_seal()


def test_a_file_that_is_gone_is_named(settings: Any, tmp_path: Path) -> None:
    settings.RECEIPT_SEAL_PKCS12 = str(tmp_path / "perdu.p12")

    with pytest.raises(SealUnusable, match="cannot be read"):
        current_seal()


def test_a_certificate_without_its_key_seals_nothing(settings: Any, tmp_path: Path, seal: Seal) -> None:
    certificate = seal.certificate
    alone = load_der_x509_certificate(certificate)
    content = serialize_key_and_certificates(b"x", None, alone, None, NoEncryption())
    (tmp_path / "sans-cle.p12").write_bytes(content)
    settings.RECEIPT_SEAL_PKCS12 = str(tmp_path / "sans-cle.p12")
    settings.RECEIPT_SEAL_PASSWORD = ""

    with pytest.raises(SealUnusable, match="must hold a certificate and its private key"):
        current_seal()


def test_the_file_of_the_seal_is_its_owners_alone(seal: Seal, tmp_path: Path) -> None:
    assert (tmp_path / "cachet.p12").stat().st_mode & 0o077 == 0
    assert PASSWORD.encode() not in (tmp_path / "cachet.p12").read_bytes()
