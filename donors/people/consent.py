"""Consent is a history: each answer is a row with the words that were shown."""

from datetime import datetime

from donors.people.models import ConsentRecord, Donor


def record_consent(
    donor: Donor, purpose: ConsentRecord.Purpose, *, given: bool, wording: str, at: datetime
) -> ConsentRecord | None:
    """Write the answer if it differs from the last one to the same words; None if nothing is new."""
    last = donor.consents.filter(purpose=purpose).last()
    if last and last.given == given and last.wording == wording:
        return None
    return donor.consents.create(purpose=purpose, given=given, wording=wording, at=at)
