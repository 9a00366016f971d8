"""The list of Stripe's events."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donors.payments.models import StripeEvent
from tests.factories import claire

LIST = "/admin/tresorerie/evenements/"


def an_event(number: int, **over: Any) -> StripeEvent:
    now = timezone.now()
    facts: dict[str, Any] = {
        "stripe_event_id": f"evt_{number}",
        "type": "checkout.session.completed",
        "object_id": f"cs_test_{number}",
        "livemode": False,
        "payload": {"customer_email": "amina@example.org"},
        "created_at": now,
        "received_at": now,
        "next_try_at": now,
    }
    return StripeEvent.objects.create(**{**facts, **over})


def listed(browser: Client, **query: Any) -> set[str]:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return {event.stripe_event_id for event in response.context["object_list"]}


def test_an_empty_list_says_so_in_words(claires_browser: Client) -> None:
    assert "Aucun événement pour l’instant" in claires_browser.get(LIST).text


def test_a_failed_event_shows_its_error_and_not_its_content(claires_browser: Client) -> None:
    an_event(1, state="failed", attempts=3, last_error="StripeUnavailable: timed out")

    page = claires_browser.get(LIST).text

    assert "En échec" in page
    assert "StripeUnavailable: timed out" in page
    assert "amina@example.org" not in page


def test_events_can_be_narrowed_and_searched(claires_browser: Client) -> None:
    an_event(1, state="failed")
    an_event(2, state="done")
    an_event(3, state="done", livemode=True)

    assert listed(claires_browser) == {"evt_1", "evt_2"}
    assert listed(claires_browser, state="failed") == {"evt_1"}
    assert listed(claires_browser, q="cs_test_2") == {"evt_2"}
    assert listed(claires_browser, q="evt_1") == {"evt_1"}
    assert listed(claires_browser, received_to="2020-01-01") == set()


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(claires_browser: Client) -> None:
    an_event(0)
    claires_browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        claires_browser.get(LIST)
    for number in range(1, 30):
        an_event(number)
    with CaptureQueriesContext(connection) as thirty:
        assert len(listed(claires_browser)) == 30

    assert len(thirty) == len(one) <= 20


def test_an_event_has_no_page_of_its_own(admins_browser: Client) -> None:
    event = an_event(1)

    assert admins_browser.get(f"{LIST}{event.pk}/").status_code == 404


def press(browser: Client, event: StripeEvent, **data: str) -> Any:
    return browser.post(f"{LIST}{event.pk}/retry/", data)


def test_only_a_failed_event_offers_to_be_tried_again(claires_browser: Client) -> None:
    failed, done = an_event(1, state="failed"), an_event(2, state="done")

    page = claires_browser.get(LIST).text

    assert f"{LIST}{failed.pk}/retry/" in page
    assert f"{LIST}{done.pk}/retry/" not in page


def test_claire_has_a_failed_event_tried_again(
    claires_browser: Client, treasurer: User, caplog: pytest.LogCaptureFixture
) -> None:
    """The cause was mended: its next try would have come an hour later."""
    caplog.set_level("INFO")
    later = timezone.now() + timedelta(hours=1)
    event = an_event(1, state="failed", attempts=9, next_try_at=later, last_error="KeyError: 'x'")

    response = press(claires_browser, event)

    assert (response.status_code, response["Location"]) == (302, LIST)
    event.refresh_from_db()
    assert event.next_try_at < later
    task = DBTaskResult.objects.get(task_path="donors.tasks.process_stripe_event")
    assert task.args_kwargs["args"] == [event.pk]
    assert f"User {treasurer.pk}: RetryView, stripeevent {event.pk}" in caplog.text
    assert "Nouvel essai demandé" in claires_browser.get(LIST).text


@pytest.mark.parametrize("state", ["done", "ignored", "new"])
def test_an_event_that_is_not_failed_is_left_alone(claires_browser: Client, state: str) -> None:
    event = an_event(1, state=state)

    press(claires_browser, event)

    assert "n’est plus en échec" in claires_browser.get(LIST).text
    assert not DBTaskResult.objects.exists()


def test_an_event_in_a_workers_hands_is_not_taken_away(claires_browser: Client) -> None:
    event = an_event(1, state="failed", claimed_until=timezone.now() + timedelta(minutes=1))

    press(claires_browser, event)

    assert not DBTaskResult.objects.exists()


def test_a_second_press_by_mistake_does_no_harm(claires_browser: Client) -> None:
    event = an_event(1, state="failed")

    press(claires_browser, event)
    press(claires_browser, event)

    event.refresh_from_db()
    assert (event.state, event.attempts) == ("failed", 0)
    tasks = DBTaskResult.objects.all()
    assert {task.task_path for task in tasks} == {"donors.tasks.process_stripe_event"}


def test_an_event_of_the_other_mode_is_not_there(claires_browser: Client) -> None:
    assert press(claires_browser, an_event(1, state="failed", livemode=True)).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "back"),
    [
        (f"{LIST}?state=failed&p=2", f"{LIST}?state=failed&p=2"),
        ("https://elsewhere.example.org/", LIST),
        ("//elsewhere.example.org/", LIST),
        ("/admin/", LIST),
        ("", LIST),
    ],
)
def test_the_way_back_is_the_list_as_it_was_filtered(claires_browser: Client, wanted: str, back: str) -> None:
    response = press(claires_browser, an_event(1, state="failed"), next=wanted)

    assert response["Location"] == back


def test_the_button_carries_the_filter(claires_browser: Client) -> None:
    an_event(1, state="failed")

    page = claires_browser.get(LIST, {"state": "failed"}).text

    assert f'name="next" value="{LIST}?state=failed"' in page


def test_who_may_only_read_sees_no_button(db: None) -> None:
    reader = claire()
    reader.groups.clear()
    wanted = Permission.objects.filter(codename__in=["access_admin", "view_stripeevent"])
    reader.user_permissions.set(wanted)
    browser = Client()
    browser.force_login(reader)
    event = an_event(1, state="failed")

    assert "/retry/" not in browser.get(LIST).text
    press(browser, event)

    assert not DBTaskResult.objects.exists()
