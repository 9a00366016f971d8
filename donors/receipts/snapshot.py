"""What a receipt says, built once from our rows and frozen: every printed fact and word of form 2041-RD."""

import hashlib
import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from donors.campaigns.models import Organisation, local_day
from donors.gifts.models import Donation, Method
from donors.money import format_amount, in_words
from donors.people.countries import country_name
from donors.people.models import Donor
from donors.receipts import wording
from donors.receipts.signature import UnsafeSignature, read_signature

VERSION = 1

# They turn the direction of what follows: a name could print as another one.
_DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


def build_snapshot(
    donation: Donation, *, at: datetime, amount_cents: int, replaces: str = ""
) -> dict[str, Any]:
    """Everything the receipt of this gift will say, as JSON, except its number. Pure: no clock, no query.

    `amount_cents` is what is left of the gift: after a refund, less than was given. A fact that we do not
    have is an empty string: `missing_mentions` names it."""
    organisation = donation.campaign.organisation
    return {
        "version": VERSION,
        "form": wording.FORM,
        "livemode": donation.livemode,
        "number": "",
        "replaces": replaces,
        "title": list(wording.TITLE),
        "conformity": wording.CONFORMITY,
        "organisation": _organisation(organisation),
        "donor": _donor(donation.donor),
        "gift": _gift(donation, amount_cents),
        "certification": wording.CERTIFICATION,
        "articles": [{"label": label, "ticked": ticked} for label, ticked in wording.ARTICLES],
        "signatory": _signatory(organisation),
        "issued_on": _day(local_day(at)),
        "issued_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "notes": list(wording.NOTES),
    }


def canonical_json(snapshot: dict[str, Any]) -> bytes:
    """One way only to write a snapshot, whatever the database did to the order of its keys."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def snapshot_sha256(snapshot: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(snapshot)).hexdigest()


def _organisation(organisation: Organisation) -> dict[str, Any]:
    code = Organisation.Category(organisation.category)
    return {
        "name": _clean(organisation.legal_name),
        "siren": _clean(organisation.siren),
        "rna": _clean(organisation.rna),
        **_address(organisation),
        "purpose": _clean(organisation.purpose),
        "category": {
            "code": str(code),
            "group": wording.GENERAL_INTEREST,
            "label": wording.CATEGORIES[code],
            "detail": _clean(organisation.category_detail),
        },
    }


def _donor(donor: Donor) -> dict[str, str]:
    return {
        "last_name": _clean(donor.last_name),
        "first_name": _clean(donor.first_name),
        **_address(donor),
    }


def _address(of: Organisation | Donor) -> dict[str, str]:
    return {
        "street": _clean(of.street),
        "postcode": _clean(of.postcode),
        "city": _clean(of.city),
        "country": country_name(_clean(of.country)),
    }


def _gift(donation: Donation, amount_cents: int) -> dict[str, Any]:
    return {
        "reference": str(donation.uuid),
        "amount_cents": amount_cents,
        # Framed by asterisks, as the form asks of amounts that a computer writes.
        "amount_figures": f"***{format_amount(amount_cents)}***",
        "amount_words": in_words(amount_cents),
        "paid_on": _day(donation.credited_on),
        "form": wording.FORM_OF_GIFT,
        "nature": wording.NATURE,
        "payment_mode": wording.PAYMENT_MODES[Method(donation.method)],
    }


def _signatory(organisation: Organisation) -> dict[str, Any]:
    try:
        drawing = read_signature(organisation.signature_svg)
    except UnsafeSignature:
        drawing = None
    return {
        "name": _clean(organisation.signatory_name),
        "role": _clean(organisation.signatory_role),
        "signature": drawing,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _clean(text: str) -> str:
    """One line, composed (NFC), without control characters and without marks that turn the direction."""
    spaced = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    visible = "".join(c for c in spaced if unicodedata.category(c) != "Cs").translate(_DIRECTION_MARKS)
    return " ".join(unicodedata.normalize("NFC", visible).split())
