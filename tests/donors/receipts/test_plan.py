from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from donors.campaigns.models import PARIS, Campaign
from donors.receipts.issue import Why, issue_receipt, issue_together
from donors.receipts.models import Receipt
from donors.receipts.plan import Group, plan_year, total
from tests.donors.receipts.test_eligibility import a_refund
from tests.factories import a_campaign, a_company, a_donor, a_gift_in_kind, a_paid_donation

pytestmark = pytest.mark.django_db

JANUARY = datetime(2028, 1, 12, 10, tzinfo=PARIS)


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def in_2027(month: int, day: int = 5) -> datetime:
    return datetime(2027, month, day, 10, tzinfo=PARIS)


def plan(campaign: Campaign, year: int = 2027, at: datetime = JANUARY) -> list[Group]:
    return list(plan_year(campaign.organisation, year, at=at))


def test_a_year_without_gifts_plans_nothing(campaign: Campaign) -> None:
    assert plan(campaign) == []
    assert total(plan(campaign)).receipts == 0


def test_each_donor_is_one_group_over_the_gifts_of_the_year(campaign: Campaign) -> None:
    amina, samir = a_donor(), a_donor(first_name="Samir")
    for month in (1, 6, 12):
        a_paid_donation(campaign=campaign, donor=amina, credited_at=in_2027(month))
    a_paid_donation(campaign=campaign, donor=samir, credited_at=in_2027(3), amount_cents=2000)

    groups = {group.donor: group for group in plan(campaign)}

    assert [part.donation.credited_at for part in groups[amina].ready] == [in_2027(m) for m in (1, 6, 12)]
    assert (groups[amina].amount_cents, groups[samir].amount_cents) == (15000, 2000)
    assert {group.kind for group in groups.values()} == {Receipt.Kind.YEARLY}


@pytest.mark.parametrize(
    ("credited_at", "year"),
    [
        (datetime(2027, 12, 31, 23, 59, tzinfo=PARIS), 2027),
        (datetime(2028, 1, 1, 0, 30, tzinfo=PARIS), 2028),
    ],
)
def test_the_year_turns_at_midnight_in_paris(campaign: Campaign, credited_at: datetime, year: int) -> None:
    a_paid_donation(campaign=campaign, credited_at=credited_at)

    assert [len(plan(campaign, of)) for of in (2027, 2028)] == ([1, 0] if year == 2027 else [0, 1])


def test_the_same_person_with_two_addresses_is_one_group_with_the_last_one(campaign: Campaign) -> None:
    old = a_donor(email="amina@example.org", city="Bordeaux")
    new = a_donor(email="Amina@example.org", city="Pessac")
    a_paid_donation(campaign=campaign, donor=new, credited_at=in_2027(9))
    a_paid_donation(campaign=campaign, donor=old, credited_at=in_2027(2))

    [group] = plan(campaign)

    assert (len(group.ready), group.donor) == (2, new)


def test_two_people_with_one_mailbox_are_two_groups(campaign: Campaign) -> None:
    for name in ("Amina", "Samir", "Amina"):
        donor = a_donor(email="famille@example.org", first_name=name)
        a_paid_donation(campaign=campaign, donor=donor, credited_at=in_2027(4))

    assert sorted(len(group.ready) for group in plan(campaign)) == [1, 2]


def test_a_company_is_one_group_whoever_wrote_for_it(campaign: Campaign) -> None:
    for email in ("b@example.org", "a@example.org"):
        a_paid_donation(campaign=campaign, donor=a_company(email=email), credited_at=in_2027(4))
    a_gift_in_kind(campaign=campaign, donor=a_company(email="c@example.org"), credited_at=in_2027(5))

    [group] = plan(campaign)

    assert group.amount_cents == 130_000
    sums = total([group])
    assert (sums.receipts, sums.companies, sums.companies_cents) == (1, 1, 130_000)


def test_what_is_on_a_receipt_or_wants_none_or_is_of_another_body_is_left_out(campaign: Campaign) -> None:
    issue_receipt(a_paid_donation(campaign=campaign, credited_at=in_2027(4)), at=in_2027(4))
    a_paid_donation(campaign=campaign, credited_at=in_2027(4), wants_receipt=False)
    a_paid_donation(credited_at=in_2027(4))

    assert plan(campaign) == []


def test_a_gift_that_cannot_be_is_told_with_its_reason_and_stops_no_other(campaign: Campaign) -> None:
    amina = a_donor()
    back = a_paid_donation(campaign=campaign, donor=amina, credited_at=in_2027(2))
    a_refund(back, 5000)
    a_paid_donation(campaign=campaign, donor=amina, credited_at=in_2027(3))
    nowhere = a_donor(street="")
    for month in (5, 6):
        a_paid_donation(campaign=campaign, donor=nowhere, credited_at=in_2027(month))

    groups = {group.donor: group for group in plan(campaign)}

    assert (groups[amina].amount_cents, len(groups[amina].blocked)) == (5000, 1)
    assert groups[amina].reasons == ["Il ne reste rien de ce don : l’argent est reparti."]
    assert groups[nowhere].ready == ()
    assert groups[nowhere].reasons == ["L’adresse du donateur est incomplète."]
    sums = total(groups.values())
    assert (sums.receipts, sums.amount_cents, sums.donors_blocked) == (1, 5000, 1)


def test_a_debit_that_the_bank_may_still_take_back_waits_for_a_supplementary_receipt(
    campaign: Campaign,
) -> None:
    amina = a_donor()
    a_paid_donation(campaign=campaign, donor=amina, credited_at=in_2027(3))
    a_paid_donation(campaign=campaign, donor=amina, credited_at=in_2027(12, 30), method="sepa")

    [group] = plan(campaign, at=datetime(2028, 1, 5, 10, tzinfo=PARIS))
    assert len(group.ready) == 1
    assert group.reasons == ["La banque peut encore reprendre ce prélèvement : attendre le 13 janvier 2028."]

    gifts = [part.donation for part in group.ready]
    issue_together(gifts, group.kind, why=Why(at=JANUARY, because="test"))

    [late] = plan(campaign, at=JANUARY + timedelta(days=10))
    assert (late.kind, late.amount_cents, late.blocked) == (Receipt.Kind.SUPPLEMENTARY, 5000, ())


def test_reading_costs_no_more_for_a_donor_with_many_gifts(campaign: Campaign) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            plan(campaign)
        return len(captured)

    amina = a_donor()
    a_paid_donation(campaign=campaign, donor=amina, credited_at=in_2027(1))
    one = queries()
    for month in range(2, 13):
        a_paid_donation(campaign=campaign, donor=amina, credited_at=in_2027(month))

    assert queries() == one
