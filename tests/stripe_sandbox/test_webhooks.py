"""Which events go where, how often and in which order; and the log that a site catches up from."""

import json
from itertools import pairwise
from typing import Any

import pytest
import stripe

from stripe_sandbox.clock import Clock
from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import connected_client
from stripe_sandbox.webhooks import due_deliveries, record_failure
from stripe_sandbox.world import API_VERSION
from tests.stripe_sandbox.conftest import SECRET, OpenSession, error_of

Client = stripe.StripeClient


def popped(sandbox: Sandbox) -> list[str]:
    return [json.loads(body)["type"] for body, _ in sandbox.pop_signed_events(SECRET)]


@pytest.fixture
def gift(sandbox: Sandbox, open_session: OpenSession) -> list[str]:
    """The types of the events of one gift, in order."""
    sandbox.pay(open_session().id, "card")
    return [event["type"] for event in reversed(sandbox.find("event"))]


def test_a_sandbox_without_endpoints_keeps_events_for_the_test(sandbox: Sandbox, gift: list[str]) -> None:
    assert popped(sandbox) == gift
    assert popped(sandbox) == []


def test_the_signature_is_of_now_even_when_the_clock_is_elsewhere(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    session = open_session()
    sandbox.clock.advance(-30 * 24 * 3600)
    sandbox.pay(session.id, "card")
    ((body, header), *_) = sandbox.pop_signed_events(SECRET)
    event = client.construct_event(body, header, SECRET)
    assert event.created <= session.created - 29 * 24 * 3600
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body, header, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body.replace(b"evt_", b"evt-"), header, SECRET)


