"""The treasurer's list of payouts, the page of one, and the button that compares it with Stripe again."""

import itertools
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from donors.gifts.models import Donation
from donors.payments.models import Alarm
from donors.payments.payout_models import Payout, PayoutLine
from donors.payments.payouts import reconcile_payout
from stripe_sandbox.core import Sandbox
from tests.donors.office.test_alarms import an_alarm
from tests.donors.payments.conftest import open_page, session_of
from tests.donors.payments.test_payouts import DAY, newest_payout, paid_gifts, reconcile
from tests.factories import a_donation

LIST = "/admin/tresorerie/virements/"

_numbers = itertools.count(1)


def a_payout(**over: Any) -> Payout:
    """A payout of 49 € with no lines, as Stripe announces it."""
    now = timezone.now()
    facts: dict[str, Any] = {
        "stripe_payout_id": f"po_test_{next(_numbers)}",
        "amount_cents": 4900,
        "livemode": False,
        "stripe_status": "in_transit",
        "created_at": now,
        "arrives_on": now.date(),
        "synced_at": now,
        **over,
    }
    return Payout.objects.create(**facts)


def a_line(payout: Payout, **over: Any) -> PayoutLine:
    """A payment of 50 € that nothing explains."""
    facts: dict[str, Any] = {
        "transaction_id": f"txn_test_{next(_numbers)}",
        "type": "charge",
        "reporting_category": "charge",
        "amount_cents": 5000,
        "fee_cents": 100,
        "source_id": "ch_somebody",
        "created_at": timezone.now(),
        "reason": "Aucun don ni aucune écriture ne correspond.",
        **over,
    }
    facts["net_cents"] = facts["amount_cents"] - facts["fee_cents"]
    return PayoutLine.objects.create(payout=payout, **facts)


def page_of(payout: Payout) -> str:
    return f"{LIST}{payout.pk}/"


def listed(browser: Client, **query: Any) -> set[str]:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return {payout.stripe_payout_id for payout in response.context["object_list"]}


def downloaded(response: HttpResponseBase) -> list[str]:
    assert response.status_code == 200
    return b"".join(response).decode("utf-8-sig").splitlines()


def press(browser: Client, payout: Payout) -> str:
    """The page that one reads after the button."""
    response = browser.post(f"{page_of(payout)}reconcile/", follow=True)
    assert response.redirect_chain[-1][0] == page_of(payout)
    return response.text


@pytest.fixture
def in_the_bank(db: None, stripe_account: Sandbox) -> Payout:
    """Two gifts, 20 € and 50 €, in one reconciled payout."""
    paid_gifts(stripe_account, 2000, 5000)
    stripe_account.clock.advance(5 * DAY)
    return reconcile(newest_payout(stripe_account))


def test_the_page_is_headed_by_its_day_so_that_a_telephone_shows_it_whole(claires_browser: Client) -> None:
    payout = a_payout(arrives_on=date(2026, 6, 8))

    page = claires_browser.get(page_of(payout)).text

    assert "Virement du 08/06/2026" in page.split("</h1>")[0]


def test_an_empty_list_says_what_will_come(claires_browser: Client) -> None:
    assert "Aucun virement pour l’instant" in claires_browser.get(LIST).text


def test_the_menu_leads_there(claires_browser: Client) -> None:
    page = claires_browser.get("/admin/").text

    assert LIST in page
    assert "Virements Stripe" in page


def test_the_list_says_what_went_to_the_bank_and_what_is_open(claires_browser: Client) -> None:
    payout = a_payout(
        state="open", complete=True, difference_cents=250, amount_cents=123400, arrives_on=date(2026, 6, 8)
    )
    a_line(payout)
    a_line(payout)
    a_line(payout, state="matched")

    response = claires_browser.get(LIST)

    assert response.context["object_list"][0].unexplained == 2
    assert f'href="{page_of(payout)}"' in response.text
    for words in ("08/06/2026", "1\u202f234\xa0€", "À vérifier", "2,50\xa0€", payout.stripe_payout_id):
        assert words in response.text


def test_the_newest_arrival_comes_first(claires_browser: Client) -> None:
    for day in (3, 20, 11):
        a_payout(arrives_on=date(2026, 6, day))

    found = claires_browser.get(LIST).context["object_list"]

    assert [payout.arrives_on.day for payout in found] == [20, 11, 3]


