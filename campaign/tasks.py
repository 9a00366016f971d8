from django.core.management import call_command
from django.tasks import task


@task
def prune() -> None:
    """Forget finished tasks and dead sessions; what they did stands in the tables of their subject."""
    call_command("prune_db_task_results", min_age_days=7, verbosity=0)
    call_command("clearsessions", verbosity=0)
