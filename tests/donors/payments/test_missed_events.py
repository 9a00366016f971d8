"""Events that no webhook brought: Stripe's own list has them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from donors.gifts.models import Donation
from donors.payments.errors import StripeUnavailable
from donors.payments.events import HANDLERS
from donors.payments.inbox import process_event, receive
from donors.payments.missed_events import collect_missed, missed_pages
from donors.payments.models import StripeEvent, SweepCursor
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import SECRET, open_page, session_of
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def collect(**over: bool) -> int:
    return collect_missed(at=timezone.now(), **over)


def reached() -> datetime:
    return SweepCursor.objects.get(name="events").reached_at


def work() -> None:
    at = timezone.now() + timedelta(seconds=1)
    for pk in StripeEvent.objects.due(at).values_list("pk", flat=True):
        process_event(pk, at=at)


def test_what_no_webhook_brought_is_found_and_handled_like_any_other(paid: Donation) -> None:
    found = collect()

    assert found == StripeEvent.objects.filter(missed=True, state="new").count() > 0
    work()
    paid.refresh_from_db()
    assert paid.is_paid
    assert not StripeEvent.objects.exclude(state="done").exists()


def test_only_the_types_that_we_act_on_are_asked_for(paid: Donation, stripe_account: Sandbox) -> None:
    collect()

    assert set(StripeEvent.objects.values_list("type", flat=True)) <= set(HANDLERS)
    assert len(HANDLERS) > 20, "Stripe takes twenty types in one question: the list is asked for in parts"


def test_nothing_is_found_twice(paid: Donation) -> None:
    collect()

    assert (collect(), collect(every=True)) == (0, 0)


def test_what_a_webhook_brought_is_not_missed(paid: Donation, deliver: Callable[[], int]) -> None:
    deliver()

    assert (collect(), collect(every=True)) == (0, 0)
    assert not StripeEvent.objects.filter(missed=True).exists()


def test_a_webhook_that_comes_after_the_sweep_shows_that_webhooks_live(
    paid: Donation, stripe_account: Sandbox
) -> None:
    collect()
    body, signature = stripe_account.pop_signed_events(SECRET)[0]

    stored = receive(body, signature, at=timezone.now())

    stored.refresh_from_db()
    assert stored.missed is False
    assert StripeEvent.objects.filter(stripe_event_id=stored.stripe_event_id).count() == 1


def test_the_next_sweep_reads_on_from_the_newest_event(paid: Donation, stripe_account: Sandbox) -> None:
    collect()
    first = reached()
    stripe_account.clock.advance(7200)
    stripe_account.open_dispute(stripe_account.find("charge")[0]["id"])

    assert collect() > 0
    assert reached() - first >= timedelta(hours=2)


def test_a_sweep_that_stripe_cuts_short_starts_over(paid: Donation, stripe_account: Sandbox) -> None:
    stripe_account.faults.add("status", status=503, path="/v1/events", count=3)

    with pytest.raises(StripeUnavailable):
        collect()

    assert not SweepCursor.objects.exists()
    assert collect() > 0


def test_an_event_older_than_the_mark_is_found_among_the_undelivered(
    paid: Donation, stripe_account: Sandbox
) -> None:
    SweepCursor.objects.create(name="events", reached_at=timezone.now() + timedelta(days=1))

    assert collect() == 0
    assert collect(every=True) > 0


def test_asking_writes_nothing(paid: Donation) -> None:
    pages = list(missed_pages(timezone.now(), every=True))

    assert {event["type"] for page in pages for event in page} <= set(HANDLERS)
    assert any(pages)
    assert not StripeEvent.objects.exists()
    assert not SweepCursor.objects.exists()


def test_many_events_come_a_page_at_a_time(stripe_account: Sandbox, db: None) -> None:
    for _ in range(40):
        donation = a_donation()
        open_page(donation)
        stripe_account.pay(session_of(donation), "card")

    sizes = [len(page) for page in missed_pages(timezone.now())]

    assert max(sizes) <= 100
    assert sum(sizes) == collect() > 100
