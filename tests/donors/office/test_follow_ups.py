"""Receipts and letters that failed stand beside the failed events, and can be tried again at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donors.gifts.events import DonationEvent
from donors.receipts.events import ReceiptEvent
from tests.donors.accounting.issued import an_issued_receipt
from tests.factories import a_paid_donation, claire

LIST = "/admin/tresorerie/evenements/"
RETRY = f"{LIST}suites/"
HEADING = "Reçus et lettres en échec"


def fail(table: Any, **facts: Any) -> None:
    """As if the last try of each of these rows had failed, and the next one were an hour away."""
    later = timezone.now() + timedelta(hours=1)
    told = {"last_error": "OSError: le serveur de courrier est muet", "attempts": 3, "next_try_at": later}
    table.objects.update(followed_at=None, **{**told, **facts})


def test_nothing_failed_and_nothing_is_shown(claires_browser: Client) -> None:
    a_paid_donation()

    assert HEADING not in claires_browser.get(LIST).text


def test_a_gift_whose_letter_failed_is_named_with_its_error(claires_browser: Client) -> None:
    gift = a_paid_donation()
    fail(DonationEvent)

    page = claires_browser.get(LIST).text

    assert HEADING in page
    assert f"Don n° {gift.pk}" in page
    assert "3 essais : OSError: le serveur de courrier est muet" in page


def test_a_receipt_whose_letter_failed_is_named_and_linked(claires_browser: Client) -> None:
    receipt = an_issued_receipt()
    fail(ReceiptEvent)

    page = claires_browser.get(LIST).text

    assert f"Reçu {receipt.full_number}" in page
    assert f"/admin/tresorerie/recus/{receipt.pk}/" in page
    assert "Émis, 3 essais" in page


def test_claire_has_everything_that_failed_tried_again(claires_browser: Client) -> None:
    an_issued_receipt()
    fail(ReceiptEvent)

    answer = claires_browser.post(RETRY)

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert all(event.next_try_at <= timezone.now() for event in ReceiptEvent.objects.all())
    assert DBTaskResult.objects.filter(task_path="donors.tasks.follow_up").exists()
    assert "Nouvel essai demandé" in claires_browser.get(LIST).text


def test_what_a_worker_holds_is_not_taken_away(claires_browser: Client) -> None:
    an_issued_receipt()
    fail(ReceiptEvent, claimed_until=timezone.now() + timedelta(minutes=1))

    claires_browser.post(RETRY)

    assert "Rien n’est plus en échec" in claires_browser.get(LIST).text
    assert ReceiptEvent.objects.get().next_try_at > timezone.now()


def test_who_may_only_read_sees_no_button_and_has_none(db: None) -> None:
    reader = claire()
    reader.groups.clear()
    reader.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_stripeevent"]))
    browser = Client()
    browser.force_login(reader)
    an_issued_receipt()
    fail(ReceiptEvent)

    assert HEADING in browser.get(LIST).text
    assert RETRY not in browser.get(LIST).text
    browser.post(RETRY)

    assert ReceiptEvent.objects.get().next_try_at > timezone.now()


@pytest.mark.parametrize("table", [DonationEvent, ReceiptEvent])
def test_the_first_page_counts_them(claires_browser: Client, table: Any) -> None:
    an_issued_receipt()
    assert "Reçus et lettres en échec" in claires_browser.get("/admin/").text
    fail(table)
    failed = table.objects.count()

    page = claires_browser.get("/admin/").text

    assert f'<a href="{LIST}#panel-suites-section">{failed}</a>' in page
