"""Who gives: a person or an organisation."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.people.models import ConsentRecord, Donor
from tests.factories import a_donor

pytestmark = pytest.mark.django_db

ORGANISATION = {"kind": "organisation", "organisation_name": "Le Fournil"}


@pytest.mark.parametrize(
    ("over", "constraint"),
    [
        ({"kind": "cat"}, "donor_kind_known"),
        ({"kind": "organisation"}, "donor_organisation_named"),
        ({"last_name": ""}, "donor_named"),
        ({"email": ""}, "donor_named"),
    ],
)
def test_the_database_refuses(over: dict[str, Any], constraint: str) -> None:
    donor = a_donor()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Donor.objects.filter(pk=donor.pk).update(**over)


def test_a_person_is_called_by_first_and_last_name() -> None:
    assert a_donor().display_name == "Amina Benali"
    assert a_donor(first_name="").display_name == "Benali"


def test_an_organisation_is_called_by_its_name_and_has_a_person() -> None:
    donor = a_donor(**ORGANISATION)

    assert (donor.display_name, donor.person_name, donor.is_organisation) == (
        "Le Fournil",
        "Amina Benali",
        True,
    )


@pytest.mark.parametrize("missing", ["street", "postcode", "city", "country"])
def test_an_address_is_whole_or_none(missing: str) -> None:
    assert a_donor().has_address is True
    assert a_donor(**{missing: ""}).has_address is False


def test_a_consent_is_about_a_known_purpose() -> None:
    with pytest.raises(IntegrityError, match="consent_purpose_known"), transaction.atomic():
        ConsentRecord.objects.create(
            donor=a_donor(), purpose="resale", given=True, wording="Oui ?", at=timezone.now()
        )
