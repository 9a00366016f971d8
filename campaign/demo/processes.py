"""The demo's three processes: started together, stopped together."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import requests
from django.conf import settings

PATIENCE_SECONDS = 60
STOP_SECONDS = 10


class NotStarted(Exception):
    """A process of the demo ended or stayed silent; the message says which, and where its log is."""


class Processes:
    """Child processes with a log file each. `wait` returns when one of them ends or the user stops us."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = threading.Event()

    def start(self, name: str, command: Sequence[str]) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("wb") as log:
            # A group of its own: Ctrl-C reaches us alone, and we stop the children in order.
            self.children[name] = subprocess.Popen(  # noqa: S603  our own commands
                command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_for(self, name: str, url: str) -> None:
        """Until the address answers. Raises NotStarted."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self.children[name].poll() is None:
            try:
                if requests.get(url, timeout=2).status_code < 500:
                    return
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.2)
        raise NotStarted(f"{name} does not answer on {url}; its log is {self.logs / f'{name}.log'}")

    def heed_stop_signals(self) -> None:
        """From here on Ctrl-C and SIGTERM end `wait` instead of ending us. To be called before anyone is told
        that Ctrl-C stops everything: who types it at once gets the same orderly end."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_asked)

    def wait(self, *, meanwhile: Callable[[], object]) -> str:
        """Answers the name of the child that ended by itself, or nothing when we were asked to stop.

        `meanwhile` is called twice a second. `heed_stop_signals` comes first."""
        while not self.asked_to_stop.wait(0.5):
            meanwhile()
            for name, child in self.children.items():
                if child.poll() is not None:
                    return name
        return ""

    def _stop_asked(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop.set()

    def stop(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        for child in self.children.values():
            try:
                child.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def sandbox_command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "stripe_sandbox", "--port", str(port)),
        *("--state", str(settings.VAR_DIR / "sandbox" / "state.sqlite3")),
        *("--webhook-url", f"{settings.SITE_URL}/stripe/webhook/"),
        *("--webhook-secret", settings.STRIPE_WEBHOOK_SECRETS[0]),
        *("--organisation", "Emmaüs Connect (démonstration)"),
    ]


def web_command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "campaign.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--workers", "2", "--threads", "4", "--access-logfile", "-"),
    ]


def worker_command() -> list[str]:
    return [sys.executable, "manage.py", "db_worker", "--interval", "0.3", "--no-reload"]
