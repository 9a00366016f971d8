from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donors.accounting.against_balance import balance_differences
from donors.accounting.difference import Difference
from donors.accounting.verify import stored_differences, stripe_differences
from donors.gifts.models import Donation, LedgerEntry
from donors.payments.errors import NotAllowed, StripeRefused, StripeUnavailable
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
        checks = [stored_differences()] if without_stripe else [stored_differences(), stripe_differences()]
        try:
            found = sum(self._name(check) for check in checks)
            if not without_stripe:
                found += self._compare_balance()
        except (StripeUnavailable, StripeRefused) as error:
            raise CommandError(f"Stripe could not be asked ({error}): nothing is proven.") from error
        counted = (
            f"{Donation.objects.succeeded().count()} paid gifts, {LedgerEntry.objects.count()} ledger lines, "
            f"{Receipt.objects.count()} receipts"
        )
        if found:
            raise CommandError(f"{found} differences in {counted}.")
        self.stdout.write(f"The books are right: {counted}.")

    def _name(self, differences: Iterator[Difference]) -> int:
        found = 0
        for difference in differences:
            found += 1
            self.stderr.write(str(difference))
        return found

    def _compare_balance(self) -> int:
        """How many differences with Stripe's balance; a sentence where it cannot be compared."""
        if settings.STRIPE_ACCOUNT_SHARED:
            self.stdout.write("The Stripe account is shared with other sites: its balance is not compared.")
            return 0
        try:
            return self._name(balance_differences(at=timezone.now()))
        except NotAllowed as error:
            self.stderr.write(f"Stripe's balance is not compared ({error}): see docs/operations.md.")
            return 0
