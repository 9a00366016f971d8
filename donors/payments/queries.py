from typing import Any, Self

from django.db import models

from donors.gifts.retrying import WorkQuerySet


class StripeEventQuerySet(WorkQuerySet):
    def to_do(self) -> Self:
        return self.filter(state__in=["new", "failed"])


class AlarmQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        return self.filter(resolved_at__isnull=True)

    def unmailed(self) -> Self:
        return self.standing().filter(mailed_at__isnull=True)
