"""Rows that are work to do: one worker at a time has each, and what failed is tried again, later each time.

A dead worker's claim runs out by itself, so a crash costs two minutes and loses nothing."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

LEASE = timedelta(seconds=120)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)


class WorkQuerySet(models.QuerySet[Any]):
    def to_do(self) -> Self:
        """What is not done yet. Each table says so in its own way."""
        raise NotImplementedError

    def due(self, at: datetime) -> Self:
        """Not done yet, its next try has come, and nobody is at it."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
        return self.to_do().filter(free, next_try_at__lte=at)

    def claim(self, pk: int, *, at: datetime) -> bool:
        """Take one row for two minutes; False if it is done, not due, or in another worker's hands."""
        return self.due(at).filter(pk=pk).update(claimed_until=at + LEASE) == 1


class Work(models.Model):
    """A row with something to do. Its manager comes from a `WorkQuerySet`."""

    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)

    class Meta:
        abstract = True

    def note_failure(self, error: Exception, *, at: datetime, **changes: Any) -> None:
        """Give the row back with the error on it; the next try is dated. `changes` are written along."""
        wait = min(FIRST_WAIT * 2 ** min(self.attempts, 10), LONGEST_WAIT)
        type(self)._default_manager.filter(pk=self.pk).update(
            attempts=F("attempts") + 1,
            next_try_at=at + wait,
            claimed_until=None,
            last_error=f"{type(error).__name__}: {error}"[:2000],
            **changes,
        )