def test_doubled_events_come_twice(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.change_webhooks(copies=2)
    sandbox.pay(open_session().id, "card_declined")
    assert popped(sandbox) == [
        *["payment_intent.created"] * 2,
        *["charge.failed"] * 2,
        *["payment_intent.payment_failed"] * 2,
    ]


def test_shuffled_events_are_all_there(sandbox: Sandbox, gift: list[str]) -> None:
    sandbox.change_webhooks(shuffle=True)
    assert sorted(popped(sandbox)) == sorted(gift)


def test_dropped_events_never_come_but_stay_in_the_log(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    sandbox.change_webhooks(drop=2)
    sandbox.pay(open_session().id, "card")
    assert popped(sandbox) == ["payment_intent.succeeded", "checkout.session.completed"]
    assert sandbox.webhook_policy.drop == 0
    lost = client.v1.events.list({"delivery_success": False})
    assert [event.type for event in lost] == ["charge.succeeded", "payment_intent.created"]
    assert len(client.v1.events.list({"delivery_success": True}).data) == 2


def test_webhooks_that_are_off_wait(sandbox: Sandbox, client: Client, open_session: OpenSession) -> None:
    sandbox.change_webhooks(on=False)
    sandbox.pay(open_session().id, "card")
    assert popped(sandbox) == []
    assert len(client.v1.events.list({"delivery_success": False}).data) == 4
    sandbox.change_webhooks(on=True)
    assert len(popped(sandbox)) == 4


def test_delayed_events_are_not_there_yet(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.change_webhooks(delay=3600)
    sandbox.pay(open_session().id, "card")
    assert popped(sandbox) == []
    assert len(sandbox.deliveries()) == 4


def test_delayed_events_come_when_the_clock_says_so(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.change_webhooks(delay=3600)
    sandbox.pay(open_session().id, "card_declined")
    sandbox.clock.advance(3601)
    assert len(popped(sandbox)) == 3


def test_a_share_of_the_events_is_lost_and_the_same_seed_loses_the_same_ones() -> None:
    sandbox = Sandbox()
    sandbox.change_webhooks(drop_share=100)
    connected_client(sandbox).v1.products.create({"name": "Don"})
    assert [delivery.state for delivery in sandbox.deliveries()] == ["dropped"]
    sandbox.close()
    assert losses(7) == losses(7) != losses(8)
    assert 20 <= sum(losses(7)) <= 60


def losses(seed: int) -> list[bool]:
    """Which of a hundred events never come."""
    sandbox = Sandbox()
    sandbox.change_webhooks(drop_share=40, seed=seed)
    client = connected_client(sandbox)
    for number in range(100):
        client.v1.products.create({"name": f"n{number}"})
    lost = [delivery.state == "dropped" for delivery in sandbox.deliveries()]
    sandbox.close()
    return lost


def test_the_same_seed_shuffles_the_same_way(sandbox: Sandbox, client: Client) -> None:
    sandbox.change_webhooks(shuffle=True, seed=7)
    for number in range(20):
        client.v1.products.create({"name": f"n{number}"})
    with sandbox.locked() as world:
        first, second = due_deliveries(world), due_deliveries(world)
    assert first == second
    assert [delivery.seq for delivery in first] != sorted(delivery.seq for delivery in first)


def test_events_bear_the_api_version_of_their_endpoint(
    sandbox: Sandbox, client: Client, gift: list[str]
) -> None:
    ((body, _), *_) = sandbox.pop_signed_events(SECRET)
    assert json.loads(body)["api_version"] == API_VERSION
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/x", "enabled_events": ["*"], "api_version": "2025-03-31.basil"}
    )
    assert endpoint.api_version == "2025-03-31.basil"
    client.v1.products.create({"name": "Don"})
    ((body, header),) = sandbox.pop_signed_events(SECRET)
    assert client.construct_event(body, header, SECRET).api_version == "2025-03-31.basil"
    sandbox.change_webhooks(api_version="2099-01-01.future")
    client.v1.products.create({"name": "Don"})
    ((body, _),) = sandbox.pop_signed_events(SECRET)
    assert json.loads(body)["api_version"] == "2099-01-01.future"
    assert gift


def test_a_clock_that_goes_back_takes_what_waits_along(sandbox: Sandbox, client: Client) -> None:
    sandbox.clock.advance(31 * 24 * 3600)
    client.v1.products.create({"name": "Don"})
    sandbox.clock.advance(-31 * 24 * 3600)
    assert popped(sandbox) == []
    sandbox.clock.advance(3601)
    assert popped(sandbox) == ["product.created"]


class StillClock(Clock):
    """Time that passes only when it is told to."""

    def now(self) -> int:
        return self.offset


def test_a_refused_delivery_is_tried_for_three_days_of_the_clock() -> None:
    sandbox = Sandbox(clock=StillClock(offset=1_780_000_000))
    client = connected_client(sandbox)
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/x", "enabled_events": ["*"]})
    client.v1.products.create({"name": "Don"})
    start, tries = sandbox.clock.now(), []
    while sandbox.deliveries()[0].state == "pending":
        with sandbox.locked() as world:
            for delivery in due_deliveries(world):
                tries.append(sandbox.clock.now() - start)
                record_failure(world, delivery, 500, "HTTP 500")
        sandbox.clock.advance(int(sandbox.deliveries()[0].due_at) - sandbox.clock.now())
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert max(waits) == 3600
    assert 3 * 24 * 3600 - 3600 <= tries[-1] <= 3 * 24 * 3600
    assert sandbox.deliveries()[0].state == "failed"
    assert client.v1.events.list({"delivery_success": False}).data
    sandbox.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": 1},
        {"drop": -1},
        {"drop": True},
        {"copies": 0},
        {"shuffle": 1},
        {"on": "no"},
        {"delay": "x"},
        {"drop_share": 101},
        {"seed": 1.5},
        {"api_version": None},
    ],
)
def test_an_impossible_policy_is_refused(sandbox: Sandbox, changes: dict[str, object]) -> None:
    before = sandbox.webhook_policy
    with pytest.raises(ValueError, match=r"\w"):
        sandbox.change_webhooks(**changes)
    assert sandbox.webhook_policy == before


def test_an_endpoint_gets_only_the_events_that_it_wants(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/x", "enabled_events": ["checkout.session.completed"]}
    )
    assert endpoint.secret
    assert endpoint.secret.startswith("whsec_")
    assert client.v1.webhook_endpoints.retrieve(endpoint.id).secret is None
    sandbox.pay(open_session().id, "card")
    assert [delivery.type for delivery in sandbox.deliveries()] == ["checkout.session.completed"]
    assert sandbox.find("event")[0]["pending_webhooks"] == 1
    assert popped(sandbox) == ["checkout.session.completed"]
    assert sandbox.find("event")[0]["pending_webhooks"] == 0


def test_a_disabled_or_deleted_endpoint_gets_nothing(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    endpoint = client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/x", "enabled_events": ["*"]})
    assert client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True}).status == "disabled"
    sandbox.pay(open_session().id, "card")
    assert sandbox.deliveries() == []
    assert client.v1.webhook_endpoints.delete(endpoint.id).deleted is True
    assert client.v1.webhook_endpoints.list().data == []


@pytest.mark.parametrize(
    ("url", "event"), [("ftp://x/", "*"), ("x", "*"), ("http://127.0.0.1:9/", "gift.made"), ("", "*")]
)
def test_a_bad_endpoint_is_refused(client: Client, url: str, event: Any) -> None:
    error = error_of(lambda: client.v1.webhook_endpoints.create({"url": url, "enabled_events": [event]}))
    assert error.http_status == 400


def test_the_log_is_filtered_by_type(client: Client, gift: list[str]) -> None:
    events = client.v1.events
    assert [event.type for event in events.list({"type": "charge.succeeded"})] == ["charge.succeeded"]
    wanted = ["charge.succeeded", "payment_intent.succeeded"]
    assert [event.type for event in events.list({"types": wanted})] == wanted[::-1]
    assert error_of(lambda: events.list({"type": "a", "types": ["b"]})).http_status == 400
    assert error_of(lambda: events.list({"types": ["a"] * 21})).http_status == 400
    newest = events.list({"limit": 1}).data[0]
    assert events.retrieve(newest.id).type == gift[-1]


def test_events_are_kept_for_thirty_days(sandbox: Sandbox, client: Client, gift: list[str]) -> None:
    event_id = client.v1.events.list().data[0].id
    sandbox.clock.advance(31 * 24 * 3600)
    assert "checkout.session.completed" not in {event.type for event in client.v1.events.list()}
    assert error_of(lambda: client.v1.events.retrieve(event_id)).http_status == 404
    assert gift
