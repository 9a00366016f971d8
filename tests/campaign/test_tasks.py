"""What is forgotten once a day, and what is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaign.models import WorkerHeartbeat
from campaign.tasks import DEAD_AFTER, prune

pytestmark = pytest.mark.django_db


def seen(worker_id: str, *, ago: timedelta) -> None:
    WorkerHeartbeat.objects.create(worker_id=worker_id, seen_at=timezone.now() - ago)


def known() -> set[str]:
    return set(WorkerHeartbeat.objects.values_list("worker_id", flat=True))


def test_workers_that_are_long_dead_are_forgotten() -> None:
    seen("alive", ago=timedelta(seconds=5))
    seen("restarted yesterday", ago=timedelta(days=1))
    seen("dead", ago=DEAD_AFTER + timedelta(minutes=1))
    seen("long dead", ago=timedelta(days=300))

    prune.func()

    assert known() == {"alive", "restarted yesterday"}


def test_the_last_sign_of_life_is_kept_however_old() -> None:
    """Without it the health page would say that no worker has ever run."""
    seen("last", ago=timedelta(days=30))
    seen("before", ago=timedelta(days=31))

    prune.func()

    assert known() == {"last"}


def test_a_site_without_workers_has_nothing_to_forget() -> None:
    prune.func()

    assert known() == set()
