from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q


class StripeEventQuerySet(models.QuerySet[Any]):
    def unhandled(self) -> Self:
        return self.filter(state__in=["new", "failed"])

    def due(self, at: datetime) -> Self:
        """Not handled yet, its next try has come, and nobody is at it."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
        return self.unhandled().filter(free, next_try_at__lte=at)
