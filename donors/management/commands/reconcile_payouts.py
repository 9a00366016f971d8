from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donors.gifts.queries import day_start
from donors.money import format_euros
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.gateway.payouts import fetch_payout
from donors.payments.payout_models import Payout
from donors.payments.payouts import RECENT, payouts_to_reconcile, reconcile_payout


class Command(BaseCommand):
    help = (
        "Rapproche les virements de Stripe avec les écritures ; sort avec 1 si l’un d’eux reste à vérifier."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--payout", help="un seul virement, po_…")
        parser.add_argument("--since", type=date.fromisoformat, help="depuis ce jour ; sinon 35 jours")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait lu et n’écrit rien")

    def handle(self, *, payout: str | None, since: date | None, dry_run: bool, **options: Any) -> None:
        start = day_start(since) if since else timezone.now() - RECENT
        try:
            found = [fetch_payout(payout)] if payout else list(payouts_to_reconcile(since=start))
            for facts in found:
                amount = f"{facts.payout_id} {format_euros(facts.amount_cents)}"
                if dry_run:
                    self.stdout.write(f"{amount} : serait rapproché (chez Stripe : {facts.status})")
                elif done := reconcile_payout(facts.payout_id, at=timezone.now()):
                    self.stdout.write(f"{amount} : {done.get_state_display()}")
        except (StripeUnavailable, StripeRefused) as error:
            raise CommandError(f"Stripe n’a pas pu être lu ({error}). Relancez la commande.") from error
        still_open = Payout.objects.filter(
            stripe_payout_id__in=[facts.payout_id for facts in found], state=Payout.State.OPEN
        ).count()
        if still_open and not dry_run:
            raise CommandError(f"{still_open} virement(s) à vérifier : voyez Trésorerie › Virements.")
