"""The two forms of the tax administration, as dated data: which version holds on a day, and its words.

Persons and companies never share a form. Every receipt keeps the version that it was made after."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from donors.people.models import Donor
from donors.receipts import wording


class Form(StrEnum):
    PERSON = "2041-RD"
    COMPANY = "2041-MEC-SD"


@dataclass(frozen=True, kw_only=True)
class FormVersion:
    """One version of a form, in force from `starts_on` until the next one of the same form.

    Our layout is our own and carries every mention of the model, as the instruction 5 B-14-03 allows (for
    companies: rescrit of 21 June 2023)."""

    form: Form
    version: str
    starts_on: date
    title: tuple[str, str]
    certification: str
    notes: tuple[str, ...]
    source: str
    checked_on: date

    @property
    def conformity(self) -> str:
        number = self.version.partition("*")[0]
        return f"Document conforme au modèle {self.form} (Cerfa n° {number})"


VERSIONS: tuple[FormVersion, ...] = (
    FormVersion(
        form=Form.PERSON,
        version="11580*05",
        starts_on=date(2023, 4, 1),
        title=wording.TITLE,
        certification=wording.CERTIFICATION,
        notes=wording.NOTES,
        source="CGI art. 200-5; arrêté du 26 juin 2008; form 2041-RD as published in April 2023",
        checked_on=date(2026, 11, 22),
    ),
    FormVersion(
        form=Form.COMPANY,
        version="16216*03",
        starts_on=date(2026, 1, 1),
        title=wording.COMPANY_TITLE,
        certification=wording.COMPANY_CERTIFICATION,
        notes=wording.COMPANY_NOTES,
        source="CGI art. 238 bis-5 bis; loi 2021-1109 art. 19; form 2041-MEC-SD of 2026",
        checked_on=date(2026, 11, 22),
    ),
)


def form_of(donor: Donor) -> Form:
    return Form.COMPANY if donor.is_organisation else Form.PERSON


def form_in_force(form: Form, on: date) -> FormVersion:
    """The version that a receipt issued on this day follows.

    The oldest one that is known here also for the days before it: no receipt is issued in the past."""
    versions = sorted((v for v in VERSIONS if v.form == form), key=lambda version: version.starts_on)
    begun = [version for version in versions if version.starts_on <= on]
    return begun[-1] if begun else versions[0]
