"""A donor tells what was missing on the receipts: it is written where it lacked, and nowhere else."""

from collections.abc import Mapping

from django.db import transaction

from donors.people.models import Donor
from donors.receipts.incomplete import missing_fields, who_is

ADDRESS = ("street", "postcode", "city", "country")


def complete_donor(donor: Donor, facts: Mapping[str, str]) -> list[Donor]:
    """Fill in what the donor lacks, in every row of the same donor at the same e-mail address that lacks it.

    `facts` are cleaned by the form. What a row says already stays, but an address that is incomplete in
    another row is replaced whole: half of one and half of another would be nobody's. Receipts that were
    issued keep what they say. Locks the rows of the address, in the order of their keys. Idempotent: the
    second of two senders finds nothing missing. Answers the rows that changed, `donor` first."""
    with transaction.atomic():
        same_address = Donor.objects.select_for_update().filter(email_key=donor.email_key).order_by("pk")
        rows = [row for row in same_address if who_is(row) == who_is(donor)]
        asked = next((row for row in rows if row.pk == donor.pk), None)
        if asked is None:  # completed a moment ago: it has another name now
            return []
        changed = [asked] if _write(asked, {name: facts[name] for name in missing_fields(asked)}) else []
        for row in rows:
            if row.pk != asked.pk and _write(row, _taken_over(row, asked)):
                changed.append(row)
    return changed


def _taken_over(row: Donor, complete: Donor) -> dict[str, str]:
    missing = set(missing_fields(row))
    if missing.intersection(ADDRESS):
        missing.update(ADDRESS)
    return {name: getattr(complete, name) for name in missing}


def _write(row: Donor, facts: Mapping[str, str]) -> bool:
    for name, value in facts.items():
        setattr(row, name, value)
    if facts:
        row.save(update_fields=list(facts))
    return bool(facts)
