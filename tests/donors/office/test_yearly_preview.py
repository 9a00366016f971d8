"""What the preview says, number by number, and how the page of a run bears many donors."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from donors.accounting.table import Euros
from donors.campaigns.models import Campaign
from donors.gifts.models import Method
from donors.office.yearly_preview import HEADINGS, Preview, look_at, plan_table
from donors.receipts.models import Receipt
from donors.receipts.plan import plan_year
from donors.receipts.run_models import ReceiptRun
from donors.receipts.runs import carry_on, start_run
from tests.donors.office.test_yearly import (
    LAST_YEAR,
    ROOM,
    a_run,
    asked,
    begin,
    credited,
    plain,
    preview,
    work,
)
from tests.donors.receipts.test_eligibility import a_dispute
from tests.factories import a_campaign, a_company, a_donor, a_gift_in_kind, a_paid_donation

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def seen(campaign: Campaign, *, blocked: bool = False, page: int = 1, at: datetime | None = None) -> Preview:
    groups = plan_year(campaign.organisation, LAST_YEAR, at=at or timezone.now())
    return look_at(groups, blocked=blocked, page=page)


def test_persons_and_companies_add_up_to_the_whole(campaign: Campaign) -> None:
    a_paid_donation(campaign=campaign, credited_at=credited(2), amount_cents=3_000)
    a_paid_donation(campaign=campaign, credited_at=credited(2), amount_cents=4_500)
    a_gift_in_kind(campaign=campaign, donor=a_company(), credited_at=credited(7))

    found = seen(campaign)

    assert (found.persons, found.persons_cents) == (2, 7_500)
    assert (found.totals.companies, found.totals.companies_cents) == (1, 120_000)
    assert found.totals.amount_cents == 127_500
    assert (found.found, found.partly, found.pages, found.is_empty) == (3, 0, 1, False)


def test_nothing_at_all_is_an_empty_preview_of_one_page(campaign: Campaign) -> None:
    found = seen(campaign)

    assert (found.is_empty, found.pages, found.rows) == (True, 1, ())


def test_a_year_of_blocked_gifts_only_is_not_empty(campaign: Campaign, claires_browser: Client) -> None:
    a_paid_donation(campaign=campaign, donor=a_donor(city=""), credited_at=credited(2))

    assert not seen(campaign).is_empty
    page = preview(claires_browser, campaign)
    assert "0 pour 0 €" in page
    assert "Personne sur cette page." in page
    assert f"{ROOM}emettre/" not in page


def test_a_donor_with_one_disputed_gift_stands_in_both_lists(
    campaign: Campaign, claires_browser: Client
) -> None:
    amina = a_donor()
    a_paid_donation(campaign=campaign, donor=amina, credited_at=credited(2))
    disputed = a_paid_donation(campaign=campaign, donor=amina, credited_at=credited(3))
    a_dispute(disputed, stage="open")

    assert (seen(campaign).found, seen(campaign, blocked=True).found) == (1, 1)
    assert "1 (et 1 de côté)" in preview(claires_browser, campaign)
    assert "Une contestation est ouverte" in preview(claires_browser, campaign, liste="bloques")


def test_a_debit_that_its_bank_may_take_back_says_until_when(campaign: Campaign) -> None:
    debited = credited(12)
    a_paid_donation(campaign=campaign, method=Method.SEPA, credited_at=debited)

    early = seen(campaign, blocked=True, at=debited + timedelta(days=1))
    late = seen(campaign, at=debited + timedelta(days=60))

    assert "La banque peut encore reprendre ce prélèvement" in early.rows[0].reasons[0]
    assert late.totals.receipts == 1


def test_a_gift_found_after_the_run_is_announced_as_supplementary(
    campaign: Campaign, claires_browser: Client
) -> None:
    amina = a_donor()
    a_paid_donation(campaign=campaign, donor=amina, credited_at=credited(2))
    assert "Annuel" in preview(claires_browser, campaign)
    begin(claires_browser, campaign)
    work()
    a_paid_donation(campaign=campaign, donor=amina, credited_at=credited(11))

    assert "Complémentaire" in preview(claires_browser, campaign)
    run = begin(claires_browser, campaign)
    work()

    assert [receipt.kind for receipt in Receipt.objects.order_by("pk")] == ["yearly", "supplementary"]
    assert "complémentaire" in claires_browser.get(f"{ROOM}{run.pk}/").text


def test_the_table_holds_everybody_in_cells_that_know_what_they_are(campaign: Campaign) -> None:
    a_paid_donation(campaign=campaign, donor=a_company(), credited_at=credited(2), amount_cents=9_990)

    table = plan_table(plan_year(campaign.organisation, LAST_YEAR, at=timezone.now()), LAST_YEAR)
    (row,) = table.rows

    assert table.headings == HEADINGS
    assert (row[0], row[2:]) == ("Boulangerie Martin", ["Organisme", "Annuel", 1, Euros(9_990), 0, ""])


def test_a_formula_in_a_name_is_only_text_in_the_file(campaign: Campaign, claires_browser: Client) -> None:
    donor = a_donor(first_name="=1+1", last_name="Malin")
    a_paid_donation(campaign=campaign, donor=donor, credited_at=credited(2))

    answer = claires_browser.get(f"{ROOM}apercu/", {**asked(campaign), "export": "csv"})
    content = answer.getvalue().decode()

    assert "1+1 Malin" in content
    assert "\r\n=1+1" not in content


def test_the_page_of_a_run_asks_no_more_for_more_donors(
    campaign: Campaign, claires_browser: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        a_paid_donation(campaign=campaign, credited_at=credited(6))
    run = start_run(campaign.organisation, LAST_YEAR, at=timezone.now())
    while carry_on(run.pk, at=timezone.now()):
        pass
    claires_browser.get(f"{ROOM}{run.pk}/")

    with django_assert_max_num_queries(20):
        page = claires_browser.get(f"{ROOM}{run.pk}/").text

    assert page.count("/admin/tresorerie/recus/") >= 12


def test_a_run_says_how_many_pdfs_are_still_being_made(campaign: Campaign, claires_browser: Client) -> None:
    a_paid_donation(campaign=campaign, credited_at=credited(6))
    run = begin(claires_browser, campaign)
    work()

    assert "PDF en préparation" in claires_browser.get(f"{ROOM}{run.pk}/").text


def test_runs_of_real_money_are_not_shown_on_a_test_site(campaign: Campaign, claires_browser: Client) -> None:
    run = a_run(campaign.organisation)
    ReceiptRun.objects.filter(pk=run.pk).update(livemode=True)

    assert claires_browser.get(f"{ROOM}{run.pk}/").status_code == 404
    assert claires_browser.post(f"{ROOM}{run.pk}/reprendre/").status_code == 404
    assert "Aucune émission pour l’instant." in claires_browser.get(ROOM).text


def test_the_menu_leads_to_the_yearly_receipts(claires_browser: Client, brunos_browser: Client) -> None:
    assert ROOM in claires_browser.get("/admin/").text
    assert ROOM not in brunos_browser.get("/admin/").text


def test_the_years_offered_go_back_to_the_first_gift(campaign: Campaign, claires_browser: Client) -> None:
    a_paid_donation(campaign=campaign, credited_at=credited(1, LAST_YEAR - 2))

    page = plain(claires_browser.get(ROOM).text)

    offered = [year for year in range(LAST_YEAR - 4, LAST_YEAR + 3) if f'value="{year}"' in page]
    assert offered == [LAST_YEAR - 2, LAST_YEAR - 1, LAST_YEAR, LAST_YEAR + 1]
    assert f'value="{LAST_YEAR}" selected' in page
