"""Frozen facts without a database: what a receipt would say of these rows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from donors.campaigns.models import Campaign, Organisation
from donors.gifts.models import Donation, Method, Nature
from donors.people.models import Donor
from donors.receipts.code import shown_code, verify_url
from donors.receipts.models import Receipt
from donors.receipts.snapshot import Part, build_snapshot
from tests.factories import SIGNATURE

PAID_AT = datetime(2027, 6, 12, 9, 30, tzinfo=UTC)
ISSUED_AT = datetime(2027, 6, 13, 8, 0, 5, tzinfo=UTC)
CODE = "7K3M9QTX2B4F"
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
    return together([an_unsaved_gift(**over)], number=number, replaces=replaces)


def a_yearly_snapshot(count: int, **over: Any) -> dict[str, Any]:
    """So many gifts, a week apart, the last of which was paid in cash."""
    gifts = [
        an_unsaved_gift(
            **{
                "amount_cents": 1050 + number,
                "credited_at": PAID_AT - timedelta(days=7 * (count - number)),
                "uuid": UUID(int=REFERENCE.int + number),
                "method": Method.CASH if number == count - 1 else Method.CARD,
                **over,
            }
        )
        for number in range(count)
    ]
    return together(gifts, kind=Receipt.Kind.YEARLY)


def a_company_snapshot(*, in_kind: str = "", **over: Any) -> dict[str, Any]:
    """A company's gift of money; with `in_kind`, goods of that description too."""
    company = {
        "kind": Donor.Kind.ORGANISATION,
        "organisation_name": "Coopérative des Deux Rives",
        "legal_form": "SCOP à responsabilité limitée",
        "siren": "732829320",
        **over.pop("donor", {}),
    }
    gifts = [an_unsaved_gift(donor=company, **over)]
    if in_kind:
        goods = {"nature": Nature.IN_KIND, "method": Method.NONE, "description": in_kind}
        gifts.append(an_unsaved_gift(donor=company, **{**over, **goods, "amount_cents": 84_000}))
    return together(gifts)


def together(
    gifts: list[Donation],
    *,
    number: str = "2027-000123",
    kind: Receipt.Kind = Receipt.Kind.GIFT,
    replaces: str = "",
) -> dict[str, Any]:
    """What one receipt over these gifts would say, numbered and with its code."""
    parts = [Part(donation=gift, amount_cents=gift.amount_cents) for gift in gifts]
    frozen = build_snapshot(parts, at=ISSUED_AT, kind=kind, replaces=replaces)
    address = verify_url("https://dons.example.org", number=number, code=CODE)
    return frozen | {"number": number, "code": shown_code(CODE), "verify_url": address}
