"""Around midnight of the year's last day, in Paris: each gift and each paper falls in its own year.

The year of a gift is that of its credit (decision 13), the year of a number that of the receipt's issue."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command

from donors.campaigns.models import PARIS, Campaign
from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, Method
from donors.people.models import Donor
from donors.receipts.checks import differences
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptSeries
from donors.receipts.plan import plan_year
from donors.receipts.runs import carry_on, start_run
from donors.receipts.settle import settle_receipt
from tests.donors.letters.reading import both_parts
from tests.donors.receipts.test_eligibility import a_refund
from tests.factories import a_campaign, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db

LAST_MINUTE = datetime(2027, 12, 31, 23, 59, tzinfo=PARIS)
FIRST_HOUR = datetime(2028, 1, 1, 0, 30, tzinfo=PARIS)  # 23:30 of the old year in UTC
JANUARY = datetime(2028, 1, 12, 10, tzinfo=PARIS)
FEBRUARY = datetime(2028, 2, 9, 10, tzinfo=PARIS)


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


@pytest.fixture
def donor() -> Donor:
    return a_donor()


@pytest.fixture
def old(campaign: Campaign, donor: Donor) -> Donation:
    return a_paid_donation(campaign=campaign, donor=donor, credited_at=LAST_MINUTE)


@pytest.fixture
def new(campaign: Campaign, donor: Donor) -> Donation:
    return a_paid_donation(campaign=campaign, donor=donor, credited_at=FIRST_HOUR)


def planned(campaign: Campaign, year: int) -> list[int]:
    """The gifts that a yearly run would put on receipts."""
    groups = plan_year(campaign.organisation, year, at=FEBRUARY)
    return [part.donation.pk for group in groups for part in group.ready]


def exported(kind: str, year: int, folder: Path) -> list[dict[str, str]]:
    target = folder / f"{kind}-{year}.csv"
    call_command("export", kind, "--from", f"{year}-01-01", "--to", f"{year}-12-31", "--output", str(target))
    with target.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def run_of_2027(campaign: Campaign) -> Receipt:
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    while carry_on(run.pk, at=JANUARY):
        pass
    return Receipt.objects.get(kind="yearly")


def unpaired() -> list[str]:
    return [line for line in differences() if "has no PDF yet" not in line]


def test_the_plan_of_a_year_ends_at_midnight_in_paris(
    campaign: Campaign, old: Donation, new: Donation
) -> None:
    assert planned(campaign, 2027) == [old.pk]
    assert planned(campaign, 2028) == [new.pk]


def test_receipts_on_both_sides_have_the_day_and_the_number_of_their_year(
    old: Donation, new: Donation
) -> None:
    before, after = issue_receipt(old, at=LAST_MINUTE), issue_receipt(new, at=FIRST_HOUR)

    assert (before.full_number, before.snapshot["issued_on"]) == ("TEST-2027-000001", "2027-12-31")
    assert (after.full_number, after.snapshot["issued_on"]) == ("TEST-2028-000001", "2028-01-01")
    assert [r.snapshot["gift"]["paid_on"] for r in (before, after)] == ["2027-12-31", "2028-01-01"]
    assert [r.gift_year for r in (before, after)] == [2027, 2028]
    assert unpaired() == []


def test_a_gift_of_the_last_minute_has_a_number_of_the_new_year_and_its_own_day(old: Donation) -> None:
    receipt = issue_receipt(old, at=FIRST_HOUR)

    assert receipt.full_number == "TEST-2028-000001"
    assert (receipt.snapshot["gift"]["paid_on"], receipt.gift_year) == ("2027-12-31", 2027)
    assert unpaired() == []


def test_the_exports_of_each_year_hold_its_gifts_and_its_receipts(
    old: Donation, new: Donation, tmp_path: Path
) -> None:
    for gift, at in ((old, LAST_MINUTE), (new, FIRST_HOUR)):
        issue_receipt(gift, at=at)

    for year, gift in ((2027, old), (2028, new)):
        assert [row["N° du don"] for row in exported("gifts", year, tmp_path)] == [str(gift.pk)]
        numbers = [row["N° du reçu"] for row in exported("receipts", year, tmp_path)]
        assert numbers == [f"TEST-{year}-000001"]


def test_a_debit_promised_in_december_and_paid_in_january_is_a_gift_of_january(
    campaign: Campaign, tmp_path: Path
) -> None:
    promised = datetime(2027, 12, 29, 18, tzinfo=PARIS)
    debit = a_paid_donation(
        campaign=campaign,
        method=Method.SEPA,
        created_at=promised,
        credited_at=datetime(2028, 1, 5, 9, tzinfo=PARIS),
    )

    assert planned(campaign, 2027) == []
    assert planned(campaign, 2028) == [debit.pk]
    assert exported("gifts", 2027, tmp_path) == []
    receipt = issue_receipt(debit, at=FEBRUARY)
    assert (receipt.snapshot["gift"]["paid_on"], receipt.gift_year) == ("2028-01-05", 2028)


def test_a_debit_of_december_that_the_bank_may_still_take_back_waits_in_the_plan(campaign: Campaign) -> None:
    a_paid_donation(campaign=campaign, method=Method.SEPA, credited_at=LAST_MINUTE)

    [group] = plan_year(campaign.organisation, 2027, at=FIRST_HOUR)
    assert group.ready == ()
    assert "attendre le 14 janvier 2028" in group.reasons[0]


def test_a_february_refund_of_a_december_gift_replaces_the_receipt_of_the_year(
    campaign: Campaign, donor: Donor, old: Donation
) -> None:
    june = datetime(2027, 6, 8, tzinfo=PARIS)
    kept = a_paid_donation(campaign=campaign, donor=donor, credited_at=june)
    yearly = run_of_2027(campaign)
    a_refund(old, 5000)

    settle_receipt(old, at=FEBRUARY)

    receipt = Receipt.objects.get(state="issued")
    assert (receipt.full_number, receipt.kind) == ("TEST-2028-000002", "yearly")
    assert (receipt.replaces, receipt.gift_year) == (yearly, 2027)
    assert [line.donation for line in receipt.lines.all()] == [kept]
    assert receipt.snapshot["gift"]["paid_on"] == "2027-06-08"
    assert not ReceiptSeries.objects.filter(year=2027).exists()
    assert planned(campaign, 2027) == planned(campaign, 2028) == []
    assert unpaired() == []


def test_the_donor_hears_of_it_once_with_the_day_of_the_gift(
    campaign: Campaign, donor: Donor, old: Donation
) -> None:
    a_paid_donation(campaign=campaign, donor=donor, credited_at=datetime(2027, 6, 8, tzinfo=PARIS))
    run_of_2027(campaign)
    follow_due_events(at=JANUARY + timedelta(seconds=5))
    assert [letter.subject for letter in mail.outbox] == [
        "Votre reçu fiscal pour vos dons de 2027, de 100\u00a0€"
    ]
    mail.outbox.clear()

    a_refund(old, 5000)
    settle_receipt(old, at=FEBRUARY)
    for _ in range(2):
        follow_due_events(at=FEBRUARY + timedelta(seconds=5))

    (letter,) = mail.outbox
    for words in both_parts(letter):
        assert "Le don de 50 € du 31 décembre 2027 a été remboursé." in words.replace("\u00a0", " ")


def test_a_gift_of_december_found_after_the_run_comes_on_a_supplementary_receipt(
    campaign: Campaign, donor: Donor
) -> None:
    a_paid_donation(campaign=campaign, donor=donor, credited_at=datetime(2027, 6, 8, tzinfo=PARIS))
    yearly = run_of_2027(campaign)
    found = a_paid_donation(campaign=campaign, donor=donor, credited_at=LAST_MINUTE)

    run = start_run(campaign.organisation, 2027, at=FEBRUARY)
    while carry_on(run.pk, at=FEBRUARY):
        pass

    extra = Receipt.objects.get(kind="supplementary")
    assert [line.donation for line in extra.lines.all()] == [found]
    assert extra.gift_year == yearly.gift_year == 2027
    yearly.refresh_from_db()
    assert yearly.is_valid
