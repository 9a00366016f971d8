"""A worker that dies between asking Stripe and writing down the answer loses nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.models import Donation, LedgerEntry, Status
from donors.letters.models import Letter
from donors.payments.gateway import connection as gateway
from donors.payments.inbox import receive
from donors.payments.models import StripeEvent
from donors.receipts.models import Receipt
from donors.tasks import process_stripe_event
from stripe_sandbox.core import Sandbox
from stripe_sandbox.server import serve
from tests.donors.payments.conftest import SECRET, open_page, session_of
from tests.e2e.site import BASE_DIR, eventually
from tests.factories import a_donation


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    """A pretend Stripe on a real port, for this process and for the worker's."""
    stripe = Sandbox()
    running = serve(stripe, 0)
    settings.STRIPE_API_BASE = running.url
    gateway.client.cache_clear()
    yield stripe
    gateway.client.cache_clear()
    running.close()
    stripe.close()


def database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    user = f"{found['USER']}:{found['PASSWORD']}" if found["PASSWORD"] else found["USER"]
    return f"postgres://{user}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def start_worker(mail: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "campaign.settings",
        "DATABASE_URL": database_url(),
        "STRIPE_API_BASE": str(django_settings.STRIPE_API_BASE),
        "EMAIL_URL": f"eml:{mail}",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", "--interval", "0.2", "--no-startup-delay"],
        cwd=BASE_DIR,
        env=environment,
        start_new_session=True,
    )


def kill(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)


def everything_done() -> bool:
    return Letter.objects.filter(sent_at__isnull=False).exists()


def test_killed_between_the_call_and_the_save_then_restarted(
    committed_db: None, sandbox: Sandbox, tmp_path: Path
) -> None:
    donation = a_donation()
    open_page(donation)
    sandbox.pay(session_of(donation), "card")
    body, signature = next(
        post for post in sandbox.pop_signed_events(SECRET) if b"checkout.session.completed" in post[0]
    )
    event = receive(body, signature, at=timezone.now())
    process_stripe_event.enqueue(event.pk)
    sandbox.faults.add("slow", seconds=20, method="GET", path="/v1/checkout/sessions")

    worker = start_worker(tmp_path)
    asked = eventually(lambda: sandbox.faults.as_json() == [], seconds=40)
    kill(worker)

    assert asked, "the worker never asked Stripe"
    donation.refresh_from_db()
    event.refresh_from_db()
    assert (donation.status, LedgerEntry.objects.count()) == (Status.OPEN, 0)
    assert event.state == StripeEvent.State.NEW
    assert event.claimed_until is not None, "the dead worker still holds it"

    # Its lease runs out by itself after two minutes; the test does not wait for them.
    StripeEvent.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = start_worker(tmp_path)
    try:
        assert eventually(everything_done, seconds=40)
    finally:
        kill(second)
    third = start_worker(tmp_path)
    assert not eventually(lambda: Letter.objects.count() > 1, seconds=4)
    kill(third)

    assert Donation.objects.get().status == Status.SUCCEEDED
    assert LedgerEntry.objects.filter(kind="gift").count() == 1
    assert Receipt.objects.count() == 1
    assert len(list(tmp_path.glob("*.eml"))) == 1
