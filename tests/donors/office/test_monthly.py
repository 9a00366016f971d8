"""The list of monthly gifts and the page of one, as Claire sees them."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donors.campaigns.models import PARIS, local_day
from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.ledger import book_refund
from donors.gifts.monthly import MonthlyGift
from stripe_sandbox.core import Sandbox
from tests.factories import (
    a_campaign,
    a_donation,
    a_donor,
    a_monthly_gift,
    a_paid_donation,
    with_monthly_amounts,
)
from tests.scenarios.monthly import Desk, again

LIST = "/admin/tresorerie/dons-mensuels/"
NBSP = "\u00a0"


def listed(browser: Client, **query: Any) -> set[int]:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return {promise.pk for promise in response.context["object_list"]}


def page_of(promise: MonthlyGift) -> str:
    return f"{LIST}{promise.pk}/"


def a_month_of(promise: MonthlyGift, **over: Any) -> Any:
    facts = {"donor": promise.donor, "campaign": promise.campaign, "monthly_gift": promise}
    return a_paid_donation(**{**facts, "amount_cents": promise.amount_cents, **over})


def an_event(promise: MonthlyGift, kind: str, **over: Any) -> MonthlyGiftEvent:
    now = timezone.now()
    facts = {"at": now, "next_try_at": now, "because": "evt_test", "key": f"{kind}:{promise.pk}", **over}
    return MonthlyGiftEvent.objects.create(monthly_gift=promise, kind=kind, **facts)


def test_an_empty_list_says_so_in_words(claires_browser: Client) -> None:
    assert "Aucun don mensuel pour l’instant" in claires_browser.get(LIST).text


def test_the_list_says_who_gives_what_since_when_and_what_came_in(claires_browser: Client) -> None:
    promise = a_monthly_gift(
        amount_cents=2050,
        started_at=datetime(2026, 6, 8, 23, 30, tzinfo=PARIS),
        next_debit_at=datetime(2026, 9, 8, 0, 30, tzinfo=PARIS),
    )
    for _ in range(3):
        a_month_of(promise)
    a_donation(donor=promise.donor, campaign=promise.campaign, monthly_gift=promise)
    a_paid_donation(donor=promise.donor, campaign=promise.campaign)

    page = claires_browser.get(LIST)

    (row,) = page.context["object_list"]
    assert (row.months_paid, row.paid_cents) == (3, 6150)
    said = ("Amina Benali", f"20,50{NBSP}€", f"61,50{NBSP}€", "En cours", "08/06/2026", "08/09/2026")
    assert [words for words in said if words not in page.text] == []


def test_what_went_back_is_not_in_the_total(claires_browser: Client) -> None:
    promise = a_monthly_gift()
    month, now = a_month_of(promise), timezone.now()
    book_refund(month, key="refund:re_test", cents=400, occurred_at=now, at=now)

    (row,) = claires_browser.get(LIST).context["object_list"]

    assert row.paid_cents == 600


STANDINGS: dict[str, tuple[dict[str, Any], str]] = {
    "it runs": ({}, "En cours"),
    "a pause with its end": (
        {"paused_at": timezone.now(), "resumes_at": datetime(2027, 3, 12, 0, 30, tzinfo=PARIS)},
        "En pause jusqu’au 12/03/2027",
    ),
    "a pause without end": ({"paused_at": timezone.now()}, "En pause"),
    "an end to come": ({"ends_at_period_end": True}, "S’arrête à la prochaine échéance"),
    "a month is owed": ({"status": "past_due"}, "En retard"),
    "it was stopped while paused": ({"status": "canceled", "paused_at": timezone.now()}, "Arrêté"),
}


@pytest.mark.parametrize("what", STANDINGS)
def test_the_list_and_the_page_say_how_it_stands(what: str, claires_browser: Client) -> None:
    facts, words = STANDINGS[what]
    promise = a_monthly_gift(**facts)

    assert promise.standing == words
    assert words in claires_browser.get(LIST).text
    assert words in claires_browser.get(page_of(promise)).text


@pytest.mark.parametrize(
    "facts", [{"paused_at": timezone.now()}, {"status": "canceled"}, {"ends_at_period_end": True}]
)
def test_no_debit_is_announced_that_will_not_come(facts: dict[str, Any], claires_browser: Client) -> None:
    promise = a_monthly_gift(next_debit_at=datetime(2026, 9, 8, tzinfo=PARIS), **facts)

    for path in (LIST, page_of(promise)):
        assert "08/09/2026" not in claires_browser.get(path).text


def test_monthly_gifts_of_the_other_mode_are_not_there(claires_browser: Client) -> None:
    real = a_monthly_gift(livemode=True)

    assert listed(claires_browser) == set()
    for path in (page_of(real), *(f"{page_of(real)}{slug}/" for slug in ("arreter", "pause", "montant"))):
        assert claires_browser.get(path).status_code == 404


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(claires_browser: Client) -> None:
    campaign = a_campaign()
    a_month_of(a_monthly_gift(campaign=campaign))
    claires_browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        claires_browser.get(LIST)
    for _ in range(29):
        a_month_of(a_monthly_gift(campaign=campaign))
    with CaptureQueriesContext(connection) as thirty:
        assert len(listed(claires_browser)) == 30

    assert len(thirty) == len(one) <= 20


@pytest.mark.parametrize("months", [1, 12])
def test_a_page_takes_few_queries_however_many_months(months: int, claires_browser: Client) -> None:
    promise = a_monthly_gift()
    for number in range(months):
        a_month_of(promise)
        an_event(promise, "paused", key=f"paused:{number}")
    claires_browser.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        claires_browser.get(page_of(promise))

    assert len(queries) <= 14


@pytest.mark.parametrize(
    "key", ["amount_cents", "-amount_cents", "months_paid", "-paid_cents", "-next_debit_at"]
)
def test_the_list_can_be_sorted_by_what_it_shows(key: str, claires_browser: Client) -> None:
    campaign, now = a_campaign(), timezone.now()
    small = a_monthly_gift(campaign=campaign, amount_cents=500, next_debit_at=now)
    large = a_monthly_gift(campaign=campaign, amount_cents=9000, next_debit_at=now + timedelta(days=3))
    a_month_of(large)

    rows = claires_browser.get(LIST, {"ordering": key}).context["object_list"]

    expected = [small.pk, large.pk]
    assert [promise.pk for promise in rows] == (expected[::-1] if key.startswith("-") else expected)


@pytest.mark.parametrize("text", ["LEFÈVRE", "elodie@", "sub_elodie", "cus_elodie", "{pk}"])
def test_a_monthly_gift_is_found_by_donor_stripe_id_or_number(text: str, claires_browser: Client) -> None:
    campaign = a_campaign()
    nobody = a_donor(email="amina@example.org")
    a_monthly_gift(campaign=campaign, donor=nobody, stripe_subscription_id="sub_nobody")
    donor = a_donor(first_name="Élodie", last_name="Lefèvre", email="elodie@example.org")
    found = a_monthly_gift(
        campaign=campaign,
        donor=donor,
        stripe_subscription_id="sub_elodie",
        stripe_customer_id="cus_elodie",
    )

    assert listed(claires_browser, q=text.format(pk=found.pk)) == {found.pk}


def test_the_list_can_be_narrowed_by_state_and_campaign(claires_browser: Client) -> None:
    june, july, now = a_campaign(), a_campaign(), timezone.now()
    begun = {"status": "created", "stripe_subscription_id": ""}
    promises = {
        "running": a_monthly_gift(campaign=june),
        "paused": a_monthly_gift(campaign=june, paused_at=now),
        "owed": a_monthly_gift(campaign=june, status="past_due"),
        "begun": a_monthly_gift(campaign=june, **begun),
        "over": a_monthly_gift(campaign=june, status="canceled", paused_at=now),
        "never": a_monthly_gift(campaign=july, status="incomplete_expired"),
    }

    for state, promise in promises.items():
        assert listed(claires_browser, state=[state]) == {promise.pk}, state
    both = {promises["running"].pk, promises["paused"].pk}
    assert listed(claires_browser, state=["running", "paused"]) == both
    assert listed(claires_browser, campaign=july.pk) == {promises["never"].pk}
    assert "Un filtre n’a pas été compris" in claires_browser.get(LIST, {"state": "gone"}).text


def exported(browser: Client, file_format: str) -> Any:
    return browser.get(LIST, {"export": file_format})


def test_the_list_is_exported_as_it_is_filtered(claires_browser: Client) -> None:
    campaign = a_campaign()
    promise = a_monthly_gift(
        campaign=campaign, amount_cents=2050, started_at=timezone.now(), source="affiche"
    )
    a_month_of(promise)
    a_monthly_gift(campaign=campaign, status="canceled", canceled_at=timezone.now())

    answer = claires_browser.get(LIST, {"export": "csv", "state": "running"})

    text = b"".join(answer).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert row["N° du don mensuel"] == str(promise.pk)
    assert (row["Montant mensuel"], row["Mois payés"], row["Total encaissé"]) == ("20,50", "1", "20,50")
    assert (row["État"], row["Nom"], row["Provenance"]) == ("En cours", "Benali", "affiche")
    assert row["Premier don le"] == local_day(timezone.now()).isoformat()
    assert b"".join(exported(claires_browser, "xlsx")).startswith(b"PK")


def test_only_who_may_export_gifts_exports_these(db: None) -> None:
    reader = User.objects.create_user("lea", "lea@example.org", "a long pass phrase")
    wanted = ["access_admin", "view_monthlygift"]
    reader.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    promise = a_monthly_gift()
    browser = Client()
    browser.force_login(reader)

    assert listed(browser) == {promise.pk}
    answer = exported(browser, "csv")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert "/arreter/" not in browser.get(page_of(promise)).text, "who only reads is offered nothing"


def test_the_page_says_all_that_is_known(claires_browser: Client) -> None:
    promise = a_monthly_gift(
        amount_cents=2000,
        source="affiche",
        anonymous=True,
        wants_receipt=True,
        card_last4="4242",
        card_expires_on=datetime(2030, 12, 31, tzinfo=PARIS).date(),
        next_debit_at=datetime(2026, 9, 8, tzinfo=PARIS),
        synced_at=timezone.now(),
    )
    month = a_month_of(promise)

    page = claires_browser.get(page_of(promise)).text

    said = ["Amina Benali", f"20{NBSP}€ en 1 mois", "se termine par 4242, expire fin 12/2030", "08/09/2026"]
    said += ["n’apparaît pas en public", "affiche", promise.stripe_subscription_id, "demandé"]
    said += [f"/admin/tresorerie/dons/{month.pk}/", f"/admin/tresorerie/donateurs/{promise.donor_id}/"]
    assert [words for words in said if words not in page] == []


def test_what_was_only_begun_has_a_page_too(claires_browser: Client) -> None:
    promise = a_monthly_gift(status="created", stripe_subscription_id="")

    page = claires_browser.get(page_of(promise)).text

    assert "Le donateur a commencé le formulaire" in page
    assert "/arreter/" not in page


HISTORY: dict[str, tuple[str, dict[str, Any], str]] = {
    "another amount": (
        "amount_changed",
        {"from_cents": 2000, "to_cents": 3000},
        f"Montant changé : de 20{NBSP}€ à 30{NBSP}€",
    ),
    "an end that was asked for": ("ended", {"reason": "cancellation_requested"}, "Arrêté sur demande"),
    "an end for want of money": ("ended", {"reason": "payment_failed"}, "Arrêté après le dernier refus"),
    "an end for a reason of tomorrow": ("ended", {"reason": "unheard_of"}, "Arrêté"),
    "a card that expires": ("card_expires", {"on": "2030-12-31"}, "Carte bientôt expirée : fin 12/2030"),
    "a refusal": (
        "payment_failed",
        {"next_try": "2026-09-11T22:30:00+00:00"},
        "Échéance refusée, nouvel essai le 12/09/2026",
    ),
    "a refusal without another try": ("payment_failed", {"next_try": ""}, "Échéance refusée"),
}


@pytest.mark.parametrize("what", HISTORY)
def test_the_history_says_what_happened(what: str, claires_browser: Client) -> None:
    kind, detail, words = HISTORY[what]
    promise = a_monthly_gift()
    an_event(promise, kind, detail=detail)

    page = claires_browser.get(page_of(promise)).text

    assert words in page
    assert "le site" in page


def test_a_letter_that_does_not_leave_is_said_in_the_history(claires_browser: Client) -> None:
    promise = a_monthly_gift()
    an_event(promise, "paused", last_error="SMTPServerDisconnected: gone")

    page = claires_browser.get(page_of(promise)).text

    assert "La lettre n’est pas partie et sera retentée : SMTPServerDisconnected" in page


def test_gifts_and_donors_lead_to_their_monthly_gift(claires_browser: Client) -> None:
    promise = a_monthly_gift(amount_cents=2000)
    month = a_month_of(promise)
    other = a_paid_donation(campaign=promise.campaign)

    def page(path: str) -> str:
        return claires_browser.get(f"/admin/tresorerie/{path}/").text

    assert page_of(promise) in page(f"dons/{month.pk}")
    assert page_of(promise) in page(f"donateurs/{promise.donor_id}")
    assert f"20{NBSP}€ par mois" in page(f"donateurs/{promise.donor_id}")
    for path in (f"dons/{other.pk}", f"donateurs/{other.donor_id}"):
        assert f"{LIST}{promise.pk}" not in page(path)


def test_a_donor_of_two_monthly_gifts_shows_both_and_how_they_stand(claires_browser: Client) -> None:
    donor, campaign = a_donor(), a_campaign()
    a_donation(donor=donor, campaign=campaign)
    a_monthly_gift(donor=donor, campaign=campaign, amount_cents=2000, status="canceled")
    a_monthly_gift(donor=donor, campaign=campaign, amount_cents=3000)
    a_monthly_gift(donor=donor, campaign=campaign, amount_cents=7700, livemode=True)

    page = claires_browser.get(f"/admin/tresorerie/donateurs/{donor.pk}/").text

    assert f"20{NBSP}€ par mois, Campagne de juin, arrêté" in page
    assert f"30{NBSP}€ par mois, Campagne de juin, en cours" in page
    assert "77" not in page.split("Dons mensuels")[-1].split("</section>")[0]


def test_an_editor_sees_nothing_of_it(brunos_browser: Client) -> None:
    promise = a_monthly_gift()

    assert LIST not in brunos_browser.get("/admin/").text
    for path in (LIST, page_of(promise)):
        assert brunos_browser.get(path).status_code == 302


def test_from_the_form_to_the_page_all_months_are_there(
    claires_browser: Client, stripe_account: Sandbox
) -> None:
    desk = Desk(stripe_account, with_monthly_amounts(a_campaign()))
    promise = desk.start(2000)
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()
    desk.follow()

    page = claires_browser.get(page_of(promise)).text

    assert f"40{NBSP}€ en 2 mois" in page
    assert "se termine par 4242" in page
    for month in again(promise).donations.all():
        assert f"/admin/tresorerie/dons/{month.pk}/" in page
