"""Whose receipts wait for facts, and where facts that come in are written."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from donors.people.models import Donor
from donors.receipts.complete import complete_donor
from donors.receipts.eligibility import obstacles
from donors.receipts.incomplete import Incomplete, incomplete_donors, missing_fields, who_is
from donors.receipts.issue import issue_receipt
from tests.donors.receipts.test_eligibility import a_dispute
from tests.factories import a_campaign, a_company, a_donor, a_paid_donation, an_organisation

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "1 rue Neuve", "postcode": "33000", "city": "Bordeaux", "country": "FR"}
NOWHERE = {"street": "", "postcode": "", "city": ""}


def found(**only: Any) -> list[Incomplete]:
    return incomplete_donors(at=timezone.now(), **only)


def test_the_gifts_of_one_donor_stand_together_with_their_amount() -> None:
    campaign = a_campaign()
    rows = [a_donor(email="amina@example.org", **lacks) for lacks in (NOWHERE, {"city": ""})]
    gifts = [a_paid_donation(campaign=campaign, donor=row) for row in rows]

    (amina,) = found()

    assert amina.gifts == tuple(gifts)
    assert amina.first == gifts[0]
    assert amina.amount_cents == 10_000
    assert amina.reasons == ("L’adresse du donateur est incomplète.",)


def test_two_people_with_one_address_are_two() -> None:
    campaign = a_campaign()
    for name in ("Amina", "Karim"):
        donor = a_donor(email="maison@example.org", first_name=name, street="")
        a_paid_donation(campaign=campaign, donor=donor)

    assert len(found()) == 2
    assert len(found(email_key="maison@example.org")) == 2
    assert found(email_key="autre@example.org") == []


@pytest.mark.parametrize("lacks", [{"street": ""}, {"postcode": ""}, {"city": ""}, {"first_name": ""}])
def test_every_fact_that_a_person_can_lack_is_found_and_asked(lacks: dict[str, str]) -> None:
    gift = a_paid_donation(donor=a_donor(**lacks))

    assert len(found()) == 1
    assert missing_fields(gift.donor) == tuple(lacks)
    assert len(obstacles(gift)) == 1


@pytest.mark.parametrize("lacks", [{"siren": ""}, {"siren": "123456789"}, {"legal_form": ""}])
def test_every_fact_that_a_company_can_lack_is_found_and_asked(lacks: dict[str, str]) -> None:
    gift = a_paid_donation(donor=a_company(**lacks))

    assert len(found()) == 1
    assert missing_fields(gift.donor) == tuple(lacks)


def test_who_lacks_nothing_is_asked_nothing() -> None:
    a_paid_donation()
    a_paid_donation(donor=a_company())

    assert found() == []
    assert missing_fields(a_donor()) == ()


def test_nobody_is_asked_for_a_gift_that_gets_no_receipt_anyway() -> None:
    campaign = a_campaign()
    disputed = a_paid_donation(campaign=campaign, donor=a_donor(street=""))
    a_dispute(disputed, stage="open")
    a_paid_donation(campaign=campaign, donor=a_donor(street=""), wants_receipt=False)
    a_paid_donation(campaign=campaign, donor=a_donor(street=""), hold="mismatch")
    silent = a_campaign(organisation=an_organisation(receipts_enabled=False))
    a_paid_donation(campaign=silent, donor=a_donor(street=""))

    assert found() == []


def test_this_year_and_last_are_looked_at_and_no_other() -> None:
    now = timezone.now()
    donor = a_donor(street="")
    campaign = a_campaign()
    for age in (0, 1, 2, 3):
        a_paid_donation(campaign=campaign, donor=donor, credited_at=now - timedelta(days=365 * age))

    (amina,) = found()

    assert amina.years == [now.year - 1, now.year]


def test_more_donors_take_no_more_queries(django_assert_num_queries: Any) -> None:
    campaign = a_campaign()
    for _ in range(6):
        a_paid_donation(campaign=campaign, donor=a_donor(street=""))

    with django_assert_num_queries(5):
        assert len(found()) == 6


def test_all_rows_of_the_same_donor_that_lack_it_are_completed() -> None:
    first, second = (a_donor(email="amina@example.org", **NOWHERE) for _ in range(2))
    half = a_donor(email="amina@example.org", street="Ancienne rue", postcode="", city="Pau")
    whole = a_donor(email="amina@example.org", street="9 quai Sud")

    changed = complete_donor(first, ADDRESS)

    assert changed == [first, second, half]
    for row in changed:
        row.refresh_from_db()
        assert (row.street, row.postcode, row.city) == ("1 rue Neuve", "33000", "Bordeaux")
    whole.refresh_from_db()
    assert whole.street == "9 quai Sud"


def test_nobody_else_is_touched() -> None:
    amina = a_donor(email="maison@example.org", **NOWHERE)
    karim = a_donor(email="maison@example.org", first_name="Karim", **NOWHERE)
    namesake = a_donor(email="autre@example.org", **NOWHERE)

    complete_donor(amina, ADDRESS)

    assert {row.street for row in Donor.objects.filter(pk__in=[karim.pk, namesake.pk])} == {""}


def test_a_company_written_for_by_somebody_else_is_not_completed() -> None:
    """Anybody can type a company's name: the link proves one address only."""
    ours, theirs = (a_company(siren="", email=f"{who}@example.org") for who in ("a", "b"))

    complete_donor(ours, {"siren": "732829320"})

    theirs.refresh_from_db()
    assert theirs.siren == ""
    assert who_is(ours) != who_is(theirs)


def test_the_second_of_two_senders_changes_nothing() -> None:
    amina = a_donor(first_name="")
    stale = Donor.objects.get(pk=amina.pk)
    complete_donor(amina, {"first_name": "Amina"})

    assert complete_donor(stale, {"first_name": "Zoé"}) == []
    amina.refresh_from_db()
    assert amina.first_name == "Amina"


def test_what_was_missing_is_an_obstacle_no_more() -> None:
    gift = a_paid_donation(donor=a_donor(first_name="", **NOWHERE))
    assert len(obstacles(gift)) == 2

    complete_donor(gift.donor, {"first_name": "Amina", **ADDRESS})
    gift.donor.refresh_from_db()

    assert obstacles(gift) == []
    assert found() == []
    assert issue_receipt(gift, at=timezone.now()).amount_cents == 5_000
