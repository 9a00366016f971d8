"""Who gives: find the same donor again, or write a new one."""

from dataclasses import asdict, dataclass
from datetime import datetime

from donors.people.models import Donor


@dataclass(frozen=True, kw_only=True)
class DonorDetails:
    """What a visitor typed about themselves, cleaned by the form. Empty strings where nothing was asked."""

    kind: str
    email: str
    first_name: str
    last_name: str
    organisation_name: str = ""
    siren: str = ""
    legal_form: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"


def remember_donor(details: DonorDetails, *, at: datetime) -> Donor:
    """The donor with exactly these details, or a new row.

    Nothing proves that the visitor owns the e-mail address, so what they type never changes a row that
    exists: a stranger could otherwise move somebody's receipts to another address."""
    key = details.email.casefold()
    wanted = {**asdict(details), "email_key": key}
    del wanted["email"]
    known = Donor.objects.filter(**wanted).order_by("pk").first()
    return known or Donor.objects.create(email=details.email, created_at=at, **wanted)
