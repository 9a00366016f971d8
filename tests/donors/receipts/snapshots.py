"""Frozen facts without a database: what a receipt would say of these rows."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from donors.campaigns.models import Campaign, Organisation
from donors.gifts.models import Donation
from donors.people.models import Donor
from donors.receipts.snapshot import Part, build_snapshot
from tests.factories import SIGNATURE

PAID_AT = datetime(2027, 6, 12, 9, 30, tzinfo=UTC)
ISSUED_AT = datetime(2027, 6, 13, 8, 0, 5, tzinfo=UTC)
REFERENCE = UUID("5e0e0bd4-2b0a-4d3c-9d25-6a52e5c38a11")


def an_unsaved_gift(
    *,
    organisation: dict[str, Any] | None = None,
    donor: dict[str, Any] | None = None,
    **gift: Any,
) -> Donation:
    body = {
        "legal_name": "Emmaüs Connect",
        "siren": "732829320",
        "rna": "W751234567",
        "street": "12 rue des Essais",
        "postcode": "33300",
        "city": "Bordeaux",
        "purpose": "L’inclusion numérique des personnes en situation de précarité.",
        "signatory_name": "Claire Martin",
        "signatory_role": "trésorière",
        "signature_svg": SIGNATURE,
    }
    person = {
        "first_name": "Amina",
        "last_name": "Benali",
        "street": "3 cours de l’Yser",
        "postcode": "33800",
        "city": "Bordeaux",
    }
    facts = {"amount_cents": 123_450, "livemode": True, "credited_at": PAID_AT, "uuid": REFERENCE}
    return Donation(
        donor=Donor(**{**person, **(donor or {})}),
        campaign=Campaign(organisation=Organisation(**{**body, **(organisation or {})})),
        **{**facts, **gift},
    )


def a_snapshot(*, number: str = "2027-000123", replaces: str = "", **over: Any) -> dict[str, Any]:
    gift = an_unsaved_gift(**over)
    parts = [Part(donation=gift, amount_cents=gift.amount_cents)]
    return build_snapshot(parts, at=ISSUED_AT, replaces=replaces) | {"number": number}
