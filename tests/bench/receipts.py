"""`make bench-receipts`: thousands of receipts on two processes, beside the naive way, in one run.

Naive: one by one, `HTML(string=…).write_pdf()` with flex and grid, the same fonts and words, nothing kept.
`RECEIPTS` (10,000) sets how many are drawn."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.template import Context, Engine  # noqa: E402  Django must be set up first
from weasyprint import HTML  # noqa: E402

from donors.receipts.many import render_many  # noqa: E402
from donors.receipts.pdf import FONTS, RenderRefused, render_pdf  # noqa: E402
from tests.donors.receipts.snapshots import a_snapshot  # noqa: E402

PROCESSES = 2
NAIVE = 20
NAIVE_PAGE = Path(__file__).with_name("naive.html").read_text()


def snapshots(count: int) -> Iterator[dict[str, object]]:
    """Donors of many names and places, so that no two receipts are alike."""
    for number in range(1, count + 1):
        donor = {"last_name": f"Benali {number}", "street": f"{number} cours de l’Yser"}
        yield a_snapshot(number=f"2027-{number:06}", donor=donor, amount_cents=1000 + number)


def naive(snapshot: dict[str, object]) -> bytes:
    page = Engine().from_string(NAIVE_PAGE).render(Context({"receipt": snapshot, "fonts": FONTS.as_uri()}))
    return bytes(HTML(string=page).write_pdf())


def naive_milliseconds() -> float:
    """Of one core's work, the median."""
    taken = []
    for snapshot in snapshots(NAIVE):
        start = time.process_time()
        naive(snapshot)
        taken.append(time.process_time() - start)
    return 1000 * sorted(taken)[NAIVE // 2]


def own_milliseconds() -> float:
    """Of one core's work once warm, the median."""
    taken = []
    for snapshot in snapshots(NAIVE + 1):
        start = time.process_time()
        render_pdf(snapshot)
        taken.append(time.process_time() - start)
    return 1000 * sorted(taken[1:])[NAIVE // 2]


def peaks() -> list[int]:
    """The most memory that each child process has had until now, in MB, largest first (Linux)."""
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    found = []
    for child in mine.read_text().split() if mine.exists() else []:
        status = Path(f"/proc/{child}/status").read_text()
        found.append(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
    return sorted(found, reverse=True)[:PROCESSES]


def measure(count: int) -> Iterator[tuple[str, str]]:
    """What was measured, and its figure."""
    plain, own = naive_milliseconds(), own_milliseconds()
    yield "One receipt, one core", f"{own:.0f} ms = 1/{plain / own:.1f} of the naive way ({plain:.0f} ms)"
    size, early, late, started = 0, [0], [0], 0.0
    for done, content in enumerate(render_many(snapshots(count), processes=PROCESSES), start=1):
        assert not isinstance(content, RenderRefused)
        size += len(content)
        if done == 1:
            started = time.perf_counter()  # the processes are up and warm
        if done == min(100, count):
            early = peaks()
        if done == count:
            late = peaks()
    pace = (count - 1) / (time.perf_counter() - started)
    yield (
        f"{count:,} receipts, {PROCESSES} processes",
        f"{count / pace:.0f} s; {pace:.1f}/s, {pace / PROCESSES:.1f}/s a process"
        f" = {pace * plain / 1000:.1f} × naive on one core",
    )
    yield "Memory of a process at its peak", f"{early} MB after 100, {late} MB at the end"
    yield "Size of a file", f"{size / count / 1000:.1f} kB"


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else int(os.environ.get("RECEIPTS", "10000"))
    for what, figure in measure(count):
        print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
