"""What a receipt says, built once from our rows and frozen: every printed fact and word of its form."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from donors.campaigns.models import Organisation, local_day
from donors.gifts.models import Donation, Method, Nature
from donors.money import format_amount, in_words
from donors.people.countries import country_name
from donors.people.models import Donor
from donors.receipts import wording
from donors.receipts.categories import CATEGORIES, detail_of, group_of
from donors.receipts.forms import form_in_force, form_of
from donors.receipts.models import Receipt
from donors.receipts.signature import UnsafeSignature, read_signature
from donors.receipts.tax.articles import printed_articles

VERSION = 2

# Note (3) of the form: the reduction of the wealth tax is for these alone.
SUIT_WEALTH_TAX = frozenset({Nature.MONEY, Nature.SHARES})

# They turn the direction of what follows: a name could print as another one.
_DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


@dataclass(frozen=True, kw_only=True)
class Part:
    """One gift on a receipt, and what is left of it: after a refund, less than was given."""

    donation: Donation
    amount_cents: int


def build_snapshot(
    parts: Sequence[Part], *, at: datetime, kind: Receipt.Kind = Receipt.Kind.GIFT, replaces: str = ""
) -> dict[str, Any]:
    """Everything the receipt over these gifts of one donor will say, as JSON. Pure: no clock, no query.

    Its number, its code and its address for checking stay empty: they come with the number. The donor is as
    the last gift knows them. A fact that we do not have is an empty string: `missing_mentions` names it."""
    parts = sorted(parts, key=lambda part: (part.donation.credited_at or at, part.donation.pk or 0))
    donation = parts[-1].donation
    organisation, donor = donation.campaign.organisation, donation.donor
    form = form_in_force(form_of(donor), local_day(at))
    return {
        "version": VERSION,
        "form": str(form.form),
        "form_version": form.version,
        "kind": str(kind),
        "livemode": donation.livemode,
        "number": "",
        "code": "",
        "verify_url": "",
        "replaces": replaces,
        "title": list(form.title),
        "conformity": form.conformity,
        "organisation": _organisation(organisation),
        "donor": _donor(donor),
        "gift": _gift(parts),
        "certification": form.certification,
        "articles": [
            {"label": f"{article} du CGI", "ticked": ticked}
            for article, ticked in printed_articles(
                organisation.category,
                is_company=donor.is_organisation,
                suits_wealth=all(part.donation.nature in SUIT_WEALTH_TAX for part in parts),
            )
        ],
        "signatory": _signatory(organisation),
        "issued_on": _day(local_day(at)),
        "issued_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "notes": list(form.notes),
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
            "group": group_of(code),
            "label": CATEGORIES[code].label,
            "detail": _clean(detail_of(organisation)),
        },
    }


def _donor(donor: Donor) -> dict[str, str]:
    if donor.is_organisation:
        who = {
            "kind": "organisation",
            "name": _clean(donor.organisation_name),
            "legal_form": _clean(donor.legal_form),
            "siren": _clean(donor.siren),
        }
    else:
        who = {
            "kind": "person",
            "last_name": _clean(donor.last_name),
            "first_name": _clean(donor.first_name),
        }
    return {**who, **_address(donor)}


def _address(of: Organisation | Donor) -> dict[str, str]:
    return {
        "street": _clean(of.street),
        "postcode": _clean(of.postcode),
        "city": _clean(of.city),
        "country": country_name(_clean(of.country)),
    }


def _gift(parts: Sequence[Part]) -> dict[str, Any]:
    days = [part.donation.credited_on for part in parts]
    first, last = days[0], days[-1]
    one_day = first == last
    return {
        **_amounts(sum(part.amount_cents for part in parts)),
        "paid_on": _day(first) if one_day else "",
        "period": None if one_day else {"from": _day(first), "to": _day(last)},
        "forms": [wording.FORM_OF_GIFT],
        "natures": _each(parts, lambda gift: wording.NATURES[Nature(gift.nature)]),
        "payment_modes": _each(parts, lambda gift: wording.PAYMENT_MODES[Method(gift.method)]),
        "payments": [_payment(part) for part in parts],
        "money": _share(parts, in_kind=False),
        "in_kind": _share(parts, in_kind=True),
    }


def _payment(part: Part) -> dict[str, Any]:
    gift = part.donation
    return {
        "reference": str(gift.uuid),
        "paid_on": _day(gift.credited_on),
        "amount_cents": part.amount_cents,
        "amount_figures": format_amount(part.amount_cents),
        "nature": wording.NATURES[Nature(gift.nature)],
        "payment_mode": wording.PAYMENT_MODES[Method(gift.method)],
        "description": _clean(gift.description),
    }


def _each(parts: Sequence[Part], word: Callable[[Donation], str]) -> list[str]:
    """Each word once, in the order in which it is first met; what has no word is left out."""
    return [found for found in dict.fromkeys(word(part.donation) for part in parts) if found]


def _share(parts: Sequence[Part], *, in_kind: bool) -> dict[str, Any] | None:
    """The sum of what was money, or of what was not, apart; None where there was nothing of it."""
    chosen = [part for part in parts if (part.donation.nature != Nature.MONEY) == in_kind]
    if not chosen:
        return None
    share = _amounts(sum(part.amount_cents for part in chosen))
    if in_kind:
        share["description"] = " ; ".join(_each(chosen, lambda gift: _clean(gift.description)))
    return share


def _amounts(cents: int) -> dict[str, Any]:
    # Framed by asterisks, as the form asks of amounts that a computer writes.
    return {
        "amount_cents": cents,
        "amount_figures": f"***{format_amount(cents)}***",
        "amount_words": in_words(cents),
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
