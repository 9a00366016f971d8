"""Is the process alive; is the site able to work."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from campaign.schedule import beat
from donors.gifts.events import DonationEvent
from donors.payments.models import StripeEvent
from donors.receipts.events import ReceiptEvent
from tests.donors.accounting.issued import an_issued_receipt
from tests.factories import a_paid_donation

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> None:
    beat("one", at=timezone.now())


def an_event(*, minutes_ago: int) -> StripeEvent:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return StripeEvent.objects.create(
        stripe_event_id="evt_1",
        type="charge.succeeded",
        object_id="ch_1",
        livemode=False,
        payload={},
        created_at=at,
        received_at=at,
        next_try_at=at,
    )


def test_alive_needs_no_database(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert client.get("/health/live").status_code == 200


def test_all_well(client: Client, worker: None) -> None:
    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert set(answer.json().values()) == {"ok"}


def test_no_worker_is_not_ready(client: Client) -> None:
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["worker"]) == (503, "no worker has ever run")


def test_a_silent_worker_is_not_ready(client: Client) -> None:
    beat("one", at=timezone.now() - timedelta(seconds=90))

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["worker"].startswith("no sign of life for 9")


def test_an_old_unprocessed_event_is_not_ready(client: Client, worker: None) -> None:
    an_event(minutes_ago=11)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert "oldest unprocessed event is 66" in answer.json()["inbox"]


def test_a_fresh_event_is_work_in_hand(client: Client, worker: None) -> None:
    an_event(minutes_ago=2)

    assert client.get("/health/ready").status_code == 200


def test_a_change_without_its_consequences_is_not_ready(client: Client, worker: None) -> None:
    a_paid_donation()
    DonationEvent.objects.update(at=timezone.now() - timedelta(minutes=20))

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["inbox"]) == (503, "ok")
    assert "without its consequences" in answer.json()["follow_ups"]


def test_a_receipts_letter_owed_for_long_is_not_ready(client: Client, worker: None) -> None:
    an_issued_receipt()
    DonationEvent.objects.update(followed_at=timezone.now())
    ReceiptEvent.objects.update(at=timezone.now() - timedelta(minutes=20))

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert "without its consequences" in answer.json()["follow_ups"]


def test_a_database_that_is_down_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", down)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"database": "does not answer"})