def test_payouts_can_be_narrowed_by_state_and_day(claires_browser: Client) -> None:
    june, july, august = (
        a_payout(arrives_on=date(2026, month, 8), state=state).stripe_payout_id
        for month, state in ((6, "waiting"), (7, "open"), (8, "failed"))
    )

    assert listed(claires_browser, state="open") == {july}
    assert listed(claires_browser, state=["open", "failed"]) == {july, august}
    assert listed(claires_browser, arrives_from="2026-07-08") == {july, august}
    assert listed(claires_browser, arrives_to="2026-07-08") == {june, july}
    assert listed(claires_browser, arrives_from="2026-07-08", arrives_to="2026-07-08") == {july}
    assert listed(claires_browser, arrives_from="yesterday") == set()


def test_a_payout_is_found_by_its_id_by_what_is_in_it_and_by_a_gift(claires_browser: Client) -> None:
    gift = a_donation(pk=4711)
    with_gift, other = a_payout(stripe_payout_id="po_Abc"), a_payout(stripe_payout_id="po_Xyz")
    a_line(with_gift, donation=gift, transaction_id="txn_Mine", source_id="ch_Mine")
    a_line(other, transaction_id="txn_Theirs", source_id="re_Theirs")

    assert listed(claires_browser, q="po_abc") == {"po_Abc"}
    assert listed(claires_browser, q="txn_mine") == {"po_Abc"}
    assert listed(claires_browser, q="re_theirs") == {"po_Xyz"}
    assert listed(claires_browser, q="4711") == {"po_Abc"}
    assert listed(claires_browser, q="po_abc re_theirs") == set()


def test_real_money_and_test_money_stay_apart(claires_browser: Client, settings: Settings) -> None:
    test = a_payout()
    settings.STRIPE_LIVEMODE = True

    assert listed(claires_browser) == set()
    assert claires_browser.get(page_of(test)).status_code == 404
    assert claires_browser.get(f"{page_of(test)}operations/").status_code == 404
    assert claires_browser.post(f"{page_of(test)}reconcile/").status_code == 404


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_list_is_exported_as_it_is_filtered(claires_browser: Client, file_format: str) -> None:
    kept = a_payout(state="open", amount_cents=4950, difference_cents=-50, arrives_on=date(2026, 6, 8))
    a_line(kept)
    left_out = a_payout()

    response = claires_browser.get(LIST, {"state": "open", "export": file_format})

    content = b"".join(response)
    response.close()
    assert f".{file_format}" in response["Content-Disposition"]
    if file_format == "csv":
        heading, *rows = content.decode("utf-8-sig").splitlines()
        assert heading.startswith("Virement Stripe;Émis le;À la banque le;Montant;État;Différence")
        assert [row.split(";")[0] for row in rows] == [kept.stripe_payout_id]
        assert rows[0].split(";")[2:7] == ["2026-06-08", "49,50", "À vérifier", "-0,50", "1"]
        assert left_out.stripe_payout_id not in "".join(rows)
    else:
        sheet = load_workbook(BytesIO(content)).worksheets[0]
        assert [row[0] for row in sheet.values][1:] == [kept.stripe_payout_id]


def test_the_page_adds_up_to_zero_before_ones_eyes(claires_browser: Client, in_the_bank: Payout) -> None:
    response = claires_browser.get(page_of(in_the_bank))

    sums = response.context["sums"]
    assert [(kind.name, kind.count, kind.amount_cents) for kind in sums.kinds] == [("Don", 2, 7000)]
    assert sums.total.net_cents == in_the_bank.amount_cents == -sums.left_cents
    assert sums.difference_cents == 0
    assert "Différence\u00a0: le compte y est" in response.text
    assert "Rapproché le" in response.text


def test_each_line_names_its_gift_and_its_entry(claires_browser: Client, in_the_bank: Payout) -> None:
    page = claires_browser.get(page_of(in_the_bank)).text

    today = f"{timezone.localtime():%d/%m/%Y}"
    for gift in Donation.objects.all():
        assert f'href="/admin/tresorerie/dons/{gift.pk}/"' in page
    assert page.count("Écriture «\u00a0Don\u00a0»") == 2
    assert today in page
    assert "Écriture «\u00a0Virement de Stripe\u00a0»" in page
    assert "Virement à la banque" in page


