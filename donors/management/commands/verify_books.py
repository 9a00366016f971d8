from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from donors.accounting.verify import stored_differences, stripe_differences
from donors.gifts.models import Donation, LedgerEntry
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.receipts.models import Receipt


class Command(BaseCommand):
    help = "Re-derive every total, receipt, number and payment; exit 1 and name each row that differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-stripe",
            action="store_true",
            help="compare our own tables only, e.g. on a restored backup",
        )

    def handle(self, *, without_stripe: bool, **options: Any) -> None:
        found = 0
        checks = [stored_differences()] if without_stripe else [stored_differences(), stripe_differences()]
        try:
            for difference in chain(*checks):
                found += 1
                self.stderr.write(str(difference))
        except (StripeUnavailable, StripeRefused) as error:
            raise CommandError(f"Stripe could not be asked ({error}): nothing is proven.") from error
        counted = (
            f"{Donation.objects.succeeded().count()} paid gifts, {LedgerEntry.objects.count()} ledger lines, "
            f"{Receipt.objects.count()} receipts"
        )
        if found:
            raise CommandError(f"{found} differences in {counted}.")
        self.stdout.write(f"The books are right: {counted}.")
