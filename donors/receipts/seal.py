"""The organisation's seal on a PDF: a signature that any reader checks without asking us (PAdES B-B).

The certificate and its key are one PKCS #12 file, named in the settings; without it nothing is sealed.
The law asks for no seal: it shows that not one byte of a receipt was changed since the organisation made it.
Nothing here uses the network: the time in the seal is this machine's, and no revocation list is fetched."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from django.conf import settings
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, NumberObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    InvisSigSettings,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

FIELD = "Cachet"
FIELD_SAID = "Cachet électronique de l’organisme"
EXPIRES_SOON = timedelta(days=60)
# Bytes that the signature may take in the file: enough for RSA-4096 and a chain of certificates.
_ROOM = 24_576


class SealUnusable(Exception):
    """The file of the seal cannot be read, or does not hold what a seal needs. The message names what."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Seal:
    """A certificate with its key. `fingerprint` is the SHA-256 of the certificate, in hexadecimal."""

    certificate: bytes
    fingerprint: str
    subject: str
    valid_from: datetime
    valid_until: datetime
    signer: SimpleSigner

    def holds(self, at: datetime) -> bool:
        return self.valid_from <= at <= self.valid_until

    def expires_soon(self, at: datetime) -> bool:
        return self.valid_until - at <= EXPIRES_SOON


def current_seal() -> Seal | None:
    """The seal of the settings; None if there is none. A file that was replaced is read anew.

    It may have expired: ask `holds`. Raises SealUnusable."""
    if not settings.RECEIPT_SEAL_PKCS12:
        return None
    path = Path(settings.RECEIPT_SEAL_PKCS12)
    try:
        return _read(path, settings.RECEIPT_SEAL_PASSWORD, path.stat().st_mtime_ns)
    except OSError as error:
        raise SealUnusable(f"RECEIPT_SEAL_PKCS12: {path} cannot be read.") from error


@lru_cache(maxsize=1)
def _read(path: Path, password: str, _changed: int) -> Seal:
    content, secret = path.read_bytes(), password.encode() or None
    try:
        key, certificate, _ = load_key_and_certificates(content, secret)
    except ValueError as error:
        raise SealUnusable(
            f"RECEIPT_SEAL_PKCS12: {path} is no PKCS #12 file, or RECEIPT_SEAL_PASSWORD is not its password."
        ) from error
    if key is None or certificate is None:
        raise SealUnusable(f"RECEIPT_SEAL_PKCS12: {path} must hold a certificate and its private key.")
    signer = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=secret)
    found = signer.signing_cert
    return Seal(
        certificate=found.dump(),
        fingerprint=hashlib.sha256(found.dump()).hexdigest(),
        subject=str(found.subject.human_friendly),
        valid_from=found.not_valid_before,
        valid_until=found.not_valid_after,
        signer=signer,
    )


def seal_pdf(content: bytes, seal: Seal) -> bytes:
    """The same PDF with the seal appended: what was there stays, byte for byte. Twice gives different bytes.

    It certifies the document: a reader calls any later change one. It takes no place on the page and has one
    among the tags, so that the file stays PDF/A-3 and PDF/UA-1 (ISO 14289-1, 7.18.4)."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    invisible = InvisSigSettings(box_out_of_bounds=True)
    append_signature_field(
        writer, SigFieldSpec(FIELD, invis_sig_settings=invisible, readable_field_name=FIELD_SAID)
    )
    _tag_field(writer)
    what = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason="Reçu fiscal émis par l’organisme",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    sign = partial(PdfSigner(what, seal.signer).sign_pdf, existing_fields_only=True, bytes_reserved=_ROOM)
    # The library runs an event loop of its own; a thread of its own has none yet, whoever calls us.
    with ThreadPoolExecutor(max_workers=1) as apart:
        return bytes(apart.submit(sign, writer).result().getvalue())


def _tag_field(writer: IncrementalPdfFileWriter) -> None:
    """Put the field of the seal at the end of the document's tags, and tell each of the other."""
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    tree = writer.root["/StructTreeRoot"]
    document = tree["/K"][0]
    numbers = tree["/ParentTree"]["/Nums"]
    key = NumberObject(max(int(numbers[at]) for at in range(0, len(numbers), 2)) + 1)
    content = {"/Type": NameObject("/OBJR"), "/Obj": field, "/Pg": writer.root["/Pages"]["/Kids"].raw_get(0)}
    tag = {
        "/Type": NameObject("/StructElem"),
        "/S": NameObject("/Form"),
        "/P": tree["/K"].raw_get(0),
        "/Alt": TextStringObject(FIELD_SAID),
        "/K": _dictionary(content),
    }
    tagged = writer.add_object(_dictionary(tag))
    document["/K"].append(tagged)
    numbers.extend([key, tagged])
    field.get_object()["/StructParent"] = key
    for changed in (document, tree["/ParentTree"]):
        writer.update_container(changed)


def _dictionary(entries: dict[str, Any]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in entries.items()})
