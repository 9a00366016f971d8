"""Claire reads what to declare, with both counts, and is reminded of the day."""

import csv
import io
import logging
from datetime import date, datetime

import pytest
import time_machine
from django.test import Client

from donors.accounting.declaration_due import declarations_due
from donors.campaigns.models import PARIS, Organisation
from donors.receipts.cancel import cancel_receipt
from donors.receipts.settle import settle_receipt
from tests.donors.accounting.issued import an_issued_receipt
from tests.donors.receipts.test_eligibility import a_dispute
from tests.factories import a_campaign, a_company, a_donor, a_gift_in_kind, an_organisation, bruno, claire

PAGE = "/admin/tresorerie/declaration/"
PROOF = f"{PAGE}preuve/"
HOME = "/admin/"
IN_JUNE = datetime(2026, 6, 8, 12, tzinfo=PARIS)
IN_2026 = {"annee": "2026", "base": "civile"}


def page(browser: Client, **query: str) -> str:
    response = browser.get(PAGE, {**IN_2026, **query})
    assert response.status_code == 200
    return response.text.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def home_on(day: date) -> str:
    """The first page of the office as Claire finds it on this day."""
    browser = Client()
    with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=PARIS), tick=False):
        browser.force_login(claire())
        return browser.get(HOME).text


def test_claire_reads_both_counts_and_the_day(claires_browser: Client) -> None:
    receipt = an_issued_receipt(at=IN_JUNE, amount_cents=123_450)

    text = page(claires_browser)

    assert text.count("1 234,50 €") == 4  # a row and the total, twice
    assert "du 01/01/2026 au 31/12/2026" in text
    assert "04/05/2027" in text
    assert "crédité pendant la période" in text
    assert "Les reçus émis pendant la période" in text
    assert receipt.donor.last_name not in text


def test_cancelled_and_suspended_receipts_are_spelt_out(claires_browser: Client) -> None:
    campaign = a_campaign()
    cancelled = an_issued_receipt(campaign=campaign, at=IN_JUNE)
    cancel_receipt(cancelled, at=IN_JUNE, reason="Doublon")
    suspended = an_issued_receipt(campaign=campaign, at=IN_JUNE)
    gift = suspended.lines.get().donation
    a_dispute(gift, stage="open")
    settle_receipt(gift, at=IN_JUNE)

    text = page(claires_browser)

    assert "Non comptés : 1 reçu annulé, 50 €." in text
    assert f"suspendu par une contestation : {suspended.full_number}." in text


@pytest.mark.django_db
def test_an_empty_year_has_an_empty_dated_answer() -> None:
    an_organisation()
    browser = Client()

    with time_machine.travel(datetime(2027, 2, 1, 9, tzinfo=PARIS), tick=False):
        browser.force_login(claire())
        text = page(browser)

    assert "il n’y a rien à déclarer" in text
    assert "Chiffres du 01/02/2027" in text
    assert "À déposer" not in text


@pytest.mark.django_db
def test_a_year_that_is_not_over_is_provisional() -> None:
    an_issued_receipt(at=IN_JUNE)
    browser = Client()
    with time_machine.travel(datetime(2026, 12, 31, 23, 0, tzinfo=PARIS), tick=False):
        browser.force_login(claire())
        assert "provisoires" in page(browser)
    with time_machine.travel(datetime(2027, 1, 1, 0, 0, tzinfo=PARIS), tick=False):
        assert "provisoires" not in page(browser)


def test_the_financial_year_of_the_organisation_is_offered(claires_browser: Client) -> None:
    an_issued_receipt(at=IN_JUNE)
    Organisation.objects.update(financial_year_ends_in=6)

    text = page(claires_browser, base="exercice")

    assert "du 01/07/2025 au 30/06/2026" in text
    assert "30/09/2026" in text


def test_without_an_organisation_the_page_says_what_is_missing(claires_browser: Client) -> None:
    response = claires_browser.get(PAGE)

    assert response.status_code == 400
    assert "Choisissez un organisme." in response.text


@pytest.mark.parametrize("year", ["deux mille", "26", "2026000"])
@pytest.mark.parametrize("address", [PAGE, PROOF])
def test_a_year_that_is_none_is_explained(claires_browser: Client, address: str, year: str) -> None:
    an_organisation()

    response = claires_browser.get(address, {"annee": year})

    assert response.status_code == 400
    assert "Écrivez l’année en quatre chiffres, comme 2026." in response.text


