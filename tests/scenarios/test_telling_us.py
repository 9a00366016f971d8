"""Scenarios 8 to 20: how the news of a payment reaches us, or does not."""

import itertools
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import stripe
from django.conf import settings as django_settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.models import Donation, LedgerEntry
from donors.giving import webhook
from donors.payments.inbox import process_event, receive
from donors.payments.models import StripeEvent
from donors.payments.sweeps import sweep_open_checkouts
from donors.receipts.models import Receipt
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import words_of
from tests.donors.payments.conftest import SECRET, open_page, session_of
from tests.factories import a_donation
from tests.scenarios.conftest import Story, post_webhook, work

pytestmark = pytest.mark.django_db

FIVE_MINUTES = 300


def signed(payload: dict[str, Any], *, secret: str = SECRET, at: float | None = None) -> tuple[bytes, str]:
    body = json.dumps(payload)
    moment = int(at if at is not None else time.time())
    return body.encode(), stripe.WebhookSignature.generate_signature_header(body, secret, moment)


def the_event(story: Story, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        event for body, _ in story.webhooks() if (event := json.loads(body))["type"] == kind
    )
    return found


def test_scenario_08_the_donor_pays_and_never_comes_back(paid: Story) -> None:
    paid.tell()

    assert (paid.gift.status, paid.books()) == ("succeeded", [("gift", 5000)])


def test_scenario_08_nor_does_any_webhook_and_the_sweep_finds_it(paid: Story) -> None:
    assert sweep_open_checkouts(at=timezone.now() + timedelta(minutes=11)) == 1

    assert paid.gift.status == "succeeded"


def test_scenario_09_the_donor_is_back_before_the_webhook(paid: Story) -> None:
    page = paid.come_back()
    assert "Merci" in words_of(page)
    assert paid.gift.status == "succeeded"

    paid.tell()

    assert paid.books() == [("gift", 5000)]


def test_scenario_11_the_same_event_five_times(paid: Story, mailoutbox: list[Any]) -> None:
    """Five at once, in threads, on both databases: tests/donors/test_at_once.py."""
    posts = paid.webhooks()

    for _ in range(5):
        paid.tell(posts)

    assert StripeEvent.objects.count() == len(posts)
    assert (LedgerEntry.objects.filter(kind="gift").count(), Receipt.objects.count()) == (1, 1)
    assert len(mailoutbox) == 1


def test_scenario_12_every_order_of_a_small_log_ends_the_same(stripe_account: Sandbox) -> None:
    wanted = {"checkout.session.completed", "payment_intent.succeeded", "charge.succeeded", "charge.updated"}
    ends = set()
    for order in itertools.permutations(range(4)):
        gift = a_donation()
        open_page(gift)
        stripe_account.pay(session_of(gift), "card")
        stripe_account.clock.advance(10)
        posts = [
            post for post in stripe_account.pop_signed_events(SECRET) if json.loads(post[0])["type"] in wanted
        ]
        assert len(posts) == 4
        for place in order:
            now = timezone.now()
            process_event(receive(*posts[place], at=now).pk, at=now + timedelta(seconds=1))
        gift.refresh_from_db()
        ends.add((gift.status, tuple(sorted(gift.ledger.values_list("kind", "amount_cents")))))

    assert len(ends) == 1
    ((status, lines),) = ends
    assert (status, len(lines)) == ("succeeded", 2)


def test_scenario_13_an_event_that_overtakes_our_own_commit_waits(paid: Story) -> None:
    """It is ours by its metadata, so it is not ignored: it is tried again until the gift is there."""
    event = the_event(paid, "payment_intent.succeeded")
    event["data"]["object"]["metadata"]["donation"] = "00000000-0000-4000-8000-000000000000"
    paid.tell([signed(event)])
    early = StripeEvent.objects.get()
    assert early.state == StripeEvent.State.FAILED
    assert "NotYetHere" in early.last_error

    Donation.objects.update(uuid="00000000-0000-4000-8000-000000000000")
    work(timedelta(minutes=2))

    early.refresh_from_db()
    assert early.state == StripeEvent.State.DONE


@pytest.mark.parametrize(
    ("secret", "age"),
    [("whsec_of_somebody_else", 0), (SECRET, FIVE_MINUTES + 10)],
    ids=["forged", "replayed"],
)
def test_scenario_14_what_stripe_did_not_sign_just_now_is_refused(paid: Story, secret: str, age: int) -> None:
    event = the_event(paid, "checkout.session.completed")

    assert post_webhook(*signed(event, secret=secret, at=time.time() - age)) == 400
    assert not StripeEvent.objects.exists()


