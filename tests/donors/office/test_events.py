"""The list of Stripe's events."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donors.payments.models import StripeEvent

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
