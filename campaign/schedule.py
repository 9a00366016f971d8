"""Regular work: the task library runs what it is given, and this gives it what is due.

Jobs and their seconds stand in `settings.SCHEDULE`. Any number of workers may ask at once: the one whose
UPDATE hits the row starts the job."""

import logging
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.tasks import Task, TaskResultStatus
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from campaign.models import ScheduledJob, WorkerHeartbeat

log = logging.getLogger(__name__)

BEAT_SECONDS = 10
AGAIN_SECONDS = 1800  # a rare job that failed, say because Stripe was silent, is not left till its next day


def enqueue_due_jobs(*, at: datetime) -> list[str]:
    """Enqueue every scheduled job whose interval is over, or whose last run failed half an hour ago.

    Answers their names. Safe for many callers."""
    started = []
    for name, seconds in settings.SCHEDULE.items():
        wait = AGAIN_SECONDS if seconds > AGAIN_SECONDS and _has_failed(name) else seconds
        if _claim(name, at=at, last_before=at - timedelta(seconds=wait)):
            task: Task[[], object] = import_string(name)
            task.enqueue()
            started.append(name)
    return started


def _has_failed(name: str) -> bool:
    """Whether the last run ended with an error; one that waits or still runs has not."""
    runs = DBTaskResult.objects.filter(task_path=name).order_by("-enqueued_at")
    return runs.values_list("status", flat=True).first() == TaskResultStatus.FAILED


def _claim(name: str, *, at: datetime, last_before: datetime) -> bool:
    if ScheduledJob.objects.filter(name=name, started_at__lte=last_before).update(started_at=at):
        return True
    _, created = ScheduledJob.objects.get_or_create(name=name, defaults={"started_at": at})
    return created


def beat(worker_id: str, *, at: datetime) -> None:
    """Record that this worker is alive."""
    WorkerHeartbeat.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": at})


class Pacemaker(threading.Thread):
    """Beats and enqueues due jobs beside a worker, for as long as its process lives."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(name="pacemaker", daemon=True)
        self.worker_id = worker_id
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self._tick()
            self.stopped.wait(BEAT_SECONDS)

    def _tick(self) -> None:
        close_old_connections()
        try:
            now = timezone.now()
            beat(self.worker_id, at=now)
            enqueue_due_jobs(at=now)
        except DatabaseError:
            log.exception("The schedule could not be read; trying again in %s s.", BEAT_SECONDS)
        finally:
            close_old_connections()
