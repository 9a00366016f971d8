from dataclasses import replace
from datetime import date

import pytest

from donors.people.models import Donor
from donors.receipts import forms
from donors.receipts.forms import VERSIONS, Form, form_in_force, form_of


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_every_version_says_where_it_comes_from_and_when_it_was_checked(version: forms.FormVersion) -> None:
    assert version.source
    assert version.checked_on >= version.starts_on
    assert version.certification.endswith(":")
    assert version.notes


def test_a_person_and_a_company_never_share_a_form() -> None:
    assert form_of(Donor(kind="person")) == Form.PERSON
    assert form_of(Donor(kind="organisation")) == Form.COMPANY


def test_a_new_version_holds_from_its_first_day(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = replace(
        form_in_force(Form.PERSON, date(2027, 1, 1)), version="11580*06", starts_on=date(2028, 4, 1)
    )
    monkeypatch.setattr(forms, "VERSIONS", (newer, *VERSIONS))

    assert form_in_force(Form.PERSON, date(2028, 3, 31)).version == "11580*05"
    assert form_in_force(Form.PERSON, date(2028, 4, 1)).version == "11580*06"
    assert form_in_force(Form.COMPANY, date(2028, 4, 1)).version == "16216*03"


def test_before_the_first_known_day_the_oldest_version_is_the_answer() -> None:
    assert form_in_force(Form.COMPANY, date(2019, 1, 1)).version == "16216*03"
