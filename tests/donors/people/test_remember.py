"""Finding a donor again, without letting strangers change one."""

import pytest
from django.utils import timezone

from donors.people.consent import record_consent
from donors.people.models import ConsentRecord, Donor
from donors.people.remember import DonorDetails, remember_donor

pytestmark = pytest.mark.django_db

NEWSLETTER = ConsentRecord.Purpose.NEWSLETTER


def details(**over: str) -> DonorDetails:
    facts = {
        "kind": "person",
        "email": "amina@example.org",
        "first_name": "Amina",
        "last_name": "Benali",
        "street": "3 cours de l’Yser",
        "postcode": "33800",
        "city": "Bordeaux",
    }
    return DonorDetails(**{**facts, **over})


def remember(**over: str) -> Donor:
    return remember_donor(details(**over), at=timezone.now())


def test_the_same_details_are_the_same_donor() -> None:
    assert remember().pk == remember().pk
    assert Donor.objects.count() == 1


def test_the_case_of_an_address_makes_no_second_donor() -> None:
    assert remember().pk == remember(email="AMINA@Example.org").pk


@pytest.mark.parametrize(
    "over", [{"street": "1 rue du Voleur"}, {"last_name": "Autre"}, {"email": "other@example.org"}]
)
def test_what_a_visitor_types_never_changes_a_known_donor(over: dict[str, str]) -> None:
    first = remember()

    assert remember(**over).pk != first.pk

    first.refresh_from_db()
    assert (first.street, first.last_name) == ("3 cours de l’Yser", "Benali")


def test_an_organisation_keeps_its_name_and_siren() -> None:
    donor = remember(kind="organisation", organisation_name="Le Fournil", siren="732829320")

    assert (donor.display_name, donor.is_organisation) == ("Le Fournil", True)


def test_a_consent_is_a_history() -> None:
    donor, now = remember(), timezone.now()

    record_consent(donor, NEWSLETTER, given=True, wording="Je veux bien.", at=now)
    record_consent(donor, NEWSLETTER, given=False, wording="Je veux bien.", at=now)

    assert [record.given for record in donor.consents.all()] == [True, False]


def test_the_same_answer_to_the_same_words_is_written_once() -> None:
    donor, now = remember(), timezone.now()

    assert record_consent(donor, NEWSLETTER, given=True, wording="Je veux bien.", at=now)
    assert record_consent(donor, NEWSLETTER, given=True, wording="Je veux bien.", at=now) is None
    assert record_consent(donor, NEWSLETTER, given=True, wording="D’autres mots.", at=now)
