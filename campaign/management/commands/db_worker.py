from typing import Any

from django_tasks_db.management.commands.db_worker import Command as DbWorkerCommand

from campaign.schedule import Pacemaker


class Command(DbWorkerCommand):
    help = "Run the tasks of the database queue, and start the scheduled ones."

    def handle(self, *, worker_id: str, batch: bool, **options: Any) -> None:
        if not batch:  # a batch run ends when the queue is empty: it keeps no schedule
            Pacemaker(worker_id).start()
        super().handle(worker_id=worker_id, batch=batch, **options)
