"""Scenarios 1 to 7: the moment at which we ask Stripe for a payment page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from donors.gifts.models import Donation
from donors.payments.models import CheckoutAttempt
from tests.donors.giving.conftest import form_key_of, words_of
from tests.scenarios.conftest import Story

pytestmark = pytest.mark.django_db

Send = Callable[..., Any]


@pytest.mark.parametrize("kind", ["commit_then_timeout", "timeout"])
def test_scenario_01_stripe_times_out_and_the_next_click_finds_the_same_page(
    story: Story, send: Send, client: Client, kind: str
) -> None:
    story.sandbox.faults.add(kind, path="/v1/checkout", count=3)
    key = form_key_of(client.get("/don/juin/"))
    assert send(form_key=key).status_code == 503

    answer = send(form_key=key)

    assert answer.status_code == 303
    assert (Donation.objects.count(), len(story.sandbox.find("checkout.session"))) == (1, 1)


def test_scenario_02_the_answer_is_lost_after_stripe_has_committed(
    story: Story, send: Send, client: Client
) -> None:
    story.sandbox.faults.add("commit_then_drop", path="/v1/checkout", count=3)
    key = form_key_of(client.get("/don/juin/"))
    assert send(form_key=key).status_code == 503

    answer = send(form_key=key)

    (session,) = story.sandbox.find("checkout.session")
    assert answer["Location"] == session["url"]
    assert Donation.objects.count() == 1


def test_scenario_03_one_failure_of_stripes_is_not_noticed_by_the_donor(story: Story, send: Send) -> None:
    story.sandbox.faults.add("status", status=500, path="/v1/checkout", count=2)

    assert send().status_code == 303


def test_scenario_04_too_many_requests_is_a_page_that_asks_to_try_again(story: Story, send: Send) -> None:
    story.sandbox.faults.add("status", status=429, path="/v1/checkout", count=9)

    answer = send()

    assert answer.status_code == 503
    assert 'value="amina@example.org"' in answer.text, "nothing that was typed is lost"
    assert CheckoutAttempt.objects.get().state == CheckoutAttempt.State.CREATING


@pytest.mark.parametrize("status", [401, 403])
def test_scenario_05_a_revoked_or_too_narrow_key_is_said_kindly_and_logged(
    story: Story, send: Send, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    story.sandbox.faults.add("status", status=status, path="/v1/checkout", count=9)

    answer = send()

    assert answer.status_code == 502
    assert f"Stripe answered {status}" in caplog.text
    assert "amina" not in caplog.text
    assert 'value="amina@example.org"' in answer.text


def test_scenario_06_who_changes_the_amount_gets_a_page_for_the_new_one(
    story: Story, send: Send, client: Client
) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key)

    answer = send(form_key=key, amount="80")

    assert answer.status_code == 303
    new, old = story.sandbox.find("checkout.session")
    assert (new["amount_total"], old["amount_total"]) == (8000, 5000)
    assert (new["status"], old["status"]) == ("open", "expired")
    assert Donation.objects.get().amount_cents == 8000


def test_scenario_07_a_double_click_opens_one_page(story: Story, send: Send, client: Client) -> None:
    key = form_key_of(client.get("/don/juin/"))

    first, second = send(form_key=key), send(form_key=key)

    assert first["Location"] == second["Location"]
    assert (Donation.objects.count(), len(story.sandbox.find("checkout.session"))) == (1, 1)


def test_scenario_07_two_tabs_are_two_gifts_and_both_are_kept(
    story: Story, send: Send, client: Client
) -> None:
    """Each tab has a form of its own. What was paid twice on purpose or by mistake, only Amina knows."""
    for _ in range(2):
        send(form_key=form_key_of(client.get("/don/juin/")))
    for attempt in CheckoutAttempt.objects.all():
        story.sandbox.pay(attempt.stripe_session_id, "card")

    story.tell()

    assert [gift.status for gift in Donation.objects.all()] == ["succeeded", "succeeded"]


def test_scenario_21_an_abandoned_challenge_expires_without_a_letter_and_can_be_started_anew(
    started: Story, client: Client, mailoutbox: list[Any]
) -> None:
    started.pay("challenge_failed")
    started.sandbox.clock.advance(int(timedelta(hours=2).total_seconds()))
    started.tell()

    assert started.gift.status == "expired"
    assert mailoutbox == []
    page = started.come_back()
    assert "/don/juin/" in page.text
    assert "n’a pas abouti" in words_of(page)
    assert timezone.now() - started.gift.created_at < timedelta(minutes=1)
