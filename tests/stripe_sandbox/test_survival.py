"""State that outlives its process, and the command that serves it."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from stripe_sandbox.__main__ import read_arguments
from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import connected_client
from tests.stripe_sandbox.conftest import SECRET, price_data, session_params

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, state: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "stripe_sandbox", "--port", str(port), "--state", str(state), *more]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "no money moves" in process.stdout.readline()
    return process


def finish(process: subprocess.Popen[str], how: signal.Signals) -> int:
    process.send_signal(how)
    code = process.wait(10)
    assert process.stdout is not None
    process.stdout.close()
    return code


def test_a_killed_server_has_lost_nothing(tmp_path: Path) -> None:
    port, state = free_port(), tmp_path / "sandbox" / "state.sqlite3"
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": f"http://127.0.0.1:{port}"})
    params: Any = session_params()
    process = start(port, state, "--webhook-url", "http://127.0.0.1:9/x/", "--webhook-secret", SECRET)
    session = client.v1.checkout.sessions.create(params, {"idempotency_key": "co:1"})
    assert finish(process, signal.SIGKILL) == -signal.SIGKILL
    process = start(port, state, "--webhook-url", "http://127.0.0.1:9/x/", "--webhook-secret", SECRET)
    try:
        assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
        assert client.v1.checkout.sessions.create(params, {"idempotency_key": "co:1"}).id == session.id
        assert len(client.v1.webhook_endpoints.list().data) == 1
    finally:
        assert finish(process, signal.SIGTERM) == 0


def test_everything_is_read_back_from_the_file(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite3"
    first = Sandbox(state_path=state)
    params: Any = session_params()
    session = connected_client(first).v1.checkout.sessions.create(params)
    first.clock.advance(1000)
    first.pay(session.id, "card")
    first.change_webhooks(copies=2)
    first.close()
    second = Sandbox(state_path=state)
    assert second.clock.offset == 1000
    assert second.webhook_policy.copies == 2
    assert [post.state for post in second.deliveries()] == ["pending"] * 4
    second.clock.advance(3)
    assert len(second.find("balance_transaction")) == 1
    second.close()


def test_a_refused_call_changes_nothing(sandbox: Sandbox) -> None:
    params: Any = session_params(line_items=[{"quantity": 1, "price_data": price_data(1)}])
    with pytest.raises(stripe.InvalidRequestError):
        connected_client(sandbox).v1.checkout.sessions.create(params)
    assert sandbox.find("product") == sandbox.find("price") == sandbox.find("item") == []


def test_a_few_thousand_objects_stay_fast(sandbox: Sandbox) -> None:
    client = connected_client(sandbox)
    for number in range(1500):
        client.v1.customers.create({"email": f"d{number}@example.org"})
    began = time.perf_counter()
    assert len(client.v1.customers.list({"email": "d7@example.org"}).data) == 1
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("words", [["--webhook-url", "http://x/"], ["--port", "x"], ["--colour"]])
def test_a_bad_command_line_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        read_arguments(words)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_taken_port_stops_the_command(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "stripe_sandbox", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert "Cannot listen" in done.stderr


def test_reset_forgets_all_but_the_endpoint_of_the_command_line(sandbox: Sandbox) -> None:
    sandbox.keep_endpoint("http://127.0.0.1:9/x/", SECRET)
    connected_client(sandbox).v1.customers.create({})
    sandbox.clock.advance(500)
    sandbox.reset()
    assert sandbox.find("customer") == sandbox.find("event") == []
    assert sandbox.clock.offset == 0
    (endpoint,) = sandbox.find("webhook_endpoint")
    assert sandbox.signing_secret(endpoint["id"]) == SECRET
