"""The code on a receipt that whoever checks it must know: its number alone could be guessed."""

import secrets
from urllib.parse import urlencode

# Crockford's base 32: no I, L, O or U, so that nobody reads one sign for another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12  # 60 bits

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown_code(code: str) -> str:
    """ "7K3M-9QTX-2B4F", as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """What somebody typed as it is stored: capitals without dashes or spaces, misread signs put right."""
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_MISREAD)


def verify_url(site_url: str, *, number: str, code: str) -> str:
    """Where the receipt is checked, with both filled in: what its QR code says."""
    return f"{site_url.rstrip('/')}/recus/verifier/?{urlencode({'numero': number, 'code': code})}"
