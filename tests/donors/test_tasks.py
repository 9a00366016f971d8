"""The thin tasks: each can be started at any moment, on an empty site and on a busy one, and again."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.tasks import Task
from django.utils import timezone
from django.utils.module_loading import import_string

from donors.gifts.models import Donation, LedgerEntry, Status
from donors.payments.errors import StripeUnavailable
from donors.payments.models import Alarm, CheckoutAttempt, StripeEvent
from donors.receipts.models import Receipt
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation

pytestmark = pytest.mark.django_db

SCHEDULED = [name for name in settings.SCHEDULE if name.startswith("donors.")]


def run(name: str) -> None:
    task: Task[[], Any] = import_string(name)
    task.func()


def everything() -> tuple[int, ...]:
    tables = (Donation, LedgerEntry, StripeEvent, Alarm, Receipt, CheckoutAttempt)
    return (*(table.objects.count() for table in tables), len(mail.outbox))


@pytest.fixture
def a_busy_site(stripe_account: Sandbox) -> Donation:
    """One gift whose payment nobody told us of, since an hour."""
    gift = a_donation(created_at=timezone.now() - timedelta(hours=2))
    open_page(gift)
    CheckoutAttempt.objects.update(created_at=timezone.now() - timedelta(hours=2))
    stripe_account.pay(session_of(gift), "card")
    stripe_account.clock.advance(60)
    return gift


@pytest.mark.parametrize("name", SCHEDULED)
def test_on_an_empty_site_there_is_nothing_to_do(name: str, stripe_account: Sandbox) -> None:
    run(name)

    assert everything() == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("name", SCHEDULED)
def test_a_second_start_finds_it_done(name: str, a_busy_site: Donation) -> None:
    run(name)
    once = everything()

    run(name)

    assert everything() == once


@pytest.mark.parametrize("name", SCHEDULED)
def test_a_silent_stripe_changes_nothing_until_the_next_turn(
    name: str, a_busy_site: Donation, stripe_account: Sandbox
) -> None:
    """A task that has to give up says so; the library notes it, and the schedule starts the next one."""
    before = everything()
    stripe_account.faults.add("drop", count=None)

    with suppress(StripeUnavailable):
        run(name)

    a_busy_site.refresh_from_db()
    assert (a_busy_site.status, everything()) == (Status.OPEN, before)


def test_the_schedule_alone_brings_a_gift_home(a_busy_site: Donation) -> None:
    """No webhook and no return page: every job once, and the gift has its lines, receipt and letter."""
    for name in SCHEDULED:
        run(name)

    a_busy_site.refresh_from_db()
    assert a_busy_site.is_paid
    assert sorted(a_busy_site.ledger.values_list("kind", flat=True)) == ["fee", "gift"]
    assert (Receipt.objects.count(), len(mail.outbox) >= 1) == (1, True)
