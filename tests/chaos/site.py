"""The site as processes of their own: web, worker and pretend Stripe, which may be killed at any moment."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import requests

from campaign.demo_environment import BASE_DIR, demo_environment
from tests.postgres import free_port

STEADY = 5  # tries of a look at the sandbox's own switches, which no fault meets


class Site:
    """Everything under one folder; `database_url` empty means SQLite."""

    def __init__(self, folder: Path, database_url: str) -> None:
        ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), "VAR_DIR": str(folder)}
        self.environment = demo_environment({**os.environ, **ports, "LOG_LEVEL": "WARNING"})
        # All visitors come from one address, and a run with many declined debits is no attack.
        most = {"GATE_PER_ADDRESS": "100000", "GATE_IN_ALL": "1000000", "GATE_DECLINES": "1000000"}
        self.environment |= most
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self.folder = folder
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.lock = threading.Lock()
        self.url = self.environment["SITE_URL"]
        self.sandbox_url = self.environment["STRIPE_API_BASE"]

    def start(self) -> None:
        self.manage("migrate", "--verbosity=0")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.run("sandbox", *self._sandbox())
        wait_for(f"{self.sandbox_url}/_sandbox/clock")
        self.manage("seed_demo", "--gifts", "0")
        self.run("web", "-m", "gunicorn", "campaign.wsgi", *self._bound())
        self.start_worker()
        wait_for(f"{self.url}/health/live")

    def _sandbox(self) -> list[str]:
        return [
            *("-m", "stripe_sandbox", "--port", self.environment["SANDBOX_PORT"]),
            *("--state", str(self.folder / "sandbox.sqlite3")),
            *("--webhook-url", f"{self.url}/stripe/webhook/"),
            *("--webhook-secret", self.environment["STRIPE_WEBHOOK_SECRETS"]),
        ]

    def _bound(self) -> list[str]:
        return ["--bind", f"127.0.0.1:{self.environment['PORT']}", "--workers", "2", "--threads", "4"]

    def run(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                [sys.executable, *words],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start_worker(self) -> None:
        self.run("worker", "manage.py", "db_worker", "--interval", "0.2", "--no-startup-delay", "--no-reload")

    def kill_worker(self) -> None:
        """SIGKILL in the middle of whatever it does, then a new one."""
        with self.lock:
            worker = self.children["worker"]
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            self.start_worker()

    def stop(self) -> None:
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def stop_worker(self) -> None:
        worker = self.children.pop("worker")
        worker.terminate()
        worker.wait(timeout=60)

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
        return done

    def sandbox(self, what: str, told: Any = None) -> Any:
        """Read one of the pretend Stripe's switches, or turn it."""
        address = f"{self.sandbox_url}/_sandbox/{what}"
        for left in reversed(range(STEADY)):
            try:
                answer = (
                    requests.get(address, timeout=60)
                    if told is None
                    else requests.post(address, json=told, timeout=120)
                )
            except requests.ConnectionError:
                if not left:
                    raise
                time.sleep(1)
            else:
                return answer.json()
        return None


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            if requests.get(url, timeout=2).status_code < 500:
                return
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(0.2)
    raise TimeoutError(url)
