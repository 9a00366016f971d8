"""The list of gifts and the page of one gift, as Claire sees them."""

import csv
import io
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from donors.campaigns.models import PARIS
from donors.gifts.models import Donation, Status, SupportMessage
from donors.gifts.status import move
from donors.letters.models import Letter
from donors.receipts.cancel import cancel_receipt
from tests.donors.accounting.issued import a_stored_receipt, an_issued_receipt
from tests.factories import a_campaign, a_donation, a_donor, a_paid_donation

LIST = "/admin/tresorerie/dons/"
WRITING = ("edit", "delete", "copy", "history", "usage")


def listed(browser: Client, **query: Any) -> set[int]:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return {gift.pk for gift in response.context["object_list"]}


def test_an_empty_list_says_so_in_words(claires_browser: Client) -> None:
    assert "Aucun don pour l’instant" in claires_browser.get(LIST).text


def test_the_list_shows_who_gave_what_and_when(claires_browser: Client) -> None:
    receipt = an_issued_receipt(amount_cents=123_450, at=datetime(2026, 6, 8, 23, 30, tzinfo=PARIS))

    page = claires_browser.get(LIST).text

    for words in ("Amina Benali", "1\u202f234,50\u00a0€", "Reçu", "08/06/2026", receipt.full_number):
        assert words in page


def test_gifts_of_the_other_mode_are_not_listed(claires_browser: Client) -> None:
    real = a_paid_donation(livemode=True)

    assert listed(claires_browser) == set()
    assert claires_browser.get(f"{LIST}{real.pk}/").status_code == 404


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(claires_browser: Client) -> None:
    campaign = a_campaign()
    an_issued_receipt(campaign=campaign)
    claires_browser.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        claires_browser.get(LIST)
    for _ in range(29):
        an_issued_receipt(campaign=campaign)
    with CaptureQueriesContext(connection) as thirty:
        assert len(listed(claires_browser)) == 30

    assert len(thirty) == len(one) <= 20


def test_a_long_list_has_pages_without_doubles(claires_browser: Client) -> None:
    campaign, donor, at = a_campaign(), a_donor(), timezone.now()
    gifts = {a_donation(campaign=campaign, donor=donor, created_at=at).pk for _ in range(55)}

    first, second = listed(claires_browser), listed(claires_browser, p=2)

    assert (len(first), len(second)) == (50, 5)
    assert first | second == gifts


@pytest.mark.parametrize("key", ["amount_cents", "-amount_cents"])
def test_the_list_can_be_sorted(key: str, claires_browser: Client) -> None:
    campaign = a_campaign()
    small, large = (a_donation(campaign=campaign, amount_cents=cents).pk for cents in (1000, 9000))

    rows = claires_browser.get(LIST, {"ordering": key}).context["object_list"]

    assert [gift.pk for gift in rows] == ([small, large] if key == "amount_cents" else [large, small])


@pytest.mark.parametrize("key", ["credited_at", "-credited_at"])
def test_gifts_without_a_credit_date_come_last_either_way(key: str, claires_browser: Client) -> None:
    campaign = a_campaign()
    unpaid = a_donation(campaign=campaign)
    a_paid_donation(campaign=campaign)

    rows = claires_browser.get(LIST, {"ordering": key}).context["object_list"]

    assert list(rows)[-1].pk == unpaid.pk


def test_an_unknown_order_is_ignored(claires_browser: Client) -> None:
    gift = a_donation()

    assert listed(claires_browser, ordering="donor__siren") == {gift.pk}


def test_the_days_of_a_filter_are_days_in_paris(claires_browser: Client) -> None:
    campaign = a_campaign()
    moments = [
        datetime(2026, 5, 31, 23, 59, 59, tzinfo=PARIS),
        datetime(2026, 6, 1, 0, 0, tzinfo=PARIS),
        datetime(2026, 6, 30, 23, 59, 59, tzinfo=PARIS),
        datetime(2026, 7, 1, 0, 0, tzinfo=PARIS),
    ]
    gifts = [a_paid_donation(campaign=campaign, credited_at=at).pk for at in moments]

    june = listed(claires_browser, credited_from="2026-06-01", credited_to="2026-06-30")
    since_june = listed(claires_browser, credited_from="01/06/2026")
    until_june = listed(claires_browser, credited_to="2026-06-30")

    assert june == set(gifts[1:3])
    assert since_june == set(gifts[1:])
    assert until_june == set(gifts[:3])


def test_the_period_stays_in_the_links_of_the_page(claires_browser: Client) -> None:
    a_paid_donation(credited_at=datetime(2026, 6, 8, tzinfo=PARIS))

    page = claires_browser.get(LIST, {"credited_from": "2026-06-01", "credited_to": "2026-06-30"}).text

    assert f"{LIST}?credited_from=2026-06-01&amp;credited_to=2026-06-30&amp;export=csv" in page


