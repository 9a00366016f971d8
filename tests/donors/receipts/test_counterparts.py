"""What Amina got in return, and what it does to her receipt."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation
from donors.receipts.counterparts import counterparts_of_the_year
from donors.receipts.eligibility import Code, NotReceiptable, obstacles
from donors.receipts.issue import issue_receipt
from tests.factories import a_campaign, a_company, a_donation, a_donor, a_paid_donation, an_organisation

pytestmark = pytest.mark.django_db

JUNE = datetime(2026, 6, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def a_gift(campaign: Campaign, cents: int, back: int, **over: Any) -> Donation:
    facts = {"credited_at": JUNE, **over}
    return a_paid_donation(campaign=campaign, amount_cents=cents, counterpart_cents=back, **facts)


def codes(donation: Donation) -> list[Code]:
    return [obstacle.code for obstacle in obstacles(donation)]


def test_a_tote_bag_of_a_quarter_of_the_gift_is_fine(campaign: Campaign) -> None:
    assert issue_receipt(a_gift(campaign, 10_000, 2_500), at=JUNE).amount_cents == 10_000


def test_one_cent_more_and_there_is_no_receipt(campaign: Campaign) -> None:
    gift = a_gift(campaign, 10_000, 2_501)

    with pytest.raises(NotReceiptable) as refused:
        issue_receipt(gift, at=JUNE)

    [obstacle] = refused.value.obstacles
    assert obstacle.code == Code.COUNTERPART
    assert obstacle.sentence == (
        "La contrepartie vaut 25,01\u00a0€, plus de 25\u00a0% de ce qui reste du don (100\u00a0€)."
    )


def test_gifts_of_one_year_share_one_limit_whichever_came_first(campaign: Campaign) -> None:
    donor = a_donor()
    first = a_gift(campaign, 40_000, 4_000, donor=donor)
    assert codes(first) == []

    second = a_gift(campaign, 40_000, 3_301, donor=donor)

    assert codes(first) == codes(second) == [Code.COUNTERPARTS]
    assert obstacles(second)[0].sentence == (
        "En 2026, ce donateur a reçu des contreparties pour 73,01\u00a0€ : la limite est de 73\u00a0€ par an."
    )


def test_seventy_three_euros_in_all_are_allowed(campaign: Campaign) -> None:
    donor = a_donor()
    gifts = [a_gift(campaign, 40_000, cents, donor=donor) for cents in (4_000, 3_300)]

    assert [codes(gift) for gift in gifts] == [[], []]


def test_a_gift_with_nothing_in_return_is_never_touched_by_the_others(campaign: Campaign) -> None:
    donor = a_donor()
    a_gift(campaign, 100_000, 9_000, donor=donor)

    assert codes(a_gift(campaign, 5_000, 0, donor=donor)) == []


def test_the_year_is_the_one_of_paris(campaign: Campaign) -> None:
    donor = a_donor()
    silvester = a_gift(
        campaign, 40_000, 7_000, donor=donor, credited_at=datetime(2025, 12, 31, 22, 59, tzinfo=UTC)
    )
    new_year = a_gift(
        campaign, 40_000, 7_000, donor=donor, credited_at=datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    )

    assert counterparts_of_the_year(silvester, year=2025) == 7_000
    assert counterparts_of_the_year(new_year, year=2026) == 7_000
    assert codes(silvester) == codes(new_year) == []


def test_only_paid_gifts_of_the_same_person_to_the_same_body_count(campaign: Campaign) -> None:
    donor = a_donor(email="famille@example.org")
    gift = a_gift(campaign, 40_000, 7_000, donor=donor)
    a_donation(campaign=campaign, donor=donor, amount_cents=40_000, counterpart_cents=7_000)
    a_gift(campaign, 40_000, 7_000, donor=a_donor(email="famille@example.org", first_name="Karim"))
    elsewhere = a_campaign(organisation=an_organisation(siren="552100554"))
    a_gift(elsewhere, 40_000, 7_000, donor=donor)
    assert counterparts_of_the_year(gift, year=2026) == 7_000

    moved = a_donor(email="Famille@example.org", first_name="AMINA", street="9 rue Neuve")
    a_gift(campaign, 40_000, 300, donor=moved)

    assert counterparts_of_the_year(gift, year=2026) == 7_300


def test_a_company_has_no_limit_for_the_year(campaign: Campaign) -> None:
    company = a_company()

    assert codes(a_gift(campaign, 100_000, 25_000, donor=company)) == []
    assert codes(a_gift(campaign, 100_000, 25_001, donor=company)) == [Code.COUNTERPART]


def test_a_counterpart_is_never_negative(campaign: Campaign) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_donation(campaign=campaign, counterpart_cents=-1)
