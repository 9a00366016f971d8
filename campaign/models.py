from django.db import models


class ScheduledJob(models.Model):
    """When one regular job was started last. One row a job, claimed by conditional UPDATE."""

    name = models.CharField(max_length=200, unique=True)
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class WorkerHeartbeat(models.Model):
    """The last sign of life of one worker process."""

    worker_id = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.worker_id
