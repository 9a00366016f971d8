"""Who is running, in one French sentence: for the second person who starts a run."""

from donors.campaigns.models import PARIS
from donors.receipts.run_models import ReceiptRun
from donors.receipts.runs import progress_of_run


def say_who_runs(run: ReceiptRun) -> str:
    who = run.actor.get_full_name() or run.actor.get_username() if run.actor else "la ligne de commande"
    since = f"{run.started_at.astimezone(PARIS):%d/%m/%Y à %H:%M}"
    found = progress_of_run(run)
    done = sum(number for state, (number, _) in found.items() if state != "to_do")
    everyone = sum(number for number, _ in found.values())
    return (
        f"Une émission pour les dons de {run.year} est en cours, lancée par {who} le {since} : "
        f"{done} donateurs traités sur {everyone}."
    )