def test_what_is_not_explained_comes_first_with_its_reason(claires_browser: Client) -> None:
    payout = a_payout(state="open", complete=True)
    a_line(payout, state="matched", reason="")
    unknown = a_line(payout, type="mystery", reporting_category="other")

    response = claires_browser.get(page_of(payout))

    first, kind, why = response.context["lines"][0]
    assert (first.pk, kind) == (unknown.pk, "Autre opération (mystery)")
    assert why == "Aucun don ni aucune écriture ne correspond."
    assert "1 opération de ce virement n’est pas encore expliquée" in response.text
    assert "/admin/tresorerie/alertes/?kind=payout&amp;state=standing" in response.text


def test_money_of_another_site_is_told_apart(claires_browser: Client) -> None:
    payout = a_payout(complete=True)
    a_line(payout, state="foreign", reason="Opération d’un autre site sur le même compte.")

    page = claires_browser.get(page_of(payout)).text

    assert "Étrangère au site" in page
    assert "Opération d’un autre site sur le même compte." in page
    assert "pas encore expliquée" not in page


def test_a_difference_is_shown_and_never_called_right(claires_browser: Client) -> None:
    payout = a_payout(state="open", complete=True, amount_cents=4800, difference_cents=100)
    a_line(payout, state="matched")

    response = claires_browser.get(page_of(payout))

    assert response.context["sums"].difference_cents == 100
    assert "le compte y est" not in response.text


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({}, "Stripe n’a pas encore dit quelles opérations"),
        ({"automatic": False, "state": "open"}, "demandé à la main"),
        ({"state": "failed", "failure": "Compte fermé"}, "Ce virement est revenu\u00a0: Compte fermé."),
        ({"state": "failed"}, "Ce virement est revenu. L’argent est de nouveau chez Stripe"),
    ],
)
def test_a_payout_without_lines_says_why(
    claires_browser: Client, over: dict[str, Any], sentence: str
) -> None:
    assert sentence in claires_browser.get(page_of(a_payout(**over))).text


def test_a_long_payout_is_read_page_by_page(claires_browser: Client) -> None:
    payout = a_payout(state="open", complete=True)
    for _ in range(101):
        a_line(payout)

    first, second = (claires_browser.get(page_of(payout), {"p": page}) for page in (1, 2))

    assert [len(page.context["lines"]) for page in (first, second)] == [100, 1]
    assert [page.context["sums"].total.count for page in (first, second)] == [101, 101]
    assert "?p=2" in first.text
    assert "101 opérations de ce virement n’ont pas encore d’explication" in first.text


