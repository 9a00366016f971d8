from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donors.campaigns.models import Organisation, local_day
from donors.money import format_euros
from donors.receipts.plan import plan_year, total
from donors.receipts.run_models import ReceiptRun, ReceiptRunItem
from donors.receipts.runs import RunUnderWay, carry_on, progress_of_run, retry_failed, start_run
from donors.receipts.under_way import say_who_runs


class Command(BaseCommand):
    help = (
        "Émet les reçus annuels des dons d’une année qui ne sont encore sur aucun reçu. Reprend là où une "
        "émission interrompue s’est arrêtée ; sort avec 1 si un reçu a échoué."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, help="année des dons, par exemple 2026")
        parser.add_argument("--organisation", type=int, help="clé de l’organisme, s’il y en a plusieurs")
        parser.add_argument("--preview", action="store_true", help="dit ce qui serait émis et n’écrit rien")
        parser.add_argument("--resume", action="store_true", help="reprend l’émission interrompue")

    def handle(self, *, year: int, organisation: int | None, preview: bool, **options: Any) -> None:
        if year > local_day(timezone.now()).year:
            raise CommandError(f"L’année {year} n’a pas commencé.")
        body = _organisation(organisation)
        if preview:
            self._preview(body, year)
            return
        run = self._run(body, year, resume=options["resume"])
        while carry_on(run.pk, at=timezone.now()):
            self._say(run)
        self._say(run)
        if failed := progress_of_run(run)[str(ReceiptRunItem.State.FAILED)][0]:
            raise CommandError(f"{failed} reçu(s) en échec : relancez avec --resume.")

    def _run(self, body: Organisation, year: int, *, resume: bool) -> ReceiptRun:
        if resume:
            last = ReceiptRun.objects.in_site_mode().filter(organisation=body, year=year).first()
            if last is None:
                raise CommandError(f"Aucune émission pour {year} n’a été lancée.")
            retry_failed(last, at=timezone.now())
            return last  # type: ignore[no-any-return]
        try:
            return start_run(body, year, at=timezone.now())
        except RunUnderWay as busy:
            raise CommandError(say_who_runs(busy.run)) from busy

    def _preview(self, body: Organisation, year: int) -> None:
        groups = plan_year(body, year, at=timezone.now())
        blocked: list[str] = []

        def listed() -> Any:
            for group in groups:
                if group.reasons:
                    blocked.append(f"{group.donor} : {' '.join(group.reasons)}")
                yield group

        sums = total(listed())
        self.stdout.write(
            f"Dons de {year} : {sums.receipts} reçus à émettre, {format_euros(sums.amount_cents)}, dont "
            f"{sums.companies} pour des entreprises ({format_euros(sums.companies_cents)})."
        )
        for line in blocked:
            self.stdout.write(f"  {line}")

    def _say(self, run: ReceiptRun) -> None:
        found = progress_of_run(run)
        words = [f"{found[str(state)][0]} {state.label.lower()}" for state in ReceiptRunItem.State]
        self.stdout.write(f"Dons de {run.year} : {', '.join(words)}.")


def _organisation(pk: int | None) -> Organisation:
    bodies = Organisation.objects.filter(pk=pk) if pk else Organisation.objects.all()
    found = list(bodies[:2])
    if not found:
        raise CommandError("Cet organisme n’existe pas.")
    if len(found) > 1:
        raise CommandError("Il y a plusieurs organismes : précisez --organisation.")
    return found[0]