def test_the_list_can_be_narrowed_by_campaign_status_and_method(claires_browser: Client) -> None:
    june, july = a_campaign(), a_campaign()
    paid = a_paid_donation(campaign=june)
    begun = a_donation(campaign=june)
    cheque = a_donation(campaign=july, method="cheque")

    assert listed(claires_browser, campaign=june.pk) == {paid.pk, begun.pk}
    assert listed(claires_browser, status=["succeeded"]) == {paid.pk}
    assert listed(claires_browser, status=["succeeded", "created"], campaign=june.pk) == {paid.pk, begun.pk}
    assert listed(claires_browser, method=["cheque"]) == {cheque.pk}


def test_gifts_that_wait_for_a_receipt_can_be_found(claires_browser: Client) -> None:
    campaign = a_campaign()
    issued = an_issued_receipt(campaign=campaign)
    waiting = a_paid_donation(campaign=campaign, donor=a_donor(street=""))
    a_paid_donation(campaign=campaign, wants_receipt=False)
    a_donation(campaign=campaign)

    assert listed(claires_browser, receipt="waiting") == {waiting.pk}
    assert listed(claires_browser, receipt="issued") == {issued.lines.get().donation_id}


def test_gifts_that_were_set_aside_can_be_found(claires_browser: Client) -> None:
    campaign = a_campaign()
    held = a_donation(campaign=campaign, hold="mismatch")
    a_donation(campaign=campaign)

    assert listed(claires_browser, hold="mismatch") == {held.pk}


@pytest.mark.parametrize(
    "query", [{"credited_from": "hier"}, {"campaign": "99999"}, {"status": "gone"}, {"receipt": "maybe"}]
)
def test_a_filter_that_makes_no_sense_shows_nothing_and_says_why(
    query: dict[str, str], claires_browser: Client
) -> None:
    a_donation()

    response = claires_browser.get(LIST, query)

    assert list(response.context["object_list"]) == []
    assert "Un filtre n’a pas été compris" in response.text


SEARCHES: dict[str, Callable[[Donation], str]] = {
    "a name": lambda gift: "lefèvre",
    "an accent in capitals": lambda gift: "ÉLODIE",
    "both names": lambda gift: "Élodie Lefèvre",
    "an e-mail": lambda gift: "elodie@example.org",
    "a payment intent": lambda gift: gift.stripe_payment_intent_id,
    "a charge": lambda gift: gift.stripe_charge_id,
    "a session": lambda gift: "cs_test_elodie",
    "a receipt": lambda gift: gift.receipt_lines.get().receipt.full_number,
    "a part of a receipt": lambda gift: gift.receipt_lines.get().receipt.full_number[-6:],
}


@pytest.mark.parametrize("what", SEARCHES)
def test_a_gift_is_found_by(what: str, claires_browser: Client) -> None:
    campaign = a_campaign()
    donor = a_donor(first_name="Élodie", last_name="Lefèvre", email="elodie@example.org")
    a_paid_donation(campaign=campaign)
    receipt = an_issued_receipt(campaign=campaign, donor=donor)
    gift = receipt.lines.get().donation
    gift.attempts.create(
        number=1,
        amount_cents=5000,
        email=donor.email,
        idempotency_key="key",
        livemode=False,
        stripe_session_id="cs_test_elodie",
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )

    assert listed(claires_browser, q=SEARCHES[what](gift)) == {gift.pk}


@pytest.mark.parametrize("text", ["nobody", "%", "Amina Dupont", "9" * 40, "\x00", "(", "'; DROP TABLE"])
def test_a_search_for_what_is_not_there_finds_nothing(text: str, claires_browser: Client) -> None:
    a_donation()

    found = listed(claires_browser, q=text)

    assert found == (set() if text != "\x00" else found)


def test_nothing_found_is_said_in_words(claires_browser: Client) -> None:
    a_donation()

    assert "Rien ne correspond à cette recherche" in claires_browser.get(LIST, {"q": "personne"}).text


def test_an_export_holds_the_rows_of_the_filter_on_all_pages(
    claires_browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    campaign, donor = a_campaign(), a_donor()
    paid = a_paid_donation(campaign=campaign, donor=donor, amount_cents=5050)
    for _ in range(60):
        a_donation(campaign=campaign, donor=donor)

    with caplog.at_level(logging.INFO):
        everything = claires_browser.get(LIST, {"export": "csv"})
        filtered = claires_browser.get(LIST, {"export": "csv", "status": "succeeded", "q": donor.email})

    assert len(everything.getvalue().decode().splitlines()) == 62
    text = filtered.getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert (row["N° du don"], row["Montant du don"], row["Net"]) == (str(paid.pk), "50,50", "49,50")
    assert filtered["Content-Disposition"].startswith('attachment; filename="dons-')
    assert "no-store" in filtered["Cache-Control"]
    assert donor.email not in caplog.text


def test_an_export_is_logged_with_its_period(
    claires_browser: Client, treasurer: User, caplog: pytest.LogCaptureFixture
) -> None:
    june = {"credited_from": "2026-06-01", "credited_to": "2026-06-30"}

    with caplog.at_level(logging.INFO):
        claires_browser.get(LIST, {"export": "xlsx", **june, "a_from": "Amina"}).getvalue()

    (line,) = [record.getMessage() for record in caplog.records if record.name == "donors.office.listing"]
    assert line == f"User {treasurer.pk} exports dons as xlsx (credited 2026-06-01_2026-06-30)"


def test_an_export_as_a_workbook_has_numbers(claires_browser: Client) -> None:
    a_paid_donation(amount_cents=5050)

    response = claires_browser.get(LIST, {"export": "xlsx"})

    sheet = load_workbook(io.BytesIO(response.getvalue())).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, headings.index("Montant du don") + 1).value == 50.5
    assert response["Content-Disposition"].endswith('.xlsx"')


