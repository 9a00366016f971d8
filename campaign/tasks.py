from datetime import timedelta

from django.core.management import call_command
from django.tasks import task
from django.utils import timezone

from campaign.models import WorkerHeartbeat

DEAD_AFTER = timedelta(days=7)


@task
def prune() -> None:
    """Forget finished tasks, dead sessions and workers; what they did stands in their subject's tables.

    The youngest sign of life is kept: it says since when no worker has run."""
    call_command("prune_db_task_results", min_age_days=7, verbosity=0)
    call_command("clearsessions", verbosity=0)
    youngest = WorkerHeartbeat.objects.order_by("-seen_at").values("pk")[:1]
    dead = WorkerHeartbeat.objects.filter(seen_at__lt=timezone.now() - DEAD_AFTER)
    dead.exclude(pk__in=youngest).delete()
