"""The list of donors and the page of one donor."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donors.campaigns.models import PARIS
from donors.people.consent import record_consent
from donors.people.models import ConsentRecord
from tests.donors.accounting.issued import a_stored_receipt
from tests.factories import a_campaign, a_donation, a_donor, a_paid_donation

LIST = "/admin/tresorerie/donateurs/"


def listed(browser: Client, **query: Any) -> set[int]:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return {donor.pk for donor in response.context["object_list"]}


def test_an_empty_list_says_so_in_words(claires_browser: Client) -> None:
    assert "Aucun donateur pour l’instant" in claires_browser.get(LIST).text


def test_the_list_says_how_much_each_donor_gave(claires_browser: Client) -> None:
    campaign, donor = a_campaign(), a_donor()
    a_paid_donation(campaign=campaign, donor=donor, amount_cents=5000)
    a_paid_donation(campaign=campaign, donor=donor, amount_cents=2500)
    a_donation(campaign=campaign, donor=donor, amount_cents=999_900)
    a_paid_donation(campaign=campaign, donor=donor, amount_cents=7700, livemode=True)

    (row,) = claires_browser.get(LIST).context["object_list"]

    assert (row.paid_gifts, row.given_cents) == (2, 7500)
    assert "75\u00a0€" in claires_browser.get(LIST).text


def test_donors_of_the_other_mode_are_not_listed(claires_browser: Client) -> None:
    real = a_paid_donation(livemode=True).donor

    assert listed(claires_browser) == set()
    assert claires_browser.get(f"{LIST}{real.pk}/").status_code == 404


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(claires_browser: Client) -> None:
    campaign = a_campaign()
    a_paid_donation(campaign=campaign)
    claires_browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        claires_browser.get(LIST)
    for _ in range(29):
        a_paid_donation(campaign=campaign)
    with CaptureQueriesContext(connection) as thirty:
        assert len(listed(claires_browser)) == 30

    assert len(thirty) == len(one) <= 20


@pytest.mark.parametrize(
    "key", ["given_cents", "-given_cents", "last_credited_at", "-paid_gifts", "last_name"]
)
def test_the_list_can_be_sorted_by_what_it_shows(key: str, claires_browser: Client) -> None:
    campaign = a_campaign()
    small = a_paid_donation(
        campaign=campaign,
        amount_cents=500,
        donor=a_donor(last_name="Aubry"),
        credited_at=datetime(2026, 1, 1, tzinfo=PARIS),
    ).donor
    large = a_donor(last_name="Zidane")
    a_paid_donation(campaign=campaign, amount_cents=9000, donor=large)
    a_paid_donation(campaign=campaign, amount_cents=9000, donor=large)

    rows = [donor.pk for donor in claires_browser.get(LIST, {"ordering": key}).context["object_list"]]

    assert rows == ([large.pk, small.pk] if key.startswith("-") else [small.pk, large.pk])


@pytest.mark.parametrize("text", ["LEFÈVRE", "elodie@", "Pessac", "33600", "boulangerie"])
def test_a_donor_is_found_by_name_address_or_town(text: str, claires_browser: Client) -> None:
    campaign = a_campaign()
    a_donation(campaign=campaign)
    donor = a_donor(
        kind="organisation",
        organisation_name="Boulangerie",
        first_name="Élodie",
        last_name="Lefèvre",
        email="elodie@example.org",
        city="Pessac",
        postcode="33600",
    )
    a_donation(campaign=campaign, donor=donor)

    assert listed(claires_browser, q=text) == {donor.pk}


def test_a_donor_is_found_by_stripe_id_and_receipt_number(claires_browser: Client) -> None:
    campaign = a_campaign()
    a_paid_donation(campaign=campaign)
    receipt = a_stored_receipt(campaign=campaign)
    gift = receipt.lines.get().donation

    assert listed(claires_browser, q=gift.stripe_charge_id) == {receipt.donor_id}
    assert listed(claires_browser, q=receipt.full_number.lower()) == {receipt.donor_id}


def test_donors_can_be_narrowed_by_kind_and_date(claires_browser: Client) -> None:
    campaign = a_campaign()
    person = a_donor(created_at=datetime(2026, 6, 1, 0, 10, tzinfo=PARIS))
    body = a_donor(
        kind="organisation", organisation_name="Mairie", created_at=datetime(2026, 5, 31, tzinfo=PARIS)
    )
    for donor in (person, body):
        a_donation(campaign=campaign, donor=donor)

    assert listed(claires_browser, kind="organisation") == {body.pk}
    assert listed(claires_browser, created_from="2026-06-01") == {person.pk}


def test_there_is_no_export_of_donors(claires_browser: Client) -> None:
    a_donation()

    assert "export=csv" not in claires_browser.get(LIST).text
    assert claires_browser.get(LIST, {"export": "csv"}).status_code == 302


def test_a_donors_page_shows_gifts_receipts_and_consents(claires_browser: Client) -> None:
    receipt = a_stored_receipt(amount_cents=5050)
    record_consent(
        receipt.donor,
        ConsentRecord.Purpose.NEWSLETTER,
        given=False,
        wording="Je veux la <lettre>",
        at=timezone.now(),
    )

    page = claires_browser.get(f"{LIST}{receipt.donor_id}/").text

    for words in (
        "Amina Benali",
        receipt.donor.email,
        "3 cours de l’Yser, 33800 Bordeaux (FR)",
        "50,50\u00a0€",
        receipt.full_number,
        "Lettre d’information : non",
        "Je veux la &lt;lettre&gt;",
    ):
        assert words in page


def test_a_donor_without_an_address_is_said_to_get_no_receipt(claires_browser: Client) -> None:
    gift = a_donation(donor=a_donor(city=""))

    assert "aucun reçu fiscal n’est possible" in claires_browser.get(f"{LIST}{gift.donor_id}/").text


def test_a_name_with_markup_is_shown_as_text(claires_browser: Client) -> None:
    gift = a_donation(donor=a_donor(last_name="<script>alert(1)</script>"))

    for path in (LIST, f"{LIST}{gift.donor_id}/", "/admin/tresorerie/dons/"):
        page = claires_browser.get(path).text
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("gifts", [1, 12])
def test_a_donors_page_takes_few_queries(gifts: int, claires_browser: Client) -> None:
    campaign, donor = a_campaign(), a_donor()
    for _ in range(gifts):
        a_stored_receipt(campaign=campaign, donor=donor)
    claires_browser.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        claires_browser.get(f"{LIST}{donor.pk}/")

    assert len(queries) <= 13
