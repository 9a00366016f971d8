"""The demo's processes: real children, started and stopped."""

import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pytest_django import Settings

from campaign.demo import processes as module
from campaign.demo.processes import (
    NotStarted,
    Processes,
    port_is_free,
    sandbox_command,
    web_command,
    worker_command,
)

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\n"
    "time.sleep(60)",
]


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path / "logs")
    yield started
    for child in started.children.values():
        child.kill()
        child.wait()


def log_of(children: Processes, name: str) -> str:
    return (children.logs / f"{name}.log").read_text()


@pytest.fixture
def signals() -> Iterator[None]:
    """What the process does on Ctrl-C and SIGTERM, as it was."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_each_child_has_a_log_of_its_own(children: Processes) -> None:
    children.start("one", [sys.executable, "-c", "print('I am one')"])
    children.children["one"].wait(timeout=20)

    assert log_of(children, "one") == "I am one\n"


def test_a_child_that_ends_by_itself_is_named(children: Processes, signals: None) -> None:
    children.start("long", SLEEPER)
    children.start("short", [sys.executable, "-c", "pass"])

    assert children.wait(meanwhile=lambda: None) == "short"


def test_asked_to_stop_it_names_nobody_and_does_its_round_meanwhile(
    children: Processes, signals: None
) -> None:
    rounds: list[int] = []
    children.start("long", SLEEPER)
    children.heed_stop_signals()
    threading.Timer(1.2, lambda: signal.raise_signal(signal.SIGTERM)).start()

    assert children.wait(meanwhile=lambda: rounds.append(1)) == ""
    assert rounds


def test_who_stops_it_before_it_waits_is_heard(children: Processes, signals: None) -> None:
    children.start("long", SLEEPER)
    children.heed_stop_signals()
    signal.raise_signal(signal.SIGINT)

    assert children.wait(meanwhile=lambda: None) == ""


def test_stop_ends_every_child(children: Processes) -> None:
    for name in ("one", "two"):
        children.start(name, SLEEPER)

    children.stop()

    assert all(child.poll() is not None for child in children.children.values())


def test_a_child_that_ended_before_is_no_trouble(children: Processes) -> None:
    children.start("short", [sys.executable, "-c", "pass"])
    children.children["short"].wait(timeout=20)

    children.stop()

    assert children.children["short"].returncode == 0


def test_a_child_that_does_not_listen_is_killed(children: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 1)
    children.start("deaf", DEAF)
    end = time.monotonic() + 20
    while "deaf" not in log_of(children, "deaf") and time.monotonic() < end:
        time.sleep(0.05)

    children.stop()

    assert children.children["deaf"].returncode == -signal.SIGKILL


class Slow(BaseHTTPRequestHandler):
    """Keeps its first visitor waiting for longer than a visitor waits."""

    visits = 0

    def do_GET(self) -> None:
        type(self).visits += 1
        if self.visits == 1:
            time.sleep(2.5)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def test_a_slow_first_answer_is_waited_for(children: Processes) -> None:
    server = HTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    children.start("web", SLEEPER)

    children.wait_for("web", f"http://127.0.0.1:{server.server_port}/")

    assert Slow.visits == 2
    server.shutdown()
    server.server_close()
    thread.join()


def test_silence_is_an_error_that_names_the_log(children: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 1)
    children.start("web", SLEEPER)

    with pytest.raises(NotStarted, match=r"web does not answer on .* its log is .*web\.log"):
        children.wait_for("web", "http://127.0.0.1:9/")


def test_a_child_that_died_is_not_waited_for(children: Processes) -> None:
    children.start("web", [sys.executable, "-c", "raise SystemExit('no module')"])
    children.children["web"].wait(timeout=20)
    started = time.monotonic()

    with pytest.raises(NotStarted):
        children.wait_for("web", "http://127.0.0.1:9/")
    assert time.monotonic() - started < 5


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        assert port_is_free(port) is False
    assert port_is_free(port) is True


def test_every_process_listens_on_this_machine_only(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path

    assert "127.0.0.1:8123" in web_command(8123)
    assert "0.0.0.0" not in " ".join([*web_command(1), *sandbox_command(2), *worker_command()])  # noqa: S104
    assert str(tmp_path / "sandbox" / "state.sqlite3") in sandbox_command(8423)
    assert "http://testserver/stripe/webhook/" in sandbox_command(8423)
