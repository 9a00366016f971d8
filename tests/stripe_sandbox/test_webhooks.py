"""Which events go where, how often and in which order; and the log that a site catches up from."""

import json
from typing import Any

import pytest
import stripe

from stripe_sandbox.core import Sandbox
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
