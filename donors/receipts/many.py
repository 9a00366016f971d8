"""Draw many receipts in several processes: drawing keeps a core busy, and Python uses one a process."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import batched
from multiprocessing import get_context
from typing import Any

import django

from donors.receipts.pdf import RenderRefused, render_pdf

# So many wait for each process: memory stays flat however many receipts there are.
WAITING_EACH = 64


def render_many(snapshots: Iterable[dict[str, Any]], *, processes: int) -> Iterator[bytes | RenderRefused]:
    """Each receipt's PDF in the order given, the same bytes as `render_pdf` gives; one that cannot be drawn
    comes as its RenderRefused and stops no other. Each process keeps its fonts and sheets while it lives."""
    # `spawn`: a forked copy of a process that has drawn would share its fonts' locks. `django.setup` comes
    # first, before anything of ours is imported there.
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=django.setup) as pool:
        for waiting in batched(snapshots, WAITING_EACH * processes):
            yield from pool.map(_draw, waiting, chunksize=8)


def _draw(snapshot: dict[str, Any]) -> bytes | RenderRefused:
    try:
        return render_pdf(snapshot)
    except RenderRefused as refusal:
        return refusal
