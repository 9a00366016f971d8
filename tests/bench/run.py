"""`make bench`: how fast the site is on this machine, as ratios within one run.

Starts a site and a pretend Stripe of its own on free ports, in a folder of its own, without a worker. All
load goes to 127.0.0.1 and is bounded. Nothing here is asserted in a test: figures depend on the machine."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import stripe

from campaign.demo_environment import BASE_DIR, demo_environment
from tests.bench.load import milliseconds, quantile, requests_per_second
from tests.postgres import free_port

SECONDS = 4
POSTS = 40
WEBHOOKS = 200


@dataclass(frozen=True)
class Site:
    url: str
    environment: dict[str, str]


@contextmanager
def running_site() -> Iterator[Site]:
    """Web and pretend Stripe with the demo's pages and some past gifts."""
    with tempfile.TemporaryDirectory(prefix="campaign-bench-") as folder:
        ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), "VAR_DIR": folder}
        environment = demo_environment({**os.environ, **ports, "LOG_LEVEL": "WARNING"})
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
def process(command: list[str], site: Site) -> Iterator[None]:
    log = Path(site.environment["VAR_DIR"]) / f"{Path(command[2]).name}.log"
    with log.open("wb") as opened:
        child = subprocess.Popen(
            command, cwd=BASE_DIR, env=site.environment, stdout=opened, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        child.terminate()
        child.wait(timeout=20)


def manage(site: Site, *words: str) -> None:
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=BASE_DIR, env=site.environment, stdout=subprocess.DEVNULL, check=True)


def wait_for(url: str) -> None:
    for _ in range(150):
        try:
            if requests.get(url, timeout=2).status_code < 500:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.2)
    raise TimeoutError(url)


def inside(site: Site) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.inside"]
    told = subprocess.run(
        command, cwd=BASE_DIR, env=site.environment, capture_output=True, text=True, check=False
    )
    if told.returncode != 0:
        raise RuntimeError(told.stderr)
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def post_form(site: Site) -> list[float]:
    """The gift form as a browser posts it, up to the redirect to the payment page; a new gift each time."""
    address = f"{site.url}/don/juin/"
    visitor = requests.Session()
    page = visitor.get(address, timeout=10).text
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    typed = {"frequency": "once", "amount": "50", "first_name": "Amina", "last_name": "Benali"}

    def give(number: int) -> None:
        data = {**hidden, **typed, "email": f"amina.{number}@example.org"}
        answer = visitor.post(
            address, data=data, headers={"Referer": address}, allow_redirects=False, timeout=30
        )
        assert answer.status_code in {302, 303}, answer.text
        assert answer.headers["Location"].startswith(site.environment["STRIPE_API_BASE"])

    return milliseconds(give, times=POSTS)


def post_webhooks(site: Site) -> list[float]:
    """Signed events that speak of nothing here: stored and queued like any other."""
    secret = site.environment["STRIPE_WEBHOOK_SECRETS"]
    visitor = requests.Session()

    def deliver(number: int) -> None:
        body = json.dumps(
            {
                "id": f"evt_bench_{number}",
                "object": "event",
                "api_version": "2026-10-28.endive",
                "created": int(time.time()),
                "livemode": False,
                "type": "payment_intent.succeeded",
                "data": {"object": {"id": f"pi_bench_{number}", "object": "payment_intent", "metadata": {}}},
            }
        )
        signature = stripe.WebhookSignature.generate_signature_header(body, secret)
        answer = visitor.post(
            f"{site.url}/stripe/webhook/", data=body, headers={"Stripe-Signature": signature}, timeout=10
        )
        assert answer.status_code == 200, answer.status_code

    return milliseconds(deliver, times=WEBHOOKS)


def measure() -> Iterator[tuple[str, str]]:
    """What was measured, and its figure."""
    with running_site() as site:
        posts, webhooks = post_form(site), post_webhooks(site)
        found = inside(site)
        hello = requests_per_second(f"{site.url}/health/live", seconds=SECONDS)
        page = requests_per_second(f"{site.url}{found['campaign_address']}", seconds=SECONDS)
    queries, insert = found["queries"], found["insert_ms"]
    receipts, empty = found["receipts_per_second"], found["empty_documents_per_second"]
    yield "Campaign page", f"{page:.0f} requests/s = {page / hello:.2f} × a view that says ok ({hello:.0f}/s)"
    yield "Queries, nothing cached", ", ".join(f"{name} {number}" for name, number in queries.items())
    p50 = quantile(posts, 50)
    yield (
        "POST of the gift form",
        f"{p50:.0f} ms (median) = {p50 / insert:.0f} × one bare insert ({insert:.2f} ms)",
    )
    yield "Webhook answered", f"p50 {quantile(webhooks, 50):.1f} ms, p95 {quantile(webhooks, 95):.1f} ms"
    yield (
        "Receipts, issued with PDF",
        f"{receipts:.1f}/s a process = {receipts / empty:.2f} × an empty page ({empty:.1f}/s)",
    )


def main() -> None:
    print(f"Measuring on {os.cpu_count()} cores; the machine should do nothing else …", flush=True)
    for what, figure in measure():
        print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
