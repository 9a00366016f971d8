"""Where Stripe tells us that something happened."""

import json
import time
from typing import Any

import pytest
import stripe
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from donors.giving import webhook
from donors.payments.models import StripeEvent

SECRET = "whsec_for_tests"

pytestmark = pytest.mark.django_db


def an_event(**over: Any) -> str:
    return json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": "checkout.session.completed",
            "created": int(time.time()),
            "livemode": False,
            "api_version": "2026-10-28.endive",
            "data": {"object": {"id": "cs_1", "object": "checkout.session", "metadata": {}}},
            **over,
        }
    )


def post(body: str | bytes, *, signature: str | None = None, client: Client | None = None) -> int:
    text = body if isinstance(body, str) else body.decode("utf-8", errors="replace")
    header = stripe.WebhookSignature.generate_signature_header(text, SECRET, int(time.time()))
    sender = client or Client(enforce_csrf_checks=True)
    return sender.post(
        reverse("stripe_webhook"),
        data=body,
        content_type="application/json",
        headers={"Stripe-Signature": header if signature is None else signature},
    ).status_code


def test_an_event_is_stored_and_its_task_waits_for_the_worker() -> None:
    assert post(an_event()) == 200

    event = StripeEvent.objects.get()
    (task,) = DBTaskResult.objects.all()
    assert task.args_kwargs == {"args": [event.pk], "kwargs": {}}


def test_the_same_event_again_is_answered_and_stored_once() -> None:
    assert [post(an_event()), post(an_event())] == [200, 200]
    assert StripeEvent.objects.count() == 1


def test_an_unknown_event_is_answered_200_and_gives_no_work() -> None:
    assert post(an_event(type="a.type.of.next.year")) == 200

    assert StripeEvent.objects.get().state == StripeEvent.State.IGNORED
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("signature", ["", "t=1,v1=abc", "nonsense"])
def test_a_bad_signature_is_refused_with_one_log_line_and_nothing_is_stored(
    signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert post(an_event(), signature=signature) == 400

    assert StripeEvent.objects.count() == 0
    (line,) = [record.getMessage() for record in caplog.records if record.name == webhook.__name__]
    assert line.startswith("Webhook refused")
    assert "evt_1" not in caplog.text


@pytest.mark.parametrize("body", [b"", b"no json", b"\xff\xfe", b"[1]", b"{}"])
def test_a_body_that_is_no_event_is_refused(body: bytes) -> None:
    assert post(body) == 400
    assert StripeEvent.objects.count() == 0


def test_a_body_over_512_kb_is_refused_unread() -> None:
    assert post(an_event(padding="x" * 600_000)) == 413
    assert StripeEvent.objects.count() == 0


def test_a_body_just_below_the_limit_is_read() -> None:
    assert post(an_event(padding="x" * 500_000)) == 200


def test_a_database_that_is_down_makes_stripe_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object, **facts: object) -> None:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(webhook, "receive", down)

    assert post(an_event()) == 503


def test_only_a_post_is_a_webhook(client: Client) -> None:
    assert client.get(reverse("stripe_webhook")).status_code == 405
