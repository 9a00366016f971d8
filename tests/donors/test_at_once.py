"""Many at once, on real commits: webhooks, return pages and workers race, and the books do not notice.

Runs on whatever database the settings name; both are tested."""

import json
import random
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.letters.models import Letter
from donors.payments.checkout import open_checkout
from donors.payments.events import HANDLERS
from donors.payments.inbox import process_event
from donors.payments.models import StripeEvent
from donors.payments.sync import sync_donation
from donors.receipts.models import Receipt, ReceiptSeries
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import BACK, SECRET, open_page, session_of
from tests.factories import a_donation

SOON = timedelta(seconds=30)


def all_at_once(jobs: Sequence[Callable[[], object]]) -> list[object]:
    """Run each job in a thread of its own, all released together; answers results and exceptions."""
    gate, results = threading.Barrier(len(jobs)), list[object]()

    def run(job: Callable[[], object]) -> None:
        gate.wait()
        try:
            results.append(job())
        except Exception as error:  # noqa: BLE001  the caller looks at each
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.fixture
def paid(committed_db: None, stripe_account: Sandbox) -> Donation:
    donation = a_donation()
    open_page(donation)
    stripe_account.pay(session_of(donation), "card")
    return donation


def post(body: bytes, signature: str) -> int:
    return (
        Client()
        .post(
            reverse("stripe_webhook"),
            data=body,
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )
        .status_code
    )


def work() -> None:
    """One worker's turn, over everything that is due."""
    at = timezone.now() + SOON
    for pk in StripeEvent.objects.due(at).values_list("pk", flat=True):
        process_event(pk, at=at)
    follow_due_events(at=at)


def test_each_event_five_times_at_once_and_shuffled_against_the_return_page(
    paid: Donation, stripe_account: Sandbox
) -> None:
    posts = [p for p in stripe_account.pop_signed_events(SECRET) if json.loads(p[0])["type"] in HANDLERS]
    deliveries = posts * 5
    random.Random(7).shuffle(deliveries)

    answers = all_at_once(
        [
            *(lambda body=body, signature=signature: post(body, signature) for body, signature in deliveries),
            *(lambda: sync_donation(paid.pk, because="return page", at=timezone.now()) for _ in range(3)),
        ]
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert answers.count(200) == len(deliveries)
    assert StripeEvent.objects.count() == len(posts)

    assert [error for error in all_at_once([work] * 4) if error] == []

    paid.refresh_from_db()
    assert paid.status == Status.SUCCEEDED
    assert LedgerEntry.objects.filter(kind="gift").count() == 1
    assert paid.events.filter(to_status=Status.SUCCEEDED).count() == 1
    assert (Receipt.objects.count(), ReceiptSeries.objects.get().last_number) == (1, 1)
    assert (Letter.objects.count(), len(mail.outbox)) == (1, 1)
    assert not StripeEvent.objects.to_do().exists()


def test_the_same_click_ten_times_at_once_opens_one_page(committed_db: None, stripe_account: Sandbox) -> None:
    donation = a_donation()

    def click() -> str:
        return open_checkout(Donation.objects.get(pk=donation.pk), return_to=BACK, at=timezone.now())

    addresses = all_at_once([click] * 10)

    assert len(set(map(str, addresses))) == 1, addresses
    assert len(stripe_account.find("checkout.session")) == 1
    assert donation.attempts.count() == 1


def test_fees_that_arrive_while_everybody_reads_are_booked_once(
    paid: Donation, stripe_account: Sandbox
) -> None:
    stripe_account.clock.advance(600)

    def read() -> object:
        return sync_donation(paid.pk, because="test", at=timezone.now())

    answers = all_at_once([read] * 6)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(paid.ledger.values_list("kind", "amount_cents")) == [("fee", -100), ("gift", 5000)]
