from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.webhook_setup import faults, our_address, outdated, set_up


class Command(BaseCommand):
    help = "Make or mend Stripe's webhook endpoint for this site; a new one's secret is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 and name what is not as it must be"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        try:
            if check:
                self._check()
            else:
                self._set_up()
        except StripeUnavailable as error:
            raise CommandError(f"Stripe could not be asked ({error}). Try again later.") from error
        except StripeRefused as error:
            raise CommandError(
                f"Stripe refused ({error}). The key needs the right to write webhook endpoints, "
                "or to read them for --check."
            ) from error

    def _check(self) -> None:
        found = faults()
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError("Mend it with: manage.py stripe_setup")
        self.stdout.write(f"Stripe sends every event that this site acts on to {our_address()}.")

    def _set_up(self) -> None:
        done = set_up()
        name = done.endpoint.endpoint_id
        if done.secret:
            self.stdout.write(f"Made the webhook endpoint {name} at {our_address()}.")
            self.stdout.write("Its secret is told this once; add it to the environment and restart:")
            self.stdout.write(f"STRIPE_WEBHOOK_SECRETS={done.secret}")
        elif done.changed:
            self.stdout.write(f"Mended the webhook endpoint {name} at {our_address()}; its secret stays.")
        else:
            self.stdout.write(f"The webhook endpoint {name} is right already.")
        for old in outdated():
            self.stdout.write(
                f"{old.endpoint_id} speaks {old.api_version or 'another version'}: "
                "delete it in Stripe's Dashboard once the new secret is in place."
            )
