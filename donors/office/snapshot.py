"""The frozen facts of a receipt, as the treasurer reads them beside the PDF."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from donors.receipts.models import Receipt
from donors.receipts.snapshot import snapshot_sha256
from donors.receipts.wording import days_in_french


def facts_of(receipt: Receipt) -> list[tuple[str, str]]:
    """Label and value of what was printed; what is not there is left out."""
    return [(label, value) for label, value in _facts(receipt.snapshot) if value]


def facts_are_intact(receipt: Receipt) -> bool:
    return snapshot_sha256(receipt.snapshot) == receipt.snapshot_sha256


def _facts(snapshot: dict[str, Any]) -> Iterator[tuple[str, str]]:
    organisation, donor, gift = (snapshot.get(part, {}) for part in ("organisation", "donor", "gift"))
    signatory = snapshot.get("signatory", {})
    yield "Organisme bénéficiaire", organisation.get("name", "")
    yield (
        "Donateur",
        donor.get("name") or f"{donor.get('first_name', '')} {donor.get('last_name', '')}".strip(),
    )
    yield "Forme juridique", donor.get("legal_form", "")
    yield "SIREN", donor.get("siren", "")
    yield "Adresse du donateur", _address(donor)
    yield "Montant en chiffres", gift.get("amount_figures", "")
    yield "Montant en lettres", gift.get("amount_words", "")
    yield "Date du versement", days_in_french(gift)
    yield "Versements", str(len(gift["payments"])) if len(gift["payments"]) > 1 else ""
    yield "Forme du don", ", ".join(gift["forms"])
    yield "Nature du don", ", ".join(gift["natures"])
    yield "Description", (gift["in_kind"] or {}).get("description", "")
    yield "Mode de versement", ", ".join(gift["payment_modes"])
    yield "Date du reçu", _day(snapshot.get("issued_on", ""))
    yield "Signataire", ", ".join(filter(None, (signatory.get("name", ""), signatory.get("role", ""))))
    yield "Modèle", snapshot.get("conformity", "")


def _address(of: dict[str, str]) -> str:
    town = f"{of.get('postcode', '')} {of.get('city', '')}".strip()
    return ", ".join(filter(None, (of.get("street", ""), town, of.get("country", ""))))


def _day(written: str) -> str:
    return f"{date.fromisoformat(written):%d/%m/%Y}" if written else ""


def changes_between(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Label, what the old receipt says, what the new one would say, also where both are equal."""
    before, after = dict(_facts(old)), dict(_facts(new))
    rows = [(label, before.get(label, ""), after.get(label, "")) for label in {**after, **before}]
    return [row for row in rows if row[1] or row[2]]
