"""`make chaos`: hundreds of gifts while everything breaks, and at the end not a cent is missing.

Web, worker and pretend Stripe are real processes. Calls to Stripe fail, answers are lost after the fact,
webhooks are dropped, doubled and shuffled, the worker is killed, PostgreSQL is restarted, time jumps ahead so
that debits settle, months renew and payouts leave, and somebody refunds, disputes and fails payments in the
dashboard. Then the noise stops, the site catches up, and `verify_books` and Stripe's own balance must agree
with the ledger. The seed is printed: the same seed plays the same visits and the same mischief."""

import argparse
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.chaos.mischief import Mischief
from tests.chaos.site import Site
from tests.chaos.visitors import draw_visits, make_visit
from tests.postgres import Server, own_server

VISITORS = 6
KILLS = 20
DAYS = 45
LANDING_DAYS = 20
# What a commit promised survives the restart; only the disk is not waited for.
DURABLE = "-c fsync=off -c full_page_writes=off -c max_connections=100"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--gifts", type=int, default=500)
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    told = asked.parse_args()
    seed = told.seed if told.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}: {told.gifts} visits on {told.database}")
    folder = Path(tempfile.mkdtemp(prefix="campaign-chaos-"))
    with database(told.database) as server:
        site = Site(folder, server.url if server else "")
        try:
            site.start()
            play(site, server, gifts=told.gifts, seed=seed)
            failed = catch_up_and_compare(site)
        finally:
            site.stop()
    if failed:
        print(f"logs and tables: {folder}")
    else:
        shutil.rmtree(folder)
    return failed


@contextmanager
def database(kind: str) -> Iterator[Server | None]:
    if kind == "sqlite":
        yield None
        return
    with own_server(DURABLE) as server:
        yield server


def play(site: Site, server: Server | None, *, gifts: int, seed: int) -> None:
    dice = random.Random(seed)
    visits = draw_visits(gifts, dice)
    mischief = Mischief(site, seed=seed)
    mischief.make_noise()
    done = threading.Event()
    troubles = threading.Thread(target=make_trouble, args=(site, server, mischief, done), daemon=True)
    troubles.start()
    with ThreadPoolExecutor(VISITORS) as people:
        ends = Counter(people.map(lambda visit: make_visit(site, visit), visits))
    done.set()
    troubles.join(timeout=120)
    print("visits:", dict(ends))
    print("troubles:", dict(mischief.made))


def make_trouble(site: Site, server: Server | None, mischief: Mischief, done: threading.Event) -> None:
    """Kills, a restart, dashboard actions and jumps in time, spread over the run and finished after it."""
    for turn in range(KILLS):
        done.wait(2)
        mischief.act()
        mischief.act()
        mischief.advance(days=1)
        site.kill_worker()
        mischief.made["worker killed"] += 1
        if server is not None and turn == KILLS // 2:
            server.restart()
            mischief.made["database restarted"] += 1


def catch_up_and_compare(site: Site) -> int:
    """Quiet: faults off, webhooks on, every sweep; then both proofs. Answers the exit code."""
    site.sandbox("faults", [])
    site.sandbox("webhooks", {"on": True, "drop_share": 0, "copies": 1, "shuffle": False})
    for _ in range(DAYS - KILLS):
        site.sandbox("clock", {"advance": 86_400})
    print("catching up …")
    catch_up(site)
    site.stop_worker()
    wait_until_empty(site)
    land_payouts(site)
    catch_up(site)
    verified = site.manage("verify_books", check=False)
    print(verified.stdout, verified.stderr)
    ours, theirs = ledger_sum(site), balance_sum(site)
    print(f"ledger {ours} cents, Stripe's balance {theirs} cents")
    return 0 if verified.returncode == 0 and ours == theirs else 1


def catch_up(site: Site) -> None:
    """What the schedule does in a day. An event that fails here is told at the end, if it still does."""
    for _ in range(2):
        site.manage("sync_stripe", check=False)
        site.manage("reconcile_payouts", check=False)


def land_payouts(site: Site) -> None:
    """Days go by until no payout is on its way: money between two banks is in nobody's books."""
    for _ in range(LANDING_DAYS):
        if not any(payout["status"] == "in_transit" for payout in ask_stripe(site, "payouts")["data"]):
            return
        site.sandbox("clock", {"advance": 86_400})


def wait_until_empty(site: Site) -> None:
    """Work that a killed worker still held is free after its lease: wait for it, then empty the queue."""
    for _ in range(8):
        site.manage("db_worker", "--batch")
        told = site.manage("shell", "-v", "0", "-c", _LEFT).stdout.strip().splitlines()
        left = json.loads(told[-1])
        print("still to do:", *told)
        if not any(left.values()):
            return
        time.sleep(20)


_LEFT = """
import json
from django.utils import timezone
from donors.follow_ups import follow_due_events
from donors.gifts.events import DonationEvent, MonthlyGiftEvent
from donors.payments.inbox import process_event
from donors.payments.models import StripeEvent
now = timezone.now()
for pk in list(StripeEvent.objects.due(now).values_list("pk", flat=True)):
    process_event(pk, at=now)
follow_due_events(at=now)
tables = (StripeEvent, DonationEvent, MonthlyGiftEvent)
for table in tables:
    for row in table.objects.to_do().exclude(last_error="")[:5]:
        print(row, row.last_error[:300])
print(json.dumps({table.__name__: table.objects.to_do().count() for table in tables}))
"""

_LEDGER = """
from donors.gifts.models import LedgerEntry
print(LedgerEntry.objects.in_site_mode().total_cents())
"""


def ledger_sum(site: Site) -> int:
    return int(site.manage("shell", "-v", "0", "-c", _LEDGER).stdout.strip().splitlines()[-1])


def balance_sum(site: Site) -> int:
    """Available and pending, less the debits that no bank has answered yet: those are in nobody's books."""
    found = ask_stripe(site, "balance")
    whole = sum(part["amount"] for state in ("available", "pending") for part in found[state])
    under_way = sum(charge["balance_transaction"]["net"] for charge in debits_under_way(site))
    return int(whole - under_way)


def debits_under_way(site: Site) -> Iterator[dict[str, Any]]:
    after: dict[str, str] = {}
    while True:
        page = ask_stripe(site, "charges", limit="100", **{"expand[]": "data.balance_transaction"}, **after)
        yield from (charge for charge in page["data"] if charge["status"] == "pending")
        if not page["has_more"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


def ask_stripe(site: Site, what: str, **params: str) -> Any:
    key = site.environment["STRIPE_API_KEY"]
    return requests.get(f"{site.sandbox_url}/v1/{what}", params=params, auth=(key, ""), timeout=30).json()


if __name__ == "__main__":
    sys.exit(main())
