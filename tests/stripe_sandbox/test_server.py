"""Face B: real sockets, the real SDK, real deliveries."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
import stripe

from stripe_sandbox.core import Sandbox
from stripe_sandbox.server import RunningServer, serve
from tests.stripe_sandbox.conftest import SECRET, error_of, session_params


class Site(HTTPServer):
    """A site that answers its webhooks with the statuses it is given, then with 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SiteHandler)
        self.statuses: list[int] = []
        self.posts: list[tuple[bytes, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/stripe/webhook/"


class SiteHandler(BaseHTTPRequestHandler):
    server: Site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((body, self.headers["Stripe-Signature"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.send_response(status)
        self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def eventually(happened: Callable[[], Any], seconds: float = 8) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def send(url: str, value: Any, **headers: str) -> tuple[int, Any]:
    """POST JSON; answers the status and the JSON that came back."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = json.dumps(value).encode()
    answer = requests.post(url, data=body, headers={"Content-Type": "application/json", **named}, timeout=5)
    return answer.status_code, answer.json()


def read(url: str) -> Any:
    return requests.get(url, timeout=5).json()


def open_over_http(client: stripe.StripeClient) -> stripe.checkout.Session:
    params: Any = session_params()
    return client.v1.checkout.sessions.create(params)


def test_the_real_client_pays_and_the_site_hears_of_it(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient, site: Site
) -> None:
    sandbox.keep_endpoint(site.url, SECRET)
    session = open_over_http(http_client)
    assert session.url == f"{server.url}/pay/{session.id}"
    sandbox.pay(session.id, "card")
    eventually(lambda: len(site.posts) >= 4)
    events = [http_client.construct_event(body, header, SECRET) for body, header in site.posts[:4]]
    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    eventually(lambda: all(delivery.state == "delivered" for delivery in sandbox.deliveries()))


@pytest.mark.parametrize("status", [500, 400, 302])
def test_a_webhook_that_is_not_accepted_is_sent_again(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient, site: Site, status: int
) -> None:
    site.statuses = [status]
    sandbox.keep_endpoint(site.url, SECRET)
    http_client.v1.products.create({"name": "Don"})
    eventually(lambda: len(site.posts) == 2)
    assert site.posts[0][0] == site.posts[1][0]
    eventually(lambda: sandbox.deliveries()[0].state == "delivered")
    assert sandbox.deliveries()[0].attempts == 2


def test_a_site_that_is_down_gets_its_events_when_it_is_back(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient, site: Site
) -> None:
    sandbox.keep_endpoint("http://127.0.0.1:9/nobody/", SECRET)
    http_client.v1.products.create({"name": "Don"})
    eventually(lambda: sandbox.deliveries()[0].attempts >= 1)
    assert sandbox.deliveries()[0].last_error
    assert sandbox.find("event")[0]["pending_webhooks"] == 1
    sandbox.keep_endpoint(site.url, SECRET)
    eventually(lambda: site.posts)
    assert len(sandbox.find("webhook_endpoint")) == 1


def test_doubled_webhooks_are_posted_twice(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient, site: Site
) -> None:
    sandbox.keep_endpoint(site.url, SECRET)
    send(f"{server.url}/_sandbox/webhooks", {"copies": 3})
    http_client.v1.products.create({"name": "Don"})
    eventually(lambda: len(site.posts) == 3)
    assert len({body for body, _ in site.posts}) == 1


def test_the_fee_arrives_by_itself(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient
) -> None:
    send(f"{server.url}/_sandbox/clock", {"settlement_delay": 1})
    sandbox.pay(open_over_http(http_client).id, "card")
    eventually(lambda: sandbox.find("balance_transaction"))


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop"])
def test_a_dropped_line_is_bridged_by_the_sdk_with_the_same_key(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient, kind: str
) -> None:
    send(f"{server.url}/_sandbox/faults", {"kind": kind, "method": "POST"})
    http_client.v1.customers.create({"name": "Amina"})
    assert len(sandbox.find("customer")) == 1


def test_a_timeout_outlasts_an_impatient_client(sandbox: Sandbox, server: RunningServer) -> None:
    transport = stripe.RequestsClient(timeout=0.2)
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": server.url}, http_client=transport)
    sandbox.faults.add("timeout", seconds=0.6)
    assert isinstance(error_of(lambda: client.v1.customers.list()), stripe.APIConnectionError)


def test_the_clock_is_read_and_moved(server: RunningServer) -> None:
    url = f"{server.url}/_sandbox/clock"
    now = read(url)["now"]
    assert send(url, {"advance": 3600})[1]["now"] >= now + 3600
    assert send(url, {"set": 1_800_000_000})[1]["now"] in range(1_800_000_000, 1_800_000_005)
    assert send(url, {"set": "real"})[1]["offset"] == 0


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        ("clock", {}, 400),
        ("clock", {"advance": 1.5}, 400),
        ("clock", {"advance": 1, "set": 2}, 400),
        ("clock", {"back": 1}, 400),
        ("webhooks", {"copies": 0}, 400),
        ("faults", {"kind": "fire"}, 400),
        ("faults", [{"status": 500}], 400),
        ("weather", {}, 404),
    ],
)
def test_a_bad_control_is_refused_in_words(server: RunningServer, path: str, value: Any, status: int) -> None:
    answer = send(f"{server.url}/_sandbox/{path}", value)
    assert answer[0] == status
    assert answer[1]["error"]


def test_a_list_of_faults_replaces_what_was_there(server: RunningServer) -> None:
    url = f"{server.url}/_sandbox/faults"
    send(url, {"kind": "status", "status": 429, "count": 3})
    assert [fault["kind"] for fault in send(url, [{"kind": "drop"}])[1]] == ["drop"]
    assert send(url, [])[1] == read(url) == []


def test_the_state_is_shown_and_forgotten(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient
) -> None:
    session = open_over_http(http_client)
    sandbox.pay(session.id, "card_declined")
    state = read(f"{server.url}/_sandbox/state")
    assert state["counts"]["checkout.session"] == 1
    assert state["last"]["charge"]["status"] == "failed"
    assert state["tries"] == {session.id: 1}
    send(f"{server.url}/_sandbox/reset", {})
    assert read(f"{server.url}/_sandbox/state")["counts"] == {}


def test_only_this_machine_and_only_json_may_control(server: RunningServer) -> None:
    url = f"{server.url}/_sandbox/reset"
    assert send(url, {}, Host="evil.example")[0] == 421
    assert send(url, {}, Content_Type="text/plain")[0] == 415


def test_a_port_that_is_taken_is_said(server: RunningServer, sandbox: Sandbox) -> None:
    with pytest.raises(OSError, match="in use"):
        serve(sandbox, int(server.url.rpartition(":")[2]))


def test_a_closed_server_is_gone(sandbox: Sandbox) -> None:
    running = serve(sandbox, 0)
    running.close()
    with pytest.raises(requests.ConnectionError, match="refused"):
        read(f"{running.url}/_sandbox/state")


def test_two_clicks_at_once_pay_once(
    sandbox: Sandbox, server: RunningServer, http_client: stripe.StripeClient
) -> None:
    url = str(open_over_http(http_client).url)
    statuses: list[int] = []

    def click() -> None:
        answer = requests.post(url, data={"outcome": "card"}, allow_redirects=False, timeout=5)
        statuses.append(answer.status_code)

    clicks = [threading.Thread(target=click) for _ in range(6)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert statuses == [303] * 6
    assert len(sandbox.find("charge")) == 1


def test_a_body_that_is_too_large_or_has_no_length_is_refused(server: RunningServer) -> None:
    too_large = requests.post(f"{server.url}/v1/customers", data=b"x" * 1_000_001, timeout=5)
    assert too_large.status_code == 413
    nonsense = requests.post(f"{server.url}/v1/customers", headers={"Content-Length": "x"}, timeout=5)
    assert nonsense.status_code == 400


def test_a_bug_of_the_sandbox_is_loud(
    sandbox: Sandbox,
    server: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sandbox, "handle", lambda *_: 1 / 0)
    answer = requests.get(f"{server.url}/v1/customers", timeout=5)
    assert answer.status_code == 500
    assert "ZeroDivisionError" in capfd.readouterr().err
