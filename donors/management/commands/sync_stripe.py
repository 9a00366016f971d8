from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donors.follow_ups import follow_due_events, send_held_back
from donors.letters.late import held_back
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.inbox import process_event, sweep_inbox
from donors.payments.missed_events import collect_missed, missed_pages
from donors.payments.models import StripeEvent
from donors.payments.sweeps import SWEEPS, run_sweep, to_read

_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Relit chez Stripe tout ce qu’aucun webhook n’a annoncé : événements, dons, remboursements, litiges."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait et n’écrit rien")
        parser.add_argument(
            "--letters", action="store_true", help="envoie aussi les lettres retenues, trop anciennes"
        )

    def handle(self, *, dry_run: bool, letters: bool, **options: Any) -> None:
        try:
            if dry_run:
                self._tell()
            else:
                self._do(letters=letters)
        except (StripeUnavailable, StripeRefused) as error:
            raise CommandError(f"Stripe n’a pas pu être lu ({error}). Relancez la commande.") from error

    def _tell(self) -> None:
        missed = Counter(event["type"] for page in missed_pages(timezone.now(), every=True) for event in page)
        self.stdout.write(f"Événements à reprendre : {missed.total()}")
        for kind, number in sorted(missed.items()):
            self.stdout.write(f"  {kind} : {number}")
        self.stdout.write(f"Événements en attente : {StripeEvent.objects.due(timezone.now()).count()}")
        for sweep in SWEEPS:
            gifts = list(to_read(sweep, at=timezone.now()).values_list("pk", flat=True))
            named = ", ".join(str(pk) for pk in gifts[:_SHOWN]) + (" …" if len(gifts) > _SHOWN else "")
            self.stdout.write(f"{sweep.label} : {len(gifts)} à relire {named}".rstrip())
        self.stdout.write(f"Lettres retenues : {len(list(held_back()))}. Rien n’a été écrit.")

    def _do(self, *, letters: bool) -> None:
        found = collect_missed(at=timezone.now(), every=True)
        self.stdout.write(f"Événements repris : {found}")
        while sweep_inbox(at=timezone.now(), enqueue=lambda pk: process_event(pk, at=timezone.now())):
            pass
        for sweep in SWEEPS:
            read = run_sweep(sweep, at=timezone.now(), most=None)
            self.stdout.write(f"{sweep.label} : {read} relus")
        while follow_due_events(at=timezone.now()):
            pass
        if letters:
            self.stdout.write(f"Lettres retenues envoyées : {send_held_back(at=timezone.now())}")
        failed = StripeEvent.objects.filter(state=StripeEvent.State.FAILED).count()
        if failed:
            raise CommandError(f"{failed} événement(s) en échec : voyez Trésorerie › Événements Stripe.")
