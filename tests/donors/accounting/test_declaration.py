"""How many receipts, and for how much: by the period of the gifts, and by the day of issue."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from donors.accounting.declaration import PROOF_HEADINGS, Sums, declaration_of, proof_table, receipts_of
from donors.accounting.financial_year import financial_year
from donors.accounting.period import Period
from donors.accounting.table import Cell, Euros
from donors.campaigns.models import PARIS, Campaign
from donors.receipts.cancel import cancel_receipt
from donors.receipts.issue import Why, issue_receipt, issue_together
from donors.receipts.models import Receipt, ReceiptSeries
from donors.receipts.replace import replace_receipt
from donors.receipts.settle import settle_receipt
from tests.donors.accounting.issued import an_issued_receipt
from tests.donors.receipts.test_eligibility import a_dispute, a_refund
from tests.factories import (
    a_campaign,
    a_company,
    a_donor,
    a_gift_in_kind,
    a_paid_donation,
    an_organisation,
)

pytestmark = pytest.mark.django_db

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
NEXT_YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
IN_JUNE = datetime(2026, 6, 8, 12, tzinfo=PARIS)
NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 59, tzinfo=PARIS)
NEW_YEAR = datetime(2027, 1, 1, 0, 0, tzinfo=PARIS)


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def proof(campaign: Campaign, period: Period) -> list[dict[str, Cell]]:
    table = proof_table(receipts_of(campaign.organisation), period)
    return [dict(zip(PROOF_HEADINGS, row, strict=True)) for row in table.rows]


def added_up(rows: list[dict[str, Cell]], column: str) -> int:
    return sum(cell.cents for row in rows if isinstance(cell := row[column], Euros))


def agree(campaign: Campaign, period: Period) -> None:
    """The proof list adds up to both counts of the declaration."""
    found, rows = declaration_of(campaign.organisation, period), proof(campaign, period)
    for tally, column in (
        (found.by_gift, "Compté par période des dons"),
        (found.by_issue, "Compté par date d’émission"),
    ):
        assert added_up(rows, column) == tally.total.cents
        assert sum(1 for row in rows if row[column] != Euros(0)) == tally.total.receipts


def test_persons_companies_and_gifts_in_kind_are_counted_apart(campaign: Campaign) -> None:
    company = a_company()
    an_issued_receipt(campaign=campaign, at=IN_JUNE, amount_cents=5050)
    an_issued_receipt(campaign=campaign, at=IN_JUNE, amount_cents=100_000, donor=company)
    in_kind = a_gift_in_kind(campaign=campaign, donor=company, credited_at=IN_JUNE)
    issue_receipt(in_kind, at=IN_JUNE)

    found = declaration_of(campaign.organisation, YEAR)

    assert found.by_gift == found.by_issue
    assert found.by_gift.persons == Sums(1, 5050, 0)
    assert found.by_gift.companies == Sums(2, 220_000, 120_000)
    assert found.by_gift.total == Sums(3, 225_050, 120_000)
    agree(campaign, YEAR)


def test_a_receipt_of_january_for_a_gift_of_december_is_of_the_old_year_by_gift_alone(
    campaign: Campaign,
) -> None:
    gift = a_paid_donation(campaign=campaign, credited_at=NEW_YEARS_EVE)
    issue_receipt(gift, at=NEW_YEAR)

    old = declaration_of(campaign.organisation, YEAR)
    new = declaration_of(campaign.organisation, NEXT_YEAR)

    assert (old.by_gift.total, old.by_issue.total) == (Sums(1, 5000), Sums())
    assert (new.by_gift.total, new.by_issue.total) == (Sums(), Sums(1, 5000))
    agree(campaign, YEAR)
    agree(campaign, NEXT_YEAR)


def test_the_year_turns_at_midnight_in_paris(campaign: Campaign) -> None:
    an_issued_receipt(campaign=campaign, at=NEW_YEARS_EVE, amount_cents=1000)
    an_issued_receipt(campaign=campaign, at=NEW_YEAR, amount_cents=200)

    assert declaration_of(campaign.organisation, YEAR).by_issue.total == Sums(1, 1000)
    assert declaration_of(campaign.organisation, NEXT_YEAR).by_gift.total == Sums(1, 200)


def test_a_receipt_over_two_financial_years_gives_each_its_own_gifts(campaign: Campaign) -> None:
    donor = a_donor()
    gifts = [
        a_paid_donation(campaign=campaign, donor=donor, amount_cents=cents, credited_at=at)
        for cents, at in ((1000, IN_JUNE), (2000, IN_JUNE + timedelta(days=40)))
    ]
    why = Why(at=NEW_YEAR, because="année 2026")
    receipt = issue_together(gifts, Receipt.Kind.YEARLY, why=why)
    first, second = financial_year(2026, 6), financial_year(2027, 6)

    found = declaration_of(campaign.organisation, second)

    assert declaration_of(campaign.organisation, first).by_gift.total == Sums(1, 1000)
    assert (found.by_gift.total, found.by_issue.total) == (Sums(1, 2000), Sums(1, 3000))
    [row] = proof(campaign, second)
    assert (row["N° du reçu"], row["Premier don le"]) == (receipt.full_number, date(2026, 6, 8))
    assert (row["Dernier don le"], row["Montant du reçu"]) == (date(2026, 7, 18), Euros(3000))
    agree(campaign, first)
    agree(campaign, second)


def test_cancelled_receipts_are_told_apart_and_their_successors_counted(campaign: Campaign) -> None:
    cancelled = an_issued_receipt(campaign=campaign, at=IN_JUNE, amount_cents=1000)
    cancel_receipt(cancelled, at=IN_JUNE, reason="Adresse fausse")
    replaced = an_issued_receipt(campaign=campaign, at=IN_JUNE, amount_cents=2000)
    replace_receipt(replaced, at=IN_JUNE, reason="Nom mal écrit")

    found = declaration_of(campaign.organisation, YEAR)

    assert found.by_gift == found.by_issue
    assert found.by_gift.total == Sums(1, 2000)
    assert found.by_gift.cancelled == Sums(2, 3000)
    assert [row["État"] for row in proof(campaign, YEAR)] == ["Annulé", "Annulé", "Émis"]
    agree(campaign, YEAR)


def test_after_a_partial_refund_what_is_left_is_declared(campaign: Campaign) -> None:
    receipt = an_issued_receipt(campaign=campaign, at=IN_JUNE)
    gift = receipt.lines.get().donation
    a_refund(gift, 2000)
    settle_receipt(gift, at=NEW_YEAR)

    found = declaration_of(campaign.organisation, YEAR)

    assert (found.by_gift.total, found.by_gift.cancelled) == (Sums(1, 3000), Sums(1, 5000))
    assert found.by_issue.total == Sums()
    agree(campaign, YEAR)


def test_a_suspended_receipt_is_counted_and_named(campaign: Campaign) -> None:
    receipt = an_issued_receipt(campaign=campaign, at=IN_JUNE)
    a_dispute(receipt.lines.get().donation, stage="open")
    settle_receipt(receipt.lines.get().donation, at=IN_JUNE)

    found = declaration_of(campaign.organisation, YEAR)

    assert found.by_gift == found.by_issue
    assert (found.by_gift.total, found.by_gift.suspended) == (Sums(1, 5000), (receipt.full_number,))
    assert [row["État"] for row in proof(campaign, YEAR)] == ["Suspendu"]


def test_another_organisation_and_another_mode_stay_outside(campaign: Campaign) -> None:
    other = a_campaign(organisation=an_organisation(legal_name="Une autre association"))
    an_issued_receipt(campaign=other, at=IN_JUNE)
    an_issued_receipt(campaign=campaign, at=IN_JUNE)
    ReceiptSeries.objects.filter(organisation=campaign.organisation).update(livemode=True)

    assert declaration_of(campaign.organisation, YEAR).is_empty
    assert proof(campaign, YEAR) == []


def test_only_cancelled_receipts_leave_nothing_to_declare(campaign: Campaign) -> None:
    receipt = an_issued_receipt(campaign=campaign, at=IN_JUNE)
    cancel_receipt(receipt, at=IN_JUNE, reason="Doublon")

    found = declaration_of(campaign.organisation, YEAR)

    assert found.is_empty
    assert found.by_issue.cancelled == Sums(1, 5000)


def test_the_proof_names_no_donor(campaign: Campaign) -> None:
    an_issued_receipt(campaign=campaign, at=IN_JUNE, donor=a_donor(last_name="Benali"))

    assert "Benali" not in str(proof(campaign, YEAR))


def test_a_receipt_issued_long_after_the_year_is_proved_on_both_sides(campaign: Campaign) -> None:
    gift = a_paid_donation(campaign=campaign, credited_at=IN_JUNE)
    receipt = issue_receipt(gift, at=NEW_YEAR)

    [old], [new] = proof(campaign, YEAR), proof(campaign, NEXT_YEAR)

    assert old["N° du reçu"] == new["N° du reçu"] == receipt.full_number
    assert (old["Émis le"], old["Premier don le"]) == (date(2027, 1, 1), date(2026, 6, 8))
    assert (old["Compté par période des dons"], old["Compté par date d’émission"]) == (Euros(5000), Euros(0))
    assert (new["Compté par période des dons"], new["Compté par date d’émission"]) == (Euros(0), Euros(5000))


def test_a_receipt_cancelled_after_the_year_leaves_the_counts_of_that_year(campaign: Campaign) -> None:
    receipt = an_issued_receipt(campaign=campaign, at=IN_JUNE)
    before = declaration_of(campaign.organisation, YEAR)

    cancel_receipt(receipt, at=NEW_YEAR, reason="Doublon")

    after = declaration_of(campaign.organisation, YEAR)
    assert (before.by_issue.total, after.by_issue.total) == (Sums(1, 5000), Sums())
    assert after.by_issue.cancelled == Sums(1, 5000)
    agree(campaign, YEAR)


def test_money_and_things_on_one_receipt_are_one_receipt(campaign: Campaign) -> None:
    company = a_company()
    gifts = [
        a_paid_donation(campaign=campaign, donor=company, credited_at=IN_JUNE),
        a_gift_in_kind(campaign=campaign, donor=company, credited_at=IN_JUNE),
    ]
    issue_together(gifts, Receipt.Kind.YEARLY, why=Why(at=NEW_YEAR, because="année 2026"))

    found = declaration_of(campaign.organisation, YEAR)

    assert found.by_gift.total == found.by_gift.companies == Sums(1, 125_000, 120_000)
    [row] = proof(campaign, YEAR)
    assert (row["Montant du reçu"], row["Dont en nature"]) == (Euros(125_000), Euros(120_000))


@pytest.mark.parametrize("receipts", [1, 6])
def test_the_declaration_takes_four_queries(
    campaign: Campaign, receipts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(receipts):
        an_issued_receipt(campaign=campaign, at=IN_JUNE)

    with django_assert_num_queries(4):
        assert declaration_of(campaign.organisation, YEAR).by_issue.total.receipts == receipts
