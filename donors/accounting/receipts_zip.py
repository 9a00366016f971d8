"""All receipts of a period in one ZIP, made while it is sent: ten or ten thousand take the same memory."""

import hashlib
import io
import logging
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db.models import QuerySet

from donors.accounting.csv_file import BYTE_ORDER_MARK, csv_row
from donors.accounting.period import Period
from donors.accounting.receipt_rows import issued_in, receipts_in_site_mode, with_document
from donors.accounting.table import Cell, Euros
from donors.campaigns.models import PARIS, local_day
from donors.receipts.document import TamperedDocument, read_document
from donors.receipts.models import Receipt

log = logging.getLogger(__name__)

MANIFEST = "manifeste.csv"
MANIFEST_HEADINGS = ("Numéro", "Émis le", "Donateur", "Montant", "État", "SHA-256", "Fichier")
CANCELLED_FOLDER = "annules/"
SUSPENDED_FOLDER = "suspendus/"
IN_PREPARATION = "PDF en préparation"
TAMPERED = "PDF altéré, non fourni"

_PAGE = 200  # rows read at once: no cursor stays open while a slow line downloads
_MANIFEST_IN_MEMORY = 1_000_000  # bytes; a longer manifest waits on the disk


def receipts_of(period: Period) -> QuerySet[Receipt]:
    """What the ZIP of this period covers; the caller refuses an empty one."""
    return issued_in(receipts_in_site_mode(), period)


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that comes before the PDFs, read from where it stands; the manifest has its hash too."""

    name: str
    file: IO[bytes]
    at: datetime


def zip_receipts(receipts: QuerySet[Receipt], *, attached: Attached | None = None) -> Iterator[bytes]:
    """The ZIP piece by piece: each PDF as stored, what is not valid in folders of its own, then the manifest.

    One pass: the manifest, written last, says what this very file holds. A PDF whose hash no longer fits is
    named in the manifest and in the log, and left out."""
    pipe = _Pipe()
    with (
        tempfile.SpooledTemporaryFile(_MANIFEST_IN_MEMORY, "w+", encoding="utf-8", newline="") as manifest,
        zipfile.ZipFile(pipe, "w") as archive,
    ):
        manifest.write(BYTE_ORDER_MARK + csv_row(MANIFEST_HEADINGS))
        if attached:
            digest = hashlib.sha256()
            for _ in _write_attached(archive, attached, digest):
                yield from pipe.take()
            cells: list[Cell] = ["", local_day(attached.at), "", None, "", digest.hexdigest(), attached.name]
            manifest.write(csv_row(cells))
        for receipt in _in_pages(with_document(receipts)):
            manifest.write(_manifest_line(receipt, _add(archive, receipt)))
            yield from pipe.take()
        manifest.seek(0)
        for _ in _write_manifest(archive, manifest):
            yield from pipe.take()
    yield from pipe.take()


def _add(archive: zipfile.ZipFile, receipt: Any) -> str:
    """Put the PDF into the archive; answers its path, or why there is none."""
    if not receipt.document_sha256:
        return IN_PREPARATION
    try:
        content = read_document(receipt)
    except TamperedDocument:
        log.exception("The PDF of receipt %s is not the one that was stored", receipt.full_number)
        return TAMPERED
    path = f"{_folder(receipt)}{receipt.full_number}.pdf"
    stamp = receipt.issued_at.astimezone(PARIS).timetuple()[:6]
    archive.writestr(zipfile.ZipInfo(path, stamp), content)  # stored: a PDF is compressed already
    return path


def _folder(receipt: Receipt) -> str:
    """Only what is valid stands at the top, so that nobody hands on or adds up what is not."""
    if receipt.state == Receipt.State.CANCELLED:
        return CANCELLED_FOLDER
    return SUSPENDED_FOLDER if receipt.is_suspended else ""


def _manifest_line(receipt: Any, path: str) -> str:
    return csv_row(
        [
            receipt.full_number,
            local_day(receipt.issued_at),
            receipt.donor.display_name,
            Euros(receipt.amount_cents),
            receipt.standing,
            receipt.document_sha256,
            path,
        ]
    )


def _write_attached(archive: zipfile.ZipFile, attached: Attached, digest: Any) -> Iterator[None]:
    stamp = attached.at.astimezone(PARIS).timetuple()[:6]
    with archive.open(zipfile.ZipInfo(attached.name, stamp), "w") as entry:
        while piece := attached.file.read(65_536):
            digest.update(piece)
            entry.write(piece)
            yield


def _write_manifest(archive: zipfile.ZipFile, manifest: IO[str]) -> Iterator[None]:
    with archive.open(zipfile.ZipInfo(MANIFEST), "w") as entry:
        while lines := manifest.read(65_536):
            entry.write(lines.encode())
            yield


def _in_pages(receipts: QuerySet[Any]) -> Iterator[Any]:
    last = 0
    while page := list(receipts.filter(pk__gt=last).order_by("pk")[:_PAGE]):
        yield from page
        last = page[-1].pk


class _Pipe(io.RawIOBase):
    """What the archive is written into; what was written waits here until it is taken. It cannot seek."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def take(self) -> Iterator[bytes]:
        if self._waiting:
            yield bytes(self._waiting)
            self._waiting.clear()
