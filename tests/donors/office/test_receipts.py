"""The list of receipts and the page of one receipt."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donors.campaigns.models import PARIS
from donors.receipts.cancel import cancel_receipt
from donors.receipts.models import Receipt, ReceiptSeries
from tests.donors.accounting.issued import a_stored_receipt, an_issued_receipt
from tests.factories import a_campaign, a_donor, a_paid_donation

LIST = "/admin/tresorerie/recus/"


def listed(browser: Client, **query: Any) -> set[int]:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return {receipt.pk for receipt in response.context["object_list"]}


def test_an_empty_list_says_so_in_words(claires_browser: Client) -> None:
    assert "Aucun reçu fiscal pour l’instant" in claires_browser.get(LIST).text


def test_the_list_shows_number_donor_amount_and_day(claires_browser: Client) -> None:
    receipt = an_issued_receipt(amount_cents=5050, at=datetime(2026, 6, 8, tzinfo=PARIS))

    page = claires_browser.get(LIST).text

    for words in (receipt.full_number, "Amina Benali", "50,50\u00a0€", "08/06/2026", "en préparation"):
        assert words in page


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(claires_browser: Client) -> None:
    campaign = a_campaign()
    a_stored_receipt(campaign=campaign)
    claires_browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        claires_browser.get(LIST)
    for _ in range(29):
        a_stored_receipt(campaign=campaign)
    with CaptureQueriesContext(connection) as thirty:
        assert len(listed(claires_browser)) == 30

    assert len(thirty) == len(one) <= 20


def test_the_list_never_reads_the_pdfs(claires_browser: Client) -> None:
    a_stored_receipt()

    with CaptureQueriesContext(connection) as queries:
        claires_browser.get(LIST)

    assert not [query for query in queries if '"content"' in query["sql"]]


def test_receipts_can_be_narrowed_by_day_state_and_series(claires_browser: Client) -> None:
    campaign = a_campaign()
    may = an_issued_receipt(campaign=campaign, at=datetime(2025, 5, 31, 23, 59, tzinfo=PARIS))
    june = an_issued_receipt(campaign=campaign, at=datetime(2026, 6, 1, 0, 0, tzinfo=PARIS))
    cancel_receipt(june, at=timezone.now(), reason="Erreur")

    assert listed(claires_browser, issued_from="01/06/2026") == {june.pk}
    assert listed(claires_browser, issued_to="2026-05-31") == {may.pk}
    assert listed(claires_browser, state="cancelled") == {june.pk}
    assert listed(claires_browser, series=may.series_id) == {may.pk}


def test_a_suspended_receipt_is_found_apart_from_those_that_are_valid(claires_browser: Client) -> None:
    campaign = a_campaign()
    valid, suspended = (an_issued_receipt(campaign=campaign) for _ in range(2))
    Receipt.objects.filter(pk=suspended.pk).update(suspended_at=timezone.now())

    assert listed(claires_browser, state="suspended") == {suspended.pk}
    assert listed(claires_browser, state="issued") == {valid.pk}
    assert listed(claires_browser, state=["issued", "suspended"]) == {valid.pk, suspended.pk}


def test_the_series_of_real_money_cannot_be_chosen_in_test_mode(claires_browser: Client) -> None:
    receipt = an_issued_receipt()
    real = ReceiptSeries.objects.create(
        organisation=receipt.series.organisation, year=2031, livemode=True, last_number=0
    )

    assert listed(claires_browser, series=real.pk) == set()


@pytest.mark.parametrize("part", ["full", "end", "lower"])
def test_a_receipt_is_found_by_its_number(part: str, claires_browser: Client) -> None:
    campaign = a_campaign()
    receipts = [an_issued_receipt(campaign=campaign) for _ in range(12)]
    number = receipts[-1].full_number
    text = {"full": number, "end": number[-6:], "lower": number.lower()}[part]

    assert listed(claires_browser, q=text) == {receipts[-1].pk}


def test_a_receipt_is_found_by_donor_and_stripe_id(claires_browser: Client) -> None:
    campaign = a_campaign()
    an_issued_receipt(campaign=campaign)
    gift = a_paid_donation(campaign=campaign, donor=a_donor(last_name="Élysée", email="e@example.org"))
    receipt = an_issued_receipt(gift=gift)

    for text in ("élysée", "E@example", gift.stripe_charge_id, gift.stripe_payment_intent_id):
        assert listed(claires_browser, q=text) == {receipt.pk}


def test_the_list_is_exported_with_its_filter(claires_browser: Client) -> None:
    campaign = a_campaign()
    kept = an_issued_receipt(campaign=campaign)
    cancel_receipt(an_issued_receipt(campaign=campaign), at=timezone.now(), reason="Erreur")

    text = claires_browser.get(LIST, {"export": "csv", "state": "issued"}).getvalue().decode("utf-8-sig")

    (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert (row["N° du reçu"], row["Montant"]) == (kept.full_number, "50,00")


def test_the_zip_button_keeps_the_period_of_the_list(claires_browser: Client) -> None:
    an_issued_receipt()

    page = claires_browser.get(LIST, {"issued_from": "2026-06-01", "issued_to": "2026-06-30"}).text

    assert "/admin/tresorerie/recus/zip/?du=2026-06-01&amp;au=2026-06-30" in page


def test_a_receipts_page_shows_what_was_frozen(claires_browser: Client) -> None:
    receipt = a_stored_receipt(amount_cents=5050)

    page = claires_browser.get(f"{LIST}{receipt.pk}/").text

    for words in (
        receipt.full_number,
        "***50,50***",
        "cinquante euros et cinquante centimes",
        "3 cours de l’Yser, 33800 Bordeaux, France",
        "Claire Martin, trésorière",
        receipt.document.sha256,
        f"{LIST}{receipt.pk}/pdf/",
        f"Don n° {receipt.lines.get().donation_id}",
    ):
        assert words in page
    assert "ne correspond plus" not in page


def test_a_receipt_without_its_pdf_offers_no_download(claires_browser: Client) -> None:
    receipt = an_issued_receipt()

    page = claires_browser.get(f"{LIST}{receipt.pk}/").text

    assert "en préparation" in page
    assert f"{LIST}{receipt.pk}/pdf/" not in page


def test_a_cancelled_receipt_says_why_and_what_replaces_it(claires_browser: Client) -> None:
    gift = a_paid_donation()
    first = an_issued_receipt(gift=gift)
    cancel_receipt(first, at=timezone.now(), reason="Adresse fausse")
    second = an_issued_receipt(gift=gift)

    old, new = (claires_browser.get(f"{LIST}{receipt.pk}/").text for receipt in (first, second))

    assert "Adresse fausse" in old
    assert second.full_number in old
    assert first.full_number in new


def test_frozen_facts_that_changed_are_announced(claires_browser: Client) -> None:
    receipt = an_issued_receipt()
    forged = Receipt.objects.create(
        series=receipt.series,
        number=900,
        donor=receipt.donor,
        form=receipt.form,
        amount_cents=9_999_900,
        issued_at=receipt.issued_at,
        snapshot=receipt.snapshot,
        snapshot_sha256="0" * 64,
    )

    assert "ne correspond plus à son empreinte" in claires_browser.get(f"{LIST}{forged.pk}/").text


@pytest.mark.parametrize("verb", ["edit", "delete", "copy"])
def test_a_receipt_cannot_be_changed_even_by_the_administrator(verb: str, admins_browser: Client) -> None:
    receipt = an_issued_receipt()

    assert admins_browser.post(f"{LIST}{verb}/{receipt.pk}/").status_code == 404
    assert admins_browser.post(f"{LIST}new/").status_code == 404
