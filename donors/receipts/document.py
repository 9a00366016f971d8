"""The PDF of a receipt: made once from its frozen facts, stored with its hash, verified at each reading."""

import hashlib
from datetime import datetime
from typing import Any

from donors.receipts.models import Receipt, ReceiptDocument
from donors.receipts.pdf import render_pdf
from donors.receipts.seal import current_seal, seal_pdf
from donors.receipts.snapshot import snapshot_sha256


class TamperedReceipt(Exception):
    """The frozen facts of a receipt are not those that were hashed when it was issued."""


class TamperedDocument(Exception):
    """The stored bytes of a receipt's PDF are not those that were hashed when it was made."""


def make_document(receipt: Receipt, *, at: datetime) -> ReceiptDocument:
    """The stored PDF of this receipt, rendered if there is none yet.

    Idempotent: who comes second in a race gets what the first one stored. Call it outside a transaction:
    drawing and sealing take a few tenths of a second. Raises TamperedReceipt, SealUnusable."""
    stored = ReceiptDocument.objects.filter(receipt=receipt).first()
    if stored is not None:
        return stored
    document, _ = ReceiptDocument.objects.get_or_create(
        receipt=receipt, defaults={**_draw(_facts_of(receipt), at=at), "made_at": at}
    )
    return document


def _facts_of(receipt: Receipt) -> dict[str, Any]:
    fresh = Receipt.objects.get(pk=receipt.pk)
    if snapshot_sha256(fresh.snapshot) != fresh.snapshot_sha256:
        raise TamperedReceipt(f"receipt {receipt.pk}: its frozen facts do not match their hash")
    facts: dict[str, Any] = fresh.snapshot
    return facts


def _draw(facts: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """The columns of the PDF, with the organisation's seal if there is a valid one.

    An expired one does not keep a donor waiting: the treasurer was warned, and the law asks for none."""
    content = render_pdf(facts)
    seal = current_seal()
    columns = {"unsealed_sha256": hashlib.sha256(content).hexdigest(), "sealed_with": ""}
    if seal is not None and seal.holds(at):
        content = seal_pdf(content, seal)
        columns["sealed_with"] = seal.fingerprint
    return {**columns, "content": content, "sha256": hashlib.sha256(content).hexdigest()}


def read_document(receipt: Receipt) -> bytes:
    """The PDF's bytes as they were stored. Raises TamperedDocument, or ReceiptDocument.DoesNotExist."""
    document = ReceiptDocument.objects.get(receipt=receipt)
    content = bytes(document.content)  # PostgreSQL hands out a memoryview
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise TamperedDocument(f"receipt {receipt.pk}: its PDF does not match its hash")
    return content
