"""How much memory it takes to catch up with a long list of events, of which one in a hundred never came.

`python -m tests.bench.sweep store COUNT` fills the inbox, `… sweep COUNT` then does what `manage.py
sync_stripe` does over listed and stored events, and prints one line of JSON. Two processes: the peak of a
process is what it ever held."""

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import batched

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")
django.setup()

from donors.payments.inbox import process_event, sweep_inbox  # noqa: E402  Django must be set up first
from donors.payments.missed_events import collect_missed  # noqa: E402
from donors.payments.models import StripeEvent, SweepCursor  # noqa: E402
from tests.bench.event_list import NEWEST, event  # noqa: E402

LOST = 100  # one event in so many
AT = datetime.fromtimestamp(NEWEST, tz=UTC) + timedelta(minutes=1)


def store(count: int) -> None:
    """What the webhooks brought: all but the lost ones, heard and done with."""
    heard = (number for number in range(count) if number % LOST)
    for numbers in batched(heard, 1000):
        StripeEvent.objects.bulk_create(_row(number, count) for number in numbers)
    SweepCursor.objects.all().delete()


def _row(number: int, count: int) -> StripeEvent:
    found = event(number, among=count)
    moment = datetime.fromtimestamp(found["created"], tz=UTC)
    return StripeEvent(
        stripe_event_id=found["id"],
        type=found["type"],
        object_id=found["data"]["object"]["id"],
        livemode=False,
        payload={},  # nothing reads it again
        state=StripeEvent.State.DONE,
        created_at=moment,
        received_at=moment,
        next_try_at=moment,
    )


def sweep(count: int) -> dict[str, float]:
    """Peak and seconds of catching up. Raises AssertionError if not every lost event was found."""
    started = time.perf_counter()
    before = peak_megabytes()
    found = collect_missed(at=AT, every=True)
    while sweep_inbox(at=AT, enqueue=lambda pk: process_event(pk, at=AT)):
        pass
    assert found == -(-count // LOST), found
    assert not StripeEvent.objects.due(AT).exists()
    return {
        "before_mb": before,
        "peak_mb": peak_megabytes(),
        "seconds": time.perf_counter() - started,
    }


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(what: str, count: int) -> None:
    if what == "store":
        store(count)
    else:
        print(json.dumps(sweep(count)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
