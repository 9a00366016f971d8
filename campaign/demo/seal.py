"""A self-made certificate for the demo's receipts, which says itself that it proves nothing."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

SUBJECT = "DÉMONSTRATION – cachet sans valeur"
LIFE = timedelta(days=3650)


def make_demo_seal(file: Path, password: str, *, life: timedelta = LIFE) -> None:
    """Write the PKCS #12 file unless it is there already. Only the owner may read it."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    content = _certificate_with_key(password, life)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)


def _certificate_with_key(password: str, life: timedelta) -> bytes:
    key = generate_private_key(65537, 2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, SUBJECT),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Emmaüs Connect (démonstration)"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        ]
    )
    begins = datetime.now(UTC) - timedelta(minutes=5)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        **dict.fromkeys(
            (
                *("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
                *("encipher_only", "decipher_only"),
            ),
            False,
        ),
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(begins, begins + life))
        .not_valid_after(begins + life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )
    return serialize_key_and_certificates(
        SUBJECT.encode(), key, certificate, None, BestAvailableEncryption(password.encode())
    )
