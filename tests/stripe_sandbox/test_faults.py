"""Trouble on demand, as the real SDK sees it."""

import pytest
import stripe

from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import SandboxHTTPClient
from tests.stripe_sandbox.conftest import error_of

ERRORS = [
    (400, stripe.InvalidRequestError),
    (401, stripe.AuthenticationError),
    (402, stripe.CardError),
    (403, stripe.PermissionError),
    (429, stripe.RateLimitError),
    (500, stripe.APIError),
    (503, stripe.APIError),
]


@pytest.fixture
def no_retries(sandbox: Sandbox) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_x", http_client=SandboxHTTPClient(sandbox), max_network_retries=0)


@pytest.mark.parametrize(("status", "kind"), ERRORS)
def test_a_status_becomes_the_sdks_exception_and_nothing_is_done(
    sandbox: Sandbox, no_retries: stripe.StripeClient, status: int, kind: type[stripe.StripeError]
) -> None:
    sandbox.faults.add("status", status=status)
    error = error_of(lambda: no_retries.v1.customers.create({}))
    assert type(error) is kind
    assert error.http_status == status
    assert error.request_id
    assert sandbox.find("customer") == []
    no_retries.v1.customers.create({})


def test_two_failures_are_bridged_by_two_retries(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    sandbox.faults.add("status", status=500, count=2)
    client.v1.customers.create({})
    assert len(sandbox.find("customer")) == 1


@pytest.mark.parametrize("kind", ["drop", "timeout", "commit_then_drop", "commit_then_timeout"])
def test_a_lost_answer_is_a_connection_error(
    sandbox: Sandbox, no_retries: stripe.StripeClient, kind: str
) -> None:
    sandbox.faults.add(kind, seconds=80)
    error = error_of(lambda: no_retries.v1.customers.create({}))
    assert isinstance(error, stripe.APIConnectionError)
    assert error.should_retry
    assert len(sandbox.find("customer")) == (1 if kind.startswith("commit") else 0)


def test_a_fault_meets_only_the_calls_that_it_names(
    sandbox: Sandbox, no_retries: stripe.StripeClient
) -> None:
    sandbox.faults.add("status", method="POST", path="/v1/customers", count=2)
    no_retries.v1.customers.list()
    no_retries.v1.products.create({"name": "Don"})
    error_of(lambda: no_retries.v1.customers.create({}))
    assert sandbox.faults.as_json()[0]["count"] == 1
    sandbox.faults.clear()
    no_retries.v1.customers.create({})


def test_a_gateway_answers_in_html_where_json_was_expected(
    sandbox: Sandbox, no_retries: stripe.StripeClient
) -> None:
    sandbox.faults.add("html")
    error = error_of(lambda: no_retries.v1.customers.create({}))
    assert type(error) is stripe.APIError
    assert error.http_status == 502
    assert "<h1>502" in str(error.http_body)
    assert sandbox.find("customer") == []


def hits(client: stripe.StripeClient, calls: int) -> list[bool]:
    """Which of so many calls failed."""
    failed = []
    for _ in range(calls):
        try:
            client.v1.customers.list()
            failed.append(False)
        except stripe.APIError:
            failed.append(True)
    return failed


def test_a_share_of_the_calls_fails_and_the_same_seed_hits_the_same_ones(
    sandbox: Sandbox, no_retries: stripe.StripeClient
) -> None:
    runs = []
    for seed in (7, 7, 8):
        sandbox.faults.add("status", status=500, share=30, count=None, seed=seed)
        runs.append(hits(no_retries, 200))
        assert sandbox.faults.as_json()[0]["count"] is None
        sandbox.faults.clear()
    assert runs[0] == runs[1] != runs[2]
    assert 30 <= sum(runs[0]) <= 90


def test_a_share_with_a_count_ends_after_so_many_hits(
    sandbox: Sandbox, no_retries: stripe.StripeClient
) -> None:
    sandbox.faults.add("status", status=500, share=50, count=3, seed=1)
    assert sum(hits(no_retries, 100)) == 3
    assert sandbox.faults.as_json() == []


def test_several_faults_stand_side_by_side(sandbox: Sandbox, no_retries: stripe.StripeClient) -> None:
    sandbox.faults.add("status", status=429, method="POST", path="/v1/customers", count=None)
    sandbox.faults.add("html", method="GET", path="/v1/events")
    assert error_of(lambda: no_retries.v1.events.list()).http_status == 502
    assert no_retries.v1.events.list().data == []
    for _ in range(2):
        assert isinstance(error_of(lambda: no_retries.v1.customers.create({})), stripe.RateLimitError)


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "fire"},
        {"kind": "status", "status": 200},
        {"kind": "drop", "count": 0},
        {"kind": "drop", "x": 1},
        {"kind": "drop", "share": 0},
        {"kind": "drop", "share": 0.5},
        {"kind": "drop", "seed": "x"},
        {"kind": "drop", "count": "1"},
        {"kind": "drop", "method": "BREW"},
        {"kind": "drop", "path": "v1"},
        {"kind": "slow", "seconds": -1},
    ],
)
def test_a_fault_that_does_not_exist_is_refused(sandbox: Sandbox, given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sandbox.faults.add(**given)  # type: ignore[arg-type]
    assert sandbox.faults.as_json() == []


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({}, "You did not provide an API key"),
        ({"Authorization": "Bearer "}, "You did not provide an API key"),
        ({"Authorization": "Basic %%%"}, "You did not provide an API key"),
        ({"Authorization": "Bearer pk_test_1234567890"}, "Invalid API Key provided: pk_test_"),
        ({"Authorization": "Bearer sk_live_1234567890"}, "refuses live keys"),
        ({"Authorization": "Bearer rk_live_1234567890"}, "refuses live keys"),
    ],
)
def test_only_test_keys_open_the_sandbox(sandbox: Sandbox, header: dict[str, str], words: str) -> None:
    answer = sandbox.handle("GET", "/v1/account", header)
    assert answer.status == 401
    assert words in answer.body.decode()
    assert "1234567890" not in answer.body.decode()
    assert answer.headers["Request-Id"].startswith("req_")


def test_a_test_key_also_comes_as_basic_authentication(sandbox: Sandbox) -> None:
    assert sandbox.handle("GET", "/v1/account", {"Authorization": "Basic c2tfdGVzdF94Og=="}).status == 200


def test_another_api_version_is_refused(sandbox: Sandbox) -> None:
    headers = {"Authorization": "Bearer sk_test_x", "Stripe-Version": "2020-08-27"}
    assert sandbox.handle("GET", "/v1/account", headers).status == 400
