"""A site with a seal of its own, and what any reader finds in a sealed PDF."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from campaign.demo.seal import make_demo_seal
from donors.receipts.seal import Seal, current_seal

PASSWORD = "un mot de passe d’essai"


def give_a_seal(settings: Any, folder: Path, *, life: timedelta = timedelta(days=365)) -> Seal:
    """The site of this test seals its receipts with a certificate of its own."""
    file = folder / "cachet.p12"
    file.unlink(missing_ok=True)
    make_demo_seal(file, PASSWORD, life=life)
    settings.RECEIPT_SEAL_PKCS12 = str(file)
    settings.RECEIPT_SEAL_PASSWORD = PASSWORD
    seal = current_seal()
    assert seal is not None
    return seal


def seal_of(content: bytes, trusted: Seal) -> PdfSignatureStatus:
    """What a reader says that trusts this certificate. Asks no network."""
    [signature] = PdfFileReader(BytesIO(content)).embedded_signatures
    context = ValidationContext(trust_roots=[trusted.signer.signing_cert], allow_fetching=False)
    # The library runs an event loop of its own, and a browser test has one in this thread already.
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(validate_pdf_signature, signature, context).result()
