import logging
import os
import shutil
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from campaign.demo.people import CODE, plant_users
from campaign.demo.processes import (
    NotStarted,
    Processes,
    port_is_free,
    sandbox_command,
    web_command,
    worker_command,
)
from campaign.demo.static_files import collect_changed_files

KEPT = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "sandbox", "mail", "media", "logs")


class Command(BaseCommand):
    help = "Show everything: web, worker and a pretend Stripe, with a June campaign that is open today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--gifts", type=int, default=42, help="how many past visits (default: 42)")
        parser.add_argument(
            "--no-stories", dest="stories", action="store_false", help="no debits, refunds, disputes, months"
        )

    def handle(self, *, gifts: int, stories: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Start the demo with: make demo")
        port, sandbox_port = int(os.environ["PORT"]), int(os.environ["SANDBOX_PORT"])
        for number, name in ((port, "PORT"), (sandbox_port, "SANDBOX_PORT")):
            if not port_is_free(number):
                raise CommandError(f"Port {number} is taken. Choose another: make demo {name}={number + 100}")
        if os.environ.get("RESET", "") not in {"", "0"}:
            self._forget()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the children are stopped then too
        logging.disable(logging.INFO)  # what the planting writes would bury what the user is told
        processes = Processes(settings.VAR_DIR / "logs")
        try:
            self._prepare(processes, sandbox_port, gifts=gifts, stories=stories)
            self._serve(processes, port)
            self.letters = self._letters()
            processes.heed_stop_signals()
            self._tell(port, sandbox_port)
            ended = processes.wait(meanwhile=self._name_new_letters)
            if ended:
                raise CommandError(f"{ended} ended by itself; its log is {processes.logs / f'{ended}.log'}")
        except NotStarted as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Arrêté avant la fin de la préparation.", returncode=130) from None
        finally:
            processes.stop()
        self.stdout.write("\nArrêté. Les données restent dans var/ ; make demo les retrouve.")

    def _forget(self) -> None:
        connections.close_all()
        for name in KEPT:
            path = settings.VAR_DIR / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _prepare(self, processes: Processes, sandbox_port: int, *, gifts: int, stories: bool) -> None:
        self.stdout.write("Préparation de la base et des fichiers…")
        call_command("migrate", verbosity=0)
        collect_changed_files()
        processes.start("sandbox", sandbox_command(sandbox_port))
        processes.wait_for("sandbox", f"http://127.0.0.1:{sandbox_port}/")
        call_command("seed_demo", gifts=gifts, stories=stories, stdout=self.stdout)
        self.passwords = plant_users()
        connections.close_all()

    def _serve(self, processes: Processes, port: int) -> None:
        processes.start("web", web_command(port))
        processes.start("worker", worker_command())
        processes.wait_for("web", f"http://127.0.0.1:{port}/health/live")

    def _letters(self) -> set[Path]:
        return set((settings.VAR_DIR / "mail").glob("*.eml"))

    def _name_new_letters(self) -> None:
        for path in sorted(self._letters() - self.letters):
            self.letters.add(path)
            self.stdout.write(f"Courriel écrit : {path}")

    def _tell(self, port: int, sandbox_port: int) -> None:
        site = f"http://127.0.0.1:{port}"
        logins = "\n".join(f"    {name:<10} {password}" for name, password in self.passwords.items())
        self.stdout.write(f"""
La campagne de démonstration est ouverte. Aucun argent ne circule.

  Site public        {site}/
  Formulaire de don  {site}/don/{CODE}/
  Administration     {site}/admin/
  Faux Stripe        http://127.0.0.1:{sandbox_port}/
  Courriels          {settings.VAR_DIR / "mail"} (un fichier .eml par lettre)

  Comptes (mots de passe de ce démarrage)
{logins}

À essayer : donnez 50 € depuis la page de la campagne, payez avec « carte acceptée »,
regardez la jauge avancer et ouvrez la lettre avec son reçu ; puis, avec « tresorier »,
retrouvez le don, téléchargez le reçu, exportez les dons et les reçus. Voyez aussi
un prélèvement SEPA en attente, un don remboursé, un litige, un don mensuel, un virement.
Preuve des comptes : make demo-do DO=verify_books

Ctrl-C arrête tout.""")
