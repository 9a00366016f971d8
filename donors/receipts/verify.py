"""Whether a receipt that somebody holds is one of ours, and what it is worth today.

Asked by anyone, with the number and the code printed on it, or with the hash of its PDF. The answer holds
nobody's name. It holds the amount, because a forger's first idea is to change it: see decision 17."""

import hmac
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from donors.campaigns.models import local_day
from donors.receipts.code import LENGTH, read_code
from donors.receipts.models import Receipt, ReceiptDocument

# Compared where no receipt has the number, so that the answer takes as long as for a wrong code.
_NO_CODE = "-" * LENGTH
_NUMBER = re.compile(r"(TEST)?(20\d{2})(\d{1,9})", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOST = 50  # organisations that may have the same number


class Verdict(StrEnum):
    GENUINE = "genuine"
    SUSPENDED = "suspended"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What anyone may read of a receipt; empty but for the verdict when it is unknown."""

    verdict: Verdict
    number: str = ""
    organisation: str = ""
    issued_on: date | None = None
    amount_cents: int = 0
    is_specimen: bool = False


UNKNOWN = Verified(verdict=Verdict.UNKNOWN)


def read_number(typed: str) -> tuple[bool, int, int] | None:
    """Whether of real money, year and number, however it was typed; None for what is no number."""
    signs = re.sub(r"(?i)^\W*n(?:°|º|o\b)?", "", typed.strip())
    found = _NUMBER.fullmatch(read_code(signs))
    return (not found[1], int(found[2]), int(found[3])) if found else None


def verify_number(typed_number: str, typed_code: str) -> Verified:
    """The receipt with this number and this code. A wrong number and a wrong code get the same answer."""
    number, code = read_number(typed_number), read_code(typed_code)
    live, year, ordinal = number or (True, 0, 0)
    candidates = Receipt.objects.filter(series__livemode=live, series__year=year, number=ordinal)
    rows: list[tuple[int, str]] = list(candidates.order_by("pk").values_list("pk", "code")[:_MOST])
    matches = [pk for pk, known in [*rows, (0, _NO_CODE)] if _is_same(known, code)]
    return _say(matches[0]) if matches else UNKNOWN


def _is_same(known: str, typed: str) -> bool:
    same = hmac.compare_digest(known.encode(), typed.encode())
    return same and len(known) == LENGTH and known != _NO_CODE


def verify_file(sha256: str) -> Verified:
    """The receipt whose archived PDF has this hash, written in hexadecimal: not one byte of it may differ."""
    wanted = sha256.strip().lower()
    if not _SHA256.fullmatch(wanted):
        return UNKNOWN
    found = ReceiptDocument.objects.filter(sha256=wanted).values_list("receipt", flat=True).first()
    return _say(found) if found else UNKNOWN


def _say(pk: int) -> Verified:
    receipt = Receipt.objects.select_related("series__organisation").get(pk=pk)
    facts: dict[str, Any] = receipt.snapshot["organisation"]
    return Verified(
        verdict=_verdict(receipt),
        number=receipt.full_number,
        organisation=facts["name"],
        issued_on=local_day(receipt.issued_at),
        amount_cents=receipt.amount_cents,
        is_specimen=not receipt.series.livemode,
    )


def _verdict(receipt: Receipt) -> Verdict:
    if receipt.state == Receipt.State.CANCELLED:
        replaced = Receipt.objects.filter(replaces=receipt).exists()
        return Verdict.REPLACED if replaced else Verdict.CANCELLED
    return Verdict.SUSPENDED if receipt.is_suspended else Verdict.GENUINE
