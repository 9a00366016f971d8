"""`make real-stripe`: the gateway against Stripe itself, in the account's own sandbox.

Needs STRIPE_SANDBOX_KEY, a secret test key. Makes test payments, refunds, a dispute, a subscription on a test
clock and a webhook endpoint, which it deletes again. Exits 1 if a step fails; a field that the installed SDK
does not know is told and is no failure."""

import os
import sys
from collections.abc import Callable, Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import stripe  # noqa: E402  Django must be set up first
from django.test import override_settings  # noqa: E402

from donors.payments.gateway import connection  # noqa: E402
from tests.real_stripe.givers import Giver, RealGiver  # noqa: E402
from tests.real_stripe.recorder import Recorder  # noqa: E402
from tests.real_stripe.steps import STEPS  # noqa: E402

NOT_RUN = "Not run: STRIPE_SANDBOX_KEY is not set, so nothing was compared with Stripe itself."
TEST_KEYS = ("sk_test_", "rk_test_")


def play(giver: Giver, steps: list[Callable[[Giver], None]]) -> Iterator[tuple[str, str]]:
    """Each step in words, and what went wrong in it: nothing, if all is well. One failure stops no other."""
    for step in steps:
        trouble = ""
        try:
            step(giver)
        except Exception as error:  # noqa: BLE001  whatever it is, it belongs in the report
            trouble = f"{type(error).__name__}: {error}"
        yield step.__name__.replace("_", " "), trouble


def main(key: str) -> int:
    if not key:
        print(NOT_RUN)
        return 0
    if not key.startswith(TEST_KEYS):
        print("REFUSED: STRIPE_SANDBOX_KEY must begin with sk_test_ or rk_test_.", file=sys.stderr)
        return 2
    recorder = Recorder(stripe.RequestsClient(timeout=(5, 40)))
    connection.make_transport = lambda: recorder
    connection.client.cache_clear()
    with override_settings(STRIPE_API_KEY=key, STRIPE_API_BASE=connection.STRIPE_BASE):
        giver = RealGiver()
        try:
            return report(play(giver, STEPS), recorder)
        finally:
            giver.tidy()


def report(played: Iterator[tuple[str, str]], recorder: Recorder) -> int:
    failed = 0
    for step, trouble in played:
        failed += bool(trouble)
        print(f"{'FAILED' if trouble else 'ok':8} {step}  {trouble}".rstrip(), flush=True)
    for difference in sorted(recorder.differences):
        print(f"differs  {difference}")
    print(f"{recorder.objects} objects read, {len(recorder.differences)} differ, {failed} steps failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(os.environ.get("STRIPE_SANDBOX_KEY", "")))