def test_the_proof_lists_each_receipt_without_its_donor(
    claires_browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = an_issued_receipt(at=IN_JUNE, amount_cents=5050, donor=a_donor(last_name="Benali"))

    with caplog.at_level(logging.INFO):
        response = claires_browser.get(PROOF, IN_2026)

    text = b"".join(response).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert row == {
        "N° du reçu": receipt.full_number,
        "Modèle": "2041-RD",
        "Émis le": "2026-06-08",
        "Premier don le": "2026-06-08",
        "Dernier don le": "2026-06-08",
        "Montant du reçu": "50,50",
        "Dont en nature": "0,00",
        "État": "Émis",
        "Compté par période des dons": "50,50",
        "Compté par date d’émission": "50,50",
    }
    assert 'filename="declaration-2026-01-01_2026-12-31.csv"' in response["Content-Disposition"]
    assert "downloads the proof of the declaration, 2026-01-01_2026-12-31" in caplog.text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 12, 31), ""),
        (date(2027, 1, 1), "est à déposer au plus tard le 04/05/2027"),
        (date(2027, 5, 4), "est à déposer au plus tard le 04/05/2027"),
        (date(2027, 5, 5), "était à déposer au plus tard le 04/05/2027"),
        (date(2027, 7, 4), ""),
    ],
)
@pytest.mark.django_db
def test_the_first_page_reminds_claire_of_the_day(day: date, sentence: str) -> None:
    an_issued_receipt(at=IN_JUNE)

    text = home_on(day)

    assert ("déclaration annuelle" in text) == bool(sentence)
    assert sentence in text


@pytest.mark.django_db
def test_who_issued_no_receipt_is_not_reminded() -> None:
    an_organisation()

    assert list(declarations_due(today=date(2027, 3, 1))) == []


@pytest.mark.django_db
def test_the_reminder_follows_the_financial_year() -> None:
    an_issued_receipt(at=IN_JUNE)
    Organisation.objects.update(financial_year_ends_in=6)

    [reminder] = declarations_due(today=date(2026, 7, 1))

    assert (reminder.year, reminder.deadline, reminder.is_late) == (2026, date(2026, 9, 30), False)


@pytest.mark.django_db
def test_bruno_neither_reads_nor_is_reminded() -> None:
    an_issued_receipt(at=IN_JUNE)
    browser = Client()
    with time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=PARIS), tick=False):
        browser.force_login(bruno())
        assert browser.get(PAGE).status_code == 302
        assert "déclaration annuelle" not in browser.get(HOME).text


def test_companies_and_gifts_in_kind_stand_in_rows_of_their_own(claires_browser: Client) -> None:
    gift = a_gift_in_kind(donor=a_company(), credited_at=IN_JUNE, amount_cents=70_000)
    an_issued_receipt(gift=gift, at=IN_JUNE)

    text = page(claires_browser)

    assert text.count("2041-MEC-SD (entreprises)") == 2
    assert text.count("700 €") == 8  # amount and part in kind, in the row and the total, twice
    assert "Boulangerie Martin" not in text


def test_two_organisations_are_declared_apart(claires_browser: Client) -> None:
    for name, cents in (("Aubiers", 1000), ("Bacalan", 2000)):
        body = an_organisation(legal_name=name)
        an_issued_receipt(campaign=a_campaign(organisation=body), at=IN_JUNE, amount_cents=cents)
    second = Organisation.objects.get(legal_name="Bacalan")

    assert "Aubiers, du 01/01/2026" in page(claires_browser)
    text = page(claires_browser, organisme=str(second.pk))
    assert "Bacalan, du 01/01/2026" in text
    assert (text.count(">10 €<"), "20 €" in text) == (0, True)


def test_the_link_to_the_proof_keeps_what_was_chosen(claires_browser: Client) -> None:
    receipt = an_issued_receipt(at=IN_JUNE)
    organisation = receipt.series.organisation_id

    text = claires_browser.get(PAGE, IN_2026).text

    assert f"{PROOF}?organisme={organisation}&amp;annee=2026&amp;base=civile" in text
