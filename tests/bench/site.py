"""A site and a pretend Stripe of the benchmark's own: free ports, a folder of its own, no worker."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from campaign.demo_environment import BASE_DIR, demo_environment
from tests.postgres import free_port


@dataclass(frozen=True)
class Site:
    url: str
    environment: dict[str, str]


@contextmanager
def running_site(database_url: str = "") -> Iterator[Site]:
    """Web and pretend Stripe with the demo's pages and some past gifts; without an address on SQLite.

    Nobody tells this Stripe where to send webhooks: the benchmark posts them itself."""
    with tempfile.TemporaryDirectory(prefix="campaign-bench-") as folder:
        ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), "VAR_DIR": folder}
        environment = demo_environment({**os.environ, **ports, "LOG_LEVEL": "WARNING"})
        if database_url:
            environment["DATABASE_URL"] = database_url
        site = Site(environment["SITE_URL"], environment)
        manage(site, "migrate", "--verbosity=0")
        manage(site, "collectstatic", "--noinput", "--verbosity=0")
        sandbox = [sys.executable, "-m", "stripe_sandbox", "--port", ports["SANDBOX_PORT"]]
        web = [sys.executable, "-m", "gunicorn", "campaign.wsgi", "--bind", f"127.0.0.1:{ports['PORT']}"]
        with process(sandbox, site), process([*web, "--workers", "2", "--threads", "4"], site):
            wait_for(environment["STRIPE_API_BASE"])
            manage(site, "seed_demo", "--gifts", "12")
            wait_for(f"{site.url}/health/live")
            yield site


@contextmanager
def process(command: list[str], site: Site, name: str = "") -> Iterator[None]:
    log = Path(site.environment["VAR_DIR"]) / f"{name or Path(command[2]).name}.log"
    with log.open("wb") as opened:
        child = subprocess.Popen(
            command, cwd=BASE_DIR, env=site.environment, stdout=opened, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        child.terminate()
        child.wait(timeout=20)


@contextmanager
def workers(site: Site, count: int) -> Iterator[None]:
    """So many worker processes, as a site starts them."""
    command = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--no-reload"]
    if not count:
        yield
        return
    with process(command, site, f"worker{count}"), workers(site, count - 1):
        yield


def manage(site: Site, *words: str) -> None:
    run(site, "manage.py", *words)


def run(site: Site, *words: str) -> str:
    """What a Python process of the site prints. Raises RuntimeError with its complaint."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=BASE_DIR,
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}:\n{done.stderr}")
    return done.stdout


def wait_for(url: str) -> None:
    for _ in range(150):
        try:
            if requests.get(url, timeout=2).status_code < 500:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.2)
    raise TimeoutError(url)
