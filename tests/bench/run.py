"""`make bench`: how fast the site is on this machine, as ratios within one run.

Starts sites and pretend Stripes of its own on free ports, in folders of their own, on SQLite and then on a
PostgreSQL of its own. All load goes to 127.0.0.1 and is bounded. Nothing here is asserted in a test:
figures depend on the machine."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace

import requests

from tests.bench.event_list import listing
from tests.bench.events import acknowledgements
from tests.bench.load import CLIENTS, milliseconds, quantile, requests_per_second
from tests.bench.site import Site, run, running_site, workers
from tests.postgres import NoPostgresql, own_server

SECONDS = 4
POSTS = 40
ACKNOWLEDGEMENTS_EACH = 50
GIFTS = 30
WORKERS = (1, 2, 4)
LISTED = (10_000, 100_000)
# The disk is waited for, as on a real server.
POSTGRESQL = "-c max_connections=100"

type Rows = Iterator[tuple[str, str]]


def post_form(site: Site) -> list[float]:
    """The gift form as a browser posts it, up to the redirect to the payment page; a new gift each time."""
    address = f"{site.url}/don/juin/"
    visitor = requests.Session()
    page = visitor.get(address, timeout=10).text
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    typed = {"frequency": "once", "amount": "50", "first_name": "Amina", "last_name": "Benali"}

    def give(number: int) -> None:
        data = {**hidden, **typed, "email": f"amina.{number}@example.org"}
        answer = visitor.post(
            address, data=data, headers={"Referer": address}, allow_redirects=False, timeout=30
        )
        assert answer.status_code in {302, 303}, answer.text
        assert answer.headers["Location"].startswith(site.environment["STRIPE_API_BASE"])

    return milliseconds(give, times=POSTS)


def gifts_per_second(site: Site, count: int) -> float:
    """Paid gifts from stored event to ledger, receipt and letter, by so many worker processes."""
    with workers(site, count):
        return float(run(site, "-m", "tests.bench.gifts", str(GIFTS)))


def pages(site: Site) -> Rows:
    posts = post_form(site)
    found = json.loads(run(site, "-m", "tests.bench.inside", "everything").splitlines()[-1])
    hello = requests_per_second(f"{site.url}/health/live", seconds=SECONDS)
    page = requests_per_second(f"{site.url}{found['campaign_address']}", seconds=SECONDS)
    insert, median = found["insert_ms"], quantile(posts, 50)
    receipts, empty = found["receipts_per_second"], found["empty_documents_per_second"]
    yield (
        "Campaign page",
        f"{page:.0f} requests/s = {page / hello:.2f} × a view that says ok ({hello:,.0f}/s)",
    )
    queries = ", ".join(f"{name} {number}" for name, number in found["queries"].items())
    yield "Database queries with empty caches", queries
    yield (
        "POST of the gift form, with the payment page opened at the pretend Stripe",
        f"{median:.0f} ms (median) = {median / insert:.0f} × one bare insert ({insert:.2f} ms)",
    )
    yield (
        "Receipts, numbered, drawn and stored, one process",
        f"{receipts:.1f}/s = {receipts / empty:.2f} × a PDF with one word ({empty:.1f}/s)",
    )


def money(site: Site, database: str) -> Rows:
    """Gifts first: what the acknowledged webhooks leave in the queue is nobody's work here."""
    paces = {count: gifts_per_second(site, count) for count in WORKERS}
    insert = json.loads(run(site, "-m", "tests.bench.inside").splitlines()[-1])["insert_ms"]
    pace, taken = acknowledgements(site, each=ACKNOWLEDGEMENTS_EACH)
    inserts = 1000 / insert
    yield (
        f"Webhooks verified, stored and answered, {CLIENTS} at a time, {database}",
        f"{pace:.0f}/s = {pace / inserts:.2f} × bare inserts ({inserts:.0f}/s);"
        f" p50 {quantile(taken, 50):.0f} ms, p95 {quantile(taken, 95):.0f} ms",
    )
    one = paces.pop(1)
    more = ", ".join(f"{count}: {pace:.1f}/s = {pace / one:.2f} ×" for count, pace in paces.items())
    yield (
        f"Gifts from stored event to ledger, receipt and letter, {database}",
        f"1 worker {one:.1f}/s; {more}",
    )


def catching_up(site: Site) -> Rows:
    """The last thing on this database: it leaves all those events behind."""
    few, many = (swept(site, count) for count in LISTED)
    seconds, peak, before = (many[name] for name in ("seconds", "peak_mb", "before_mb"))
    yield (
        f"Catching up with {LISTED[1]:,} listed events, one in a hundred lost: memory at its peak, SQLite",
        f"{peak:.0f} MB = {peak / few['peak_mb']:.2f} × that of {LISTED[0]:,} ({few['peak_mb']:.0f} MB;"
        f" {before:.0f} MB before it begins); {LISTED[1] / seconds:,.0f} events/s",
    )


def swept(site: Site, count: int) -> dict[str, float]:
    run(site, "-m", "tests.bench.sweep", "store", str(count))
    with listing(count) as address:
        asked = replace(site, environment={**site.environment, "STRIPE_API_BASE": address})
        told = run(asked, "-m", "tests.bench.sweep", "sweep", str(count)).splitlines()[-1]
    found: dict[str, float] = json.loads(told)
    return found


def measure() -> Rows:
    """What was measured, and its figure."""
    with running_site() as site:
        yield from pages(site)
        yield from money(site, "SQLite")
        yield from catching_up(site)
    try:
        with own_server(POSTGRESQL) as server, running_site(server.url) as site:
            yield from money(site, "PostgreSQL")
    except NoPostgresql as error:
        yield "PostgreSQL", f"not measured: {error}"


def main() -> None:
    print(f"Measuring on {os.cpu_count()} cores; the machine should do nothing else …", flush=True)
    for what, figure in measure():
        print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