def test_scenario_14_without_a_secret_nothing_is_believed(paid: Story, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []

    assert {post_webhook(*post) for post in paid.webhooks()} == {400}


def test_scenario_15_the_old_and_the_new_secret_both_serve(paid: Story, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", *django_settings.STRIPE_WEBHOOK_SECRETS]
    event = the_event(paid, "checkout.session.completed")

    assert post_webhook(*signed(event, secret="whsec_new")) == 200
    assert post_webhook(*signed({**event, "id": "evt_other"})) == 200


@pytest.mark.parametrize(
    "foreign",
    [{"livemode": True}, {"metadata": {"app": "another-shop"}}, {"metadata": {}}],
    ids=["other mode", "other shop", "nobody's"],
)
def test_scenario_16_what_is_not_ours_is_answered_and_ignored(paid: Story, foreign: dict[str, Any]) -> None:
    event = the_event(paid, "payment_intent.succeeded")
    thing = event["data"]["object"]
    thing["id"] = "pi_of_somebody_else"
    if "metadata" in foreign:
        thing["metadata"] = foreign["metadata"]
    event["livemode"] = foreign.get("livemode", event["livemode"])

    paid.tell([signed(event)])

    assert StripeEvent.objects.get().state == StripeEvent.State.IGNORED
    assert paid.gift.status == "open"


def test_scenario_17_what_stripe_invents_tomorrow_breaks_nothing(paid: Story) -> None:
    event = the_event(paid, "checkout.session.completed")
    event["data"]["object"] |= {"payment_status": "half_paid", "a_new_field": {"deep": [1, 2]}}
    unknown = {**event, "id": "evt_unknown", "type": "checkout.session.levitated"}

    paid.tell([signed(event), signed(unknown)])

    states = dict(StripeEvent.objects.values_list("type", "state"))
    assert states == {"checkout.session.completed": "done", "checkout.session.levitated": "ignored"}
    assert paid.gift.status == "succeeded", "the object was read again; the payload was only a hint"


def test_scenario_18_an_event_of_another_version_is_read_again(paid: Story) -> None:
    event = the_event(paid, "checkout.session.completed")
    event["api_version"] = "2020-08-27"
    event["data"]["object"] = {"id": event["data"]["object"]["id"], "object": "checkout.session"}

    paid.tell([signed(event)])

    assert StripeEvent.objects.get().api_version == "2020-08-27"
    assert paid.gift.status == "succeeded"


def test_scenario_19_a_thin_event_at_this_address_is_refused_cleanly(paid: Story) -> None:
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v1.checkout.session.completed",
        "created": "2026-06-08T10:00:00Z",
        "livemode": False,
        "related_object": {"id": session_of(paid.gift), "type": "checkout.session"},
    }

    assert post_webhook(*signed(thin)) == 400
    assert not StripeEvent.objects.exists()


def test_scenario_20_a_declined_card_and_then_a_good_one_are_one_gift(started: Story) -> None:
    started.pay("card_declined")
    started.tell()
    assert started.gift.status == "open", "the page is still there to try again"

    started.pay("card")
    started.tell()

    assert (started.gift.status, started.books()) == ("succeeded", [("gift", 5000)])
    assert started.sandbox.tries(session_of(started.gift)) == 2


def test_scenario_44_a_database_that_does_not_answer_is_said_and_stripe_comes_again(
    paid: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = paid.webhooks()

    def down(*args: object, **facts: object) -> None:
        raise DatabaseError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(webhook, "receive", down)
        assert {post_webhook(*post) for post in posts} == {503}

    paid.tell(posts)
    assert paid.gift.status == "succeeded"


@pytest.mark.parametrize("ahead", [FIVE_MINUTES + 60, -FIVE_MINUTES - 60])
def test_scenario_45_a_signature_from_another_time_is_refused_both_ways(paid: Story, ahead: int) -> None:
    event = the_event(paid, "checkout.session.completed")

    assert post_webhook(*signed(event, at=time.time() + ahead)) == 400


def test_scenario_32_the_fee_comes_later_and_is_booked_then(paid: Story) -> None:
    paid.tell()
    assert not paid.gift.ledger.filter(kind="fee").exists()

    paid.sandbox.clock.advance(60)
    paid.tell()

    assert paid.gift.ledger.get(kind="fee").amount_cents < 0


def test_scenario_41_another_amount_than_we_asked_for_is_held(
    paid: Story, client: Client, mailoutbox: list[Any]
) -> None:
    paid.gift.attempts.update(amount_cents=4900)

    paid.tell()

    assert paid.gift.hold == "mismatch"
    assert (paid.books(), mailoutbox, Receipt.objects.count()) == ([], [], 0)
    assert [alarm.kind for alarm in paid.gift.alarms.all()] == ["mismatch"]


def test_scenario_42_the_session_of_somebody_else_opens_nothing(
    paid: Story, send: Callable[..., Any], client: Client
) -> None:
    send(email="bob@example.org", first_name="Bob")
    other = Donation.objects.latest("pk")

    answer = paid.come_back(session_of(other))

    assert answer.status_code == 404
    assert "bob" not in answer.text.casefold()


def test_scenario_43_a_worker_that_dies_before_it_writes_repeats_nothing(
    paid: Story, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead means: the event stays claimed. With real processes: tests/e2e/test_killed_worker.py."""
    for post in paid.webhooks():
        post_webhook(*post)
    StripeEvent.objects.update(claimed_until=timezone.now() + timedelta(seconds=120))
    work()
    assert paid.gift.status == "open", "the dead worker still holds them"

    work(timedelta(minutes=3))
    work(timedelta(minutes=6))

    assert (paid.books(), len(mailoutbox)) == ([("gift", 5000)], 1)
