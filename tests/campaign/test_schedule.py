"""Regular work: due once per interval, however many workers ask."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from campaign import schedule
from campaign.models import WorkerHeartbeat
from campaign.schedule import Pacemaker, beat, enqueue_due_jobs
from donors.payments.errors import StripeUnavailable
from stripe_sandbox.core import Sandbox

JOBS = {"donors.tasks.sweep_fees": 300, "donors.tasks.sweep_inbox": 30}


@pytest.fixture
def jobs(settings: Settings, db: None) -> None:
    settings.SCHEDULE = JOBS


def test_every_job_of_the_schedule_exists(db: None, settings: Settings) -> None:
    started = enqueue_due_jobs(at=timezone.now())

    assert set(started) == set(settings.SCHEDULE)
    assert DBTaskResult.objects.count() == len(settings.SCHEDULE)


def test_a_job_starts_again_only_when_its_seconds_are_over(jobs: None) -> None:
    now = timezone.now()
    enqueue_due_jobs(at=now)

    assert enqueue_due_jobs(at=now + timedelta(seconds=29)) == []
    assert enqueue_due_jobs(at=now + timedelta(seconds=30)) == ["donors.tasks.sweep_inbox"]
    assert set(enqueue_due_jobs(at=now + timedelta(seconds=300))) == set(JOBS)


def end_runs(status: TaskResultStatus) -> None:
    """As the worker writes down how a run ended."""
    DBTaskResult.objects.update(status=status)


def run_what_waits() -> None:
    """As the worker does it; the worker itself would close the connection of the test."""
    run = DBTaskResult.objects.ready().get()
    try:
        run.set_successful(run.task.call())
    except StripeUnavailable as error:
        run.set_failed(error)


def test_a_daily_job_that_failed_goes_again_half_an_hour_later_and_not_before(
    db: None, settings: Settings
) -> None:
    settings.SCHEDULE = {"donors.tasks.watch_drift": 86400}
    now = timezone.now()
    enqueue_due_jobs(at=now)
    end_runs(TaskResultStatus.FAILED)

    assert enqueue_due_jobs(at=now + timedelta(minutes=29)) == []
    assert enqueue_due_jobs(at=now + timedelta(minutes=30)) == ["donors.tasks.watch_drift"]
    assert enqueue_due_jobs(at=now + timedelta(hours=5)) == []  # the new run has not ended
    end_runs(TaskResultStatus.FAILED)
    assert enqueue_due_jobs(at=now + timedelta(minutes=60)) == ["donors.tasks.watch_drift"]


def test_a_daily_job_that_went_well_waits_for_its_day(db: None, settings: Settings) -> None:
    settings.SCHEDULE = {"donors.tasks.reconcile_payouts": 86400}
    now = timezone.now()
    enqueue_due_jobs(at=now)
    end_runs(TaskResultStatus.SUCCESSFUL)

    assert enqueue_due_jobs(at=now + timedelta(hours=23)) == []
    assert enqueue_due_jobs(at=now + timedelta(hours=24)) == ["donors.tasks.reconcile_payouts"]


def test_a_nightly_job_that_meets_a_silent_stripe_is_run_again_by_the_worker(
    db: None, settings: Settings, stripe_account: Sandbox
) -> None:
    settings.SCHEDULE = {"donors.tasks.reconcile_payouts": 86400}
    stripe_account.faults.add("status", status=503, path="/v1/payouts", count=3)
    now = timezone.now()
    for start in (now, now + timedelta(minutes=30)):
        assert enqueue_due_jobs(at=start) == ["donors.tasks.reconcile_payouts"]
        run_what_waits()

    runs = DBTaskResult.objects.order_by("enqueued_at")
    assert [run.status for run in runs] == [TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL]
    assert enqueue_due_jobs(at=now + timedelta(hours=2)) == []


def test_two_workers_that_ask_at_once_start_a_job_once(jobs: None) -> None:
    now = timezone.now()

    assert len(enqueue_due_jobs(at=now)) == 2
    assert enqueue_due_jobs(at=now) == []


def test_a_heartbeat_is_one_row_per_worker(db: None) -> None:
    now = timezone.now()
    beat("one", at=now)
    beat("one", at=now + timedelta(seconds=10))
    beat("two", at=now)

    assert WorkerHeartbeat.objects.count() == 2
    assert WorkerHeartbeat.objects.get(worker_id="one").seen_at == now + timedelta(seconds=10)


def test_a_database_that_fails_once_does_not_stop_the_pacemaker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(worker_id: str, **facts: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(schedule, "close_old_connections", lambda: None)
    monkeypatch.setattr(schedule, "beat", fail)

    Pacemaker("one")._tick()

    assert "The schedule could not be read" in caplog.text