def test_the_lines_are_downloaded_and_add_up_to_zero(
    claires_browser: Client, treasurer: User, in_the_bank: Payout, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    response = claires_browser.get(f"{page_of(in_the_bank)}operations/")

    heading, *rows = [line.split(";") for line in downloaded(response)]
    net, kind = heading.index("Net"), heading.index("Nature")
    assert [row[kind] for row in rows] == ["Don", "Don", "Virement à la banque"]
    assert sum(int(row[net].replace(",", "")) for row in rows) == 0
    assert ".csv" in response["Content-Disposition"]
    assert f"User {treasurer.pk} downloads the lines of payout {in_the_bank.stripe_payout_id}" in caplog.text


def test_the_button_reconciles_and_logs_who(
    claires_browser: Client, treasurer: User, stripe_account: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(5 * DAY)
    payout = a_payout(stripe_payout_id=newest_payout(stripe_account))
    caplog.set_level("INFO")

    page = press(claires_browser, payout)

    assert "chaque centime est expliqué" in page
    assert "Différence\u00a0: le compte y est" in page
    payout.refresh_from_db()
    assert payout.state == Payout.State.RECONCILED
    assert f"User {treasurer.pk} reconciles payout {payout.stripe_payout_id} again" in caplog.text


def test_pressing_twice_changes_nothing(claires_browser: Client, in_the_bank: Payout) -> None:
    press(claires_browser, in_the_bank)
    once = in_the_bank.reconciled_at

    press(claires_browser, in_the_bank)

    in_the_bank.refresh_from_db()
    assert in_the_bank.reconciled_at == once
    assert in_the_bank.lines.count() == 3


def test_a_payout_that_came_back_is_told_at_the_button(
    claires_browser: Client, stripe_account: Sandbox, in_the_bank: Payout
) -> None:
    stripe_account.fail_payout(in_the_bank.stripe_payout_id)

    assert "ce virement est revenu de la banque" in press(claires_browser, in_the_bank)


def test_a_payout_under_way_is_not_ready(claires_browser: Client, stripe_account: Sandbox) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(3 * DAY)
    while not stripe_account.find("payout"):
        stripe_account.clock.advance(3600)
    payout = reconcile(newest_payout(stripe_account))

    assert "ce virement n’est pas encore prêt" in press(claires_browser, payout)


def test_what_stays_open_is_said_at_the_button(
    claires_browser: Client, stripe_account: Sandbox, settings: Settings
) -> None:
    settings.SITE_URL = "http://another.example"
    theirs = a_donation()
    open_page(theirs)
    stripe_account.pay(session_of(theirs), "card")
    settings.SITE_URL = "http://testserver"
    stripe_account.clock.advance(5 * DAY)
    payout = a_payout(stripe_payout_id=newest_payout(stripe_account))

    page = press(claires_browser, payout)

    payout.refresh_from_db()
    assert payout.state == Payout.State.OPEN
    assert "il reste à vérifier ce que dit cette page" in page
    assert "Aucun don ni aucune écriture ne correspond." in page


def test_silence_from_stripe_is_one_sentence(
    claires_browser: Client, stripe_account: Sandbox, in_the_bank: Payout
) -> None:
    stripe_account.faults.add("status", status=503, path="/v1/payouts", count=3)

    page = press(claires_browser, in_the_bank)

    assert "Stripe ne répond pas. Rien n’est perdu" in page
    in_the_bank.refresh_from_db()
    assert in_the_bank.state == Payout.State.RECONCILED


def test_a_payout_that_stripe_does_not_know_calls_the_administrator(
    claires_browser: Client, stripe_account: Sandbox
) -> None:
    assert "prévenez la personne qui administre" in press(claires_browser, a_payout())


def test_communication_neither_presses_nor_downloads(brunos_browser: Client, in_the_bank: Payout) -> None:
    seen = in_the_bank.synced_at

    pressed = brunos_browser.post(f"{page_of(in_the_bank)}reconcile/")
    exported = brunos_browser.get(LIST, {"export": "csv"})

    assert [answer.status_code for answer in (pressed, exported)] == [302, 302]
    assert pressed["Location"] == exported["Location"] == "/admin/"
    in_the_bank.refresh_from_db()
    assert in_the_bank.synced_at == seen


def test_reading_alone_offers_neither_button_nor_files(claires_browser: Client, treasurer: User) -> None:
    group = treasurer.groups.get()
    group.permissions.remove(*group.permissions.filter(codename__in=["change_payout", "export_payout"]))
    payout = a_payout()

    page = claires_browser.get(page_of(payout)).text

    assert "Rapprocher à nouveau" not in page
    assert "CSV des opérations" not in page
    assert claires_browser.get(f"{page_of(payout)}operations/").status_code == 302


def test_an_alarm_leads_to_its_payout(
    claires_browser: Client, stripe_account: Sandbox, in_the_bank: Payout
) -> None:
    stripe_account.fail_payout(in_the_bank.stripe_payout_id)
    reconcile_payout(in_the_bank.stripe_payout_id, at=timezone.now())

    page = claires_browser.get("/admin/tresorerie/alertes/", {"kind": "payout"}).text

    assert Alarm.objects.filter(kind="payout").exists()
    assert f'href="{page_of(in_the_bank)}"' in page


def test_an_alarm_about_one_line_leads_to_the_payout_that_holds_it(claires_browser: Client) -> None:
    line = a_line(a_payout())
    other = a_payout()
    an_alarm(1)
    Alarm.objects.create(
        kind="payout", key=f"payout_line:{line.transaction_id}", text="?", raised_at=timezone.now()
    )
    Alarm.objects.create(kind="payout", key="payout", text="no key of ours", raised_at=timezone.now())
    Alarm.objects.create(
        kind="payout", key="payout:po_nobody:failed", text="unknown", raised_at=timezone.now()
    )

    page = claires_browser.get("/admin/tresorerie/alertes/").text

    assert page.count(f'href="{page_of(line.payout)}"') == 1
    assert page_of(other) not in page


def test_list_and_page_take_the_same_queries_for_few_rows_and_for_many(
    claires_browser: Client, in_the_bank: Payout
) -> None:
    def count(url: str) -> int:
        claires_browser.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert claires_browser.get(url).status_code == 200
        return len(queries)

    few = count(LIST), count(page_of(in_the_bank))
    entry = in_the_bank.lines.first()
    assert entry
    for _ in range(30):
        a_line(a_payout())
        a_line(in_the_bank, donation=entry.donation, state="matched", ledger_entry=entry.ledger_entry)

    assert (count(LIST), count(page_of(in_the_bank))) == few
    assert max(few) <= 20