def test_an_export_with_a_filter_that_makes_no_sense_is_refused(claires_browser: Client) -> None:
    a_donation()

    response = claires_browser.get(LIST, {"export": "csv", "credited_from": "hier"}, follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert "Rien n’a été exporté" in response.text


def test_an_export_needs_its_own_permission(claires_browser: Client, treasurer: User) -> None:
    group = treasurer.groups.get()
    group.permissions.filter(codename="export_donation").get().group_set.remove(group)

    assert "export=csv" not in claires_browser.get(LIST).text
    assert claires_browser.get(LIST, {"export": "csv"}).status_code == 302


def test_a_gifts_page_tells_its_whole_story(claires_browser: Client) -> None:
    receipt = a_stored_receipt(amount_cents=5000)
    gift = receipt.lines.get().donation
    gift.attempts.create(
        number=1,
        amount_cents=5000,
        email="a@example.org",
        idempotency_key="key",
        livemode=False,
        stripe_session_id="cs_test_page",
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )
    Letter.objects.create(
        donation=gift,
        kind="thank_you",
        key="thank_you:1",
        email="a@example.org",
        message_id="m1",
        created_at=timezone.now(),
    )
    SupportMessage.objects.create(donation=gift, text="Bravo <b>à tous</b>", created_at=timezone.now())

    page = claires_browser.get(f"{LIST}{gift.pk}/").text

    for words in (
        "Amina Benali",
        "50\u00a0€",
        receipt.full_number,
        "Commencé → Reçu",
        "\u22121\u00a0€",
        "49\u00a0€",
        "cs_test_page",
        gift.stripe_charge_id,
        "Remerciement à a@example.org",
        "pas encore partie",
        "Bravo &lt;b&gt;à tous&lt;/b&gt;",
    ):
        assert words in page


def test_a_gifts_page_says_why_there_is_no_receipt(claires_browser: Client) -> None:
    gift = a_paid_donation(donor=a_donor(street=""))

    assert "L’adresse du donateur est incomplète." in claires_browser.get(f"{LIST}{gift.pk}/").text


def test_a_receipt_that_nothing_prevents_is_in_preparation(claires_browser: Client) -> None:
    gift = a_paid_donation()

    assert "Le reçu est en préparation" in claires_browser.get(f"{LIST}{gift.pk}/").text


def test_a_cancelled_receipt_stays_on_the_gifts_page_with_its_reason(claires_browser: Client) -> None:
    receipt = a_stored_receipt()
    cancel_receipt(receipt, at=timezone.now(), reason="Adresse fausse")

    page = claires_browser.get(f"{LIST}{receipt.lines.get().donation_id}/").text

    assert receipt.full_number in page
    assert "Adresse fausse" in page


def test_what_failed_after_a_step_is_shown(claires_browser: Client) -> None:
    gift = a_donation()
    move(gift, Status.FAILED, at=timezone.now(), because="carte refusée")
    gift.events.update(last_error="OSError: no mail server")

    page = claires_browser.get(f"{LIST}{gift.pk}/").text

    assert "carte refusée" in page
    assert "OSError: no mail server" in page


def test_a_gift_that_was_set_aside_says_so(claires_browser: Client) -> None:
    gift = a_donation(hold="mismatch")

    assert "vérifiez ce paiement dans Stripe" in claires_browser.get(f"{LIST}{gift.pk}/").text


@pytest.mark.parametrize(
    "path", ["new/", "edit/{pk}/", "delete/{pk}/", "copy/{pk}/", "history/{pk}/", "usage/{pk}/"]
)
def test_a_gift_cannot_be_added_changed_or_deleted_even_by_the_administrator(
    path: str, admins_browser: Client
) -> None:
    gift = a_donation()

    assert admins_browser.get(LIST + path.format(pk=gift.pk)).status_code == 404
    assert admins_browser.post(LIST + path.format(pk=gift.pk)).status_code == 404
    assert admins_browser.post(f"{LIST}{gift.pk}/").status_code == 405
