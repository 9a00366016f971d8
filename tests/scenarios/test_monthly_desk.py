"""Amina looks after her monthly gift by the links of her letters."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donors.gifts.monthly_requests import MonthlyRequest
from donors.gifts.monthly_tokens import LIFE, Action, monthly_path
from donors.payments.expiring_cards import note_expiring_cards
from donors.payments.monthly_desk import sweep_requests
from donors.tasks import send_monthly_links
from stripe_sandbox.core import Sandbox
from tests.factories import a_campaign, with_monthly_amounts
from tests.scenarios.monthly import Desk, again, months_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(stripe_account: Sandbox) -> Desk:
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))


def text_of(letter: Any) -> str:
    return str(letter.body)


def visit(client: Client, path: str, **typed: Any) -> Any:
    return client.post(path, typed) if typed else client.get(path)


def test_the_first_letter_says_what_comes_next_and_carries_a_link_for_each_thing(desk: Desk) -> None:
    desk.start()
    desk.follow()

    (letter,) = mail.outbox
    assert "votre premier don mensuel de 20\u00a0€" in letter.subject
    assert "puis chaque mois à la même date" in text_of(letter)
    for action in ("montant", "carte", "pause", "arret"):
        assert re.search(rf"/don/mensuel/[^/]+/{action}/", text_of(letter))


def test_later_months_are_not_thanked_for_again(desk: Desk) -> None:
    promise = desk.start()
    desk.follow()
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()
    desk.follow()

    assert months_of(promise) == [("succeeded", 2000)] * 2
    assert len(mail.outbox) == 1


def test_opening_a_link_stops_nothing_and_the_button_does(desk: Desk, client: Client) -> None:
    promise = desk.start()
    path = monthly_path(promise, Action.STOP, at=timezone.now())

    page = client.get(path)
    assert (page.status_code, again(promise).status) == (200, "active")
    assert page["Cache-Control"] == "private, no-store"

    answer = client.post(path)
    assert answer.status_code == 303
    assert again(promise).status == "canceled"
    assert "est arrêté" in client.get(answer["Location"]).text
    assert desk.sandbox.find("subscription")[0]["status"] == "canceled"
    assert told(promise) == ["started", "ended"]


def test_a_link_serves_its_one_purpose(desk: Desk, client: Client) -> None:
    promise = desk.start()
    token = monthly_path(promise, Action.AMOUNT, at=timezone.now()).split("/")[3]

    assert client.post(f"/don/mensuel/{token}/arret/").status_code == 404
    assert client.get(f"/don/mensuel/{token}x/montant/").status_code == 404
    assert client.get(f"/don/mensuel/{token}/tout/").status_code == 404
    assert again(promise).status == "active"


def test_an_old_link_changes_nothing_and_sends_new_ones_to_the_donor(desk: Desk, client: Client) -> None:
    promise = desk.start()
    path = monthly_path(promise, Action.STOP, at=timezone.now() - LIFE - timedelta(days=1))

    assert client.get(path).status_code == 410
    for _ in range(2):
        assert client.post(path).status_code == 200

    for task in DBTaskResult.objects.filter(task_path="donors.tasks.send_monthly_links"):
        send_monthly_links.call(*task.args_kwargs["args"])

    assert again(promise).status == "active"
    letters = [letter for letter in mail.outbox if "Vos liens" in letter.subject]
    assert [letter.to for letter in letters] == [["amina@example.org"]]


def test_a_link_does_not_renew_itself(desk: Desk, client: Client) -> None:
    promise = desk.start()
    path = monthly_path(promise, Action.AMOUNT, at=timezone.now() - LIFE + timedelta(days=1))

    assert visit(client, path, amount="30")["Location"] == f"{path}?fait=1"


def test_while_a_noted_stop_waits_nothing_else_is_taken_and_the_page_says_so(
    desk: Desk, client: Client
) -> None:
    promise = desk.start()
    desk.sandbox.faults.add("status", status=500, count=None, method="DELETE")
    client.post(monthly_path(promise, Action.STOP, at=timezone.now()))

    page = visit(client, monthly_path(promise, Action.AMOUNT, at=timezone.now()), amount="30")

    assert "Vous avez demandé de l’arrêter" in page.text
    assert again(promise).amount_cents == 2000


def test_another_amount_counts_from_the_next_month(desk: Desk, client: Client) -> None:
    promise = desk.start(2000)
    path = monthly_path(promise, Action.AMOUNT, at=timezone.now())

    assert "Choisissez un montant" in visit(client, path, amount="1").text
    assert visit(client, path, amount="30").status_code == 303
    assert visit(client, path, amount="30").status_code == 303
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()

    assert months_of(promise) == [("succeeded", 2000), ("succeeded", 3000)]
    assert told(promise) == ["started", "amount_changed"]
    assert MonthlyRequest.objects.count() == 1


def test_a_pause_leaves_out_its_months_and_ends_by_itself(desk: Desk, client: Client) -> None:
    promise = desk.start()
    due = promise.next_debit_at
    assert due is not None
    path = monthly_path(promise, Action.PAUSE, at=timezone.now())
    assert visit(client, path, months="2").status_code == 303
    paused = again(promise)
    assert paused.paused_at is not None
    assert paused.resumes_at is not None
    assert timedelta(days=57) < paused.resumes_at - due < timedelta(days=62)

    desk.sandbox.advance(days=70)
    desk.deliver()
    assert months_of(promise) == [("succeeded", 2000)]
    desk.sandbox.advance(days=31)
    desk.deliver()

    assert len(months_of(promise)) == 2
    assert again(promise).paused_at is None
    assert told(promise) == ["started", "paused", "resumed"]


def test_a_pause_can_be_ended_before_its_time(desk: Desk, client: Client) -> None:
    promise = desk.start()
    visit(client, monthly_path(promise, Action.PAUSE, at=timezone.now()), months="3")

    client.post(monthly_path(promise, Action.RESUME, at=timezone.now()))

    assert again(promise).paused_at is None
    assert told(promise)[-1] == "resumed"


def test_another_card_is_given_on_stripes_own_page(desk: Desk, client: Client) -> None:
    promise = desk.start()

    answer = client.post(monthly_path(promise, Action.CARD, at=timezone.now()))

    assert answer.status_code == 303
    assert answer["Location"].startswith("http://127.0.0.1:8420/portal/bps_")


def test_a_wish_that_stripe_did_not_hear_is_written_down_and_told_later(desk: Desk, client: Client) -> None:
    promise = desk.start()
    desk.sandbox.faults.add("status", status=500, count=None, method="DELETE")

    page = client.post(monthly_path(promise, Action.STOP, at=timezone.now()))
    assert page.status_code == 503
    assert "Votre demande est notée" in page.text
    assert again(promise).status == "active"

    desk.sandbox.faults.clear()
    assert sweep_requests(at=timezone.now() + timedelta(hours=1)) == 1
    assert again(promise).status == "canceled"


def test_an_expiring_card_is_told_of_once(desk: Desk) -> None:
    promise = desk.start()
    end = timezone.now() + timedelta(days=20)
    desk.sandbox.card_expires(promise.stripe_subscription_id, end.month, end.year)
    type(promise).objects.update(card_expires_on=end.date())

    assert [note_expiring_cards(at=timezone.now()) for _ in range(2)] == [1, 0]
    desk.follow()

    letter = mail.outbox[-1]
    assert "expire bientôt" in letter.subject
    assert "/carte/" in text_of(letter)
