"""Stripe's events: stored once, believed never, handled however they come."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import stripe
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.models import Donation, Status
from donors.payments.errors import NotFromStripe
from donors.payments.events import HANDLERS
from donors.payments.inbox import process_event, receive, retry_event, sweep_inbox
from donors.payments.models import StripeEvent
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import SECRET, open_page
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def signed(event: Any, *, secret: str = SECRET, at: int | None = None) -> tuple[bytes, str]:
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(body, secret, at or int(time.time()))
    return body.encode(), header


def an_event(**over: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "created": int(time.time()),
        "livemode": False,
        "api_version": "2026-10-28.endive",
        "data": {"object": {"id": "cs_1", "object": "checkout.session", "metadata": {}}},
        **over,
    }


def take(event: dict[str, Any]) -> StripeEvent:
    return receive(*signed(event), at=timezone.now())


def handle(event: StripeEvent, *, after: timedelta = timedelta(0)) -> StripeEvent:
    process_event(event.pk, at=timezone.now() + after)
    event.refresh_from_db()
    return event


def test_webhooks_alone_bring_a_gift_home(paid: Donation, deliver: Callable[[], int]) -> None:
    assert deliver() > 2

    paid.refresh_from_db()
    assert (paid.status, paid.ledger.count()) == (Status.SUCCEEDED, 1)
    assert not StripeEvent.objects.to_do().exists()


def test_every_order_of_the_events_ends_the_same(paid: Donation, stripe_account: Sandbox) -> None:
    posts = stripe_account.pop_signed_events(SECRET)
    wanted = [post for post in posts if json.loads(post[0])["type"] in HANDLERS]
    assert len(wanted) >= 3

    for order in permutations(wanted[:4]):
        for body, signature in order * 2:  # and each of them twice
            handle(receive(body, signature, at=timezone.now()))

    paid.refresh_from_db()
    assert (paid.status, paid.ledger.count()) == (Status.SUCCEEDED, 1)
    assert paid.events.filter(to_status=Status.SUCCEEDED).count() == 1
    assert StripeEvent.objects.count() == len(wanted[:4])


def test_the_same_event_is_one_row(db: None) -> None:
    assert take(an_event()).pk == take(an_event()).pk
    assert StripeEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"type": "customer.created"}, "nothing that we act on"),
        ({"type": "a.type.of.next.year"}, "unknown type"),
        ({"livemode": True}, "the other mode"),
    ],
)
def test_what_does_not_concern_us_is_kept_and_ignored(over: dict[str, Any], why: str) -> None:
    event = take(an_event(**over))

    assert event.state == StripeEvent.State.IGNORED, why
    assert process_event(event.pk, at=timezone.now()) is None


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"app": "another-shop"},
        {"app": "campagne-de-juin", "site": "https://another.example", "donation": "x"},
    ],
)
def test_an_object_that_is_not_ours_is_ignored(metadata: dict[str, str]) -> None:
    event = an_event()
    event["data"]["object"]["metadata"] = metadata

    assert handle(take(event)).state == StripeEvent.State.IGNORED


def test_a_session_without_metadata_at_all_is_ignored() -> None:
    event = an_event()
    event["data"]["object"]["metadata"] = None

    assert handle(take(event)).state == StripeEvent.State.IGNORED


def test_an_event_that_comes_before_our_commit_waits_and_is_not_lost(stripe_account: Sandbox) -> None:
    donation = a_donation()
    event = an_event()
    event["data"]["object"]["metadata"] = {
        "app": "campagne-de-juin",
        "site": "http://testserver",
        "donation": "11111111-2222-4333-8444-555555555555",
    }
    early = handle(take(event))
    assert (early.state, early.attempts) == (StripeEvent.State.FAILED, 1)
    assert "NotYetHere" in early.last_error

    Donation.objects.filter(pk=donation.pk).update(uuid="11111111-2222-4333-8444-555555555555")
    open_page(Donation.objects.get(pk=donation.pk))
    Donation.objects.get(pk=donation.pk).attempts.update(stripe_session_id="")
    session = stripe_account.find("checkout.session")[0]["id"]
    StripeEvent.objects.update(object_id=session)

    assert handle(early, after=timedelta(hours=1)).state == StripeEvent.State.DONE


def test_a_failure_is_written_down_and_tried_again_later_and_later(
    paid: Donation, stripe_account: Sandbox
) -> None:
    posts = stripe_account.pop_signed_events(SECRET)
    body, signature = next(p for p in posts if b"checkout.session.completed" in p[0])
    event = receive(body, signature, at=timezone.now())
    stripe_account.faults.add("status", status=500, path="/v1/checkout", count=6)

    first = handle(event)
    assert (first.state, first.attempts) == (StripeEvent.State.FAILED, 1)
    assert "StripeUnavailable" in first.last_error
    next_try_at = first.next_try_at
    assert process_event(event.pk, at=timezone.now()) is None, "not before its time"
    second = handle(event, after=timedelta(minutes=1))
    assert second.attempts == 2
    assert second.next_try_at > next_try_at + timedelta(seconds=15)

    assert handle(event, after=timedelta(minutes=5)).state == StripeEvent.State.DONE
    paid.refresh_from_db()
    assert paid.is_paid


def test_an_event_in_another_workers_hands_is_left_to_it_until_the_lease_ends(paid: Donation) -> None:
    event = take(an_event())
    StripeEvent.objects.update(claimed_until=timezone.now() + timedelta(seconds=100))

    assert process_event(event.pk, at=timezone.now()) is None
    assert process_event(event.pk, at=timezone.now() + timedelta(seconds=101)) is not None


def test_the_sweep_finds_what_a_lost_task_left_behind(db: None) -> None:
    event, done = take(an_event()), take(an_event(id="evt_2"))
    handle(done)
    enqueued: list[int] = []

    assert sweep_inbox(at=timezone.now(), enqueue=enqueued.append) == 1
    assert enqueued == [event.pk]


def test_a_signature_of_another_secret_is_refused() -> None:
    with pytest.raises(NotFromStripe):
        receive(*signed(an_event(), secret="whsec_of_a_stranger"), at=timezone.now())
    assert StripeEvent.objects.count() == 0


def test_both_secrets_are_good_while_they_are_rotated(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]

    receive(*signed(an_event(), secret="whsec_old"), at=timezone.now())
    receive(*signed(an_event(id="evt_2"), secret="whsec_new"), at=timezone.now())

    assert StripeEvent.objects.count() == 2


def test_without_any_secret_everything_is_refused(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []

    with pytest.raises(NotFromStripe, match="no webhook secret"):
        receive(*signed(an_event()), at=timezone.now())


@pytest.mark.parametrize("seconds", [-301, 400])
def test_a_signature_from_another_time_is_refused(seconds: int) -> None:
    with pytest.raises(NotFromStripe):
        receive(*signed(an_event(), at=int(time.time()) + seconds), at=timezone.now())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe\xfa",
        b"[]",
        b'"text"',
        b"{}",
        b'{"object": "v2.core.event", "id": "evt_9"}',
    ],
)
def test_a_body_that_is_no_event_is_refused(body: bytes) -> None:
    text = body.decode("utf-8", errors="replace")
    header = stripe.WebhookSignature.generate_signature_header(text, SECRET, int(time.time()))

    with pytest.raises(NotFromStripe):
        receive(body, header, at=timezone.now())
    assert StripeEvent.objects.count() == 0


def test_a_missing_signature_is_refused() -> None:
    with pytest.raises(NotFromStripe):
        receive(signed(an_event())[0], "", at=timezone.now())


def test_a_failed_event_that_a_person_wants_again_is_due_at_once(
    paid: Donation, stripe_account: Sandbox, deliver: Callable[[], int]
) -> None:
    """The cause was mended in between; without a person its next try would come by itself."""
    stripe_account.faults.add("status", path="/v1/", count=99, status=500)
    deliver()
    event = StripeEvent.objects.filter(state="failed").first()
    assert event
    stripe_account.faults.clear()

    assert retry_event(event.pk, at=event.received_at)
    assert process_event(event.pk, at=event.received_at) == StripeEvent.State.DONE

    assert not retry_event(event.pk, at=event.received_at), "there is nothing left to try"
    paid.refresh_from_db()
    assert paid.is_paid
