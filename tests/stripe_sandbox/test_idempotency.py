"""The same key, the same answer."""

import threading
from typing import Any

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from tests.stripe_sandbox.conftest import error_of, session_params

Client = stripe.StripeClient
KEY: Any = {"idempotency_key": "co:1"}


def open_with_key(client: Client, **changes: Any) -> stripe.checkout.Session:
    params: Any = session_params(**changes)
    return client.v1.checkout.sessions.create(params, KEY)


def test_a_repeated_call_gets_the_first_answer(sandbox: Sandbox, client: Client) -> None:
    first, second = open_with_key(client), open_with_key(client)
    assert first.id == second.id
    assert len(sandbox.find("checkout.session")) == 1
    assert first.last_response
    assert second.last_response
    assert "idempotent-replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.request_id


def test_a_replay_says_what_was_true_then(sandbox: Sandbox, client: Client) -> None:
    session = open_with_key(client)
    sandbox.pay(session.id, "card")
    assert open_with_key(client).status == "open"


def test_other_parameters_under_the_same_key_are_refused(sandbox: Sandbox, client: Client) -> None:
    open_with_key(client)
    error = error_of(lambda: open_with_key(client, client_reference_id="don-2"))
    assert isinstance(error, stripe.IdempotencyError)
    assert error.http_status == 400
    error = error_of(lambda: client.v1.customers.create({"name": "x"}, KEY))
    assert "same endpoint" in str(error)
    assert len(sandbox.find("checkout.session")) == 1


def test_a_key_is_forgotten_after_a_day(sandbox: Sandbox, client: Client) -> None:
    first = open_with_key(client)
    sandbox.clock.advance(24 * 3600)
    assert open_with_key(client).id != first.id


def test_a_refused_call_may_be_mended_under_the_same_key(client: Client) -> None:
    error_of(lambda: open_with_key(client, locale="klingon"))
    assert open_with_key(client).status == "open"


def test_a_refusal_after_the_work_began_is_kept(client: Client, paid: stripe.PaymentIntent) -> None:
    client.v1.refunds.create({"payment_intent": paid.id})
    first = error_of(lambda: client.v1.refunds.create({"payment_intent": paid.id}, KEY))
    again = error_of(lambda: client.v1.refunds.create({"payment_intent": paid.id}, KEY))
    assert first.code == again.code == "charge_already_refunded"
    assert again.headers is not None
    assert again.headers["idempotent-replayed"] == "true"


def test_a_key_of_256_characters_is_too_long(client: Client) -> None:
    long: Any = {"idempotency_key": "k" * 256}
    assert error_of(lambda: client.v1.customers.create({}, long)).http_status == 400


def test_a_key_in_use_answers_409(sandbox: Sandbox) -> None:
    """While one request is held up, a second one with its key is sent away at once."""
    inside, leave = threading.Event(), threading.Event()

    def hold(_seconds: float) -> None:
        inside.set()
        leave.wait(5)

    sandbox.wait = hold
    sandbox.faults.add("slow", seconds=1)
    headers = {"Authorization": "Bearer sk_test_x", "Idempotency-Key": "co:1"}
    answers = []
    first = threading.Thread(
        target=lambda: answers.append(sandbox.handle("POST", "/v1/customers", headers, "name=a"))
    )
    first.start()
    assert inside.wait(5)
    refused = sandbox.handle("POST", "/v1/customers", headers, "name=a")
    leave.set()
    first.join(5)
    assert refused.status == 409
    assert b"idempotency_key_in_use" in refused.body
    assert answers[0].status == 200
    assert len(sandbox.find("customer")) == 1


@pytest.mark.parametrize("kind", ["commit_then_drop", "commit_then_timeout"])
def test_an_answer_lost_after_the_work_is_recovered_by_the_retry(
    sandbox: Sandbox, client: Client, kind: str
) -> None:
    sandbox.faults.add(kind, method="POST", path="/v1/checkout/sessions")
    session = open_with_key(client)
    assert [found["id"] for found in sandbox.find("checkout.session")] == [session.id]
