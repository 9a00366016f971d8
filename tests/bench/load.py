"""Closed-loop load on our own loopback address: each client waits for its answer before it asks again."""

import re
import shutil
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

CLIENTS = 8


def requests_per_second(url: str, *, seconds: int) -> float:
    """How many pages a second 8 clients get for some seconds. Raises AssertionError unless all are 200."""
    assert urlsplit(url).hostname == "127.0.0.1"
    if wrk := shutil.which("wrk"):
        return _by_wrk(wrk, url, seconds)
    return _by_threads(url, seconds)


def _by_wrk(wrk: str, url: str, seconds: int) -> float:
    command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{seconds}s", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


def _by_threads(url: str, seconds: int) -> float:
    parts = urlsplit(url)
    counts: list[int] = []
    end = time.monotonic() + seconds

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", parts.port or 80, timeout=30)
        done = 0
        while time.monotonic() < end:
            connection.request("GET", parts.path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            done += 1
        counts.append(done)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == CLIENTS, "a client met an answer that was not 200"
    return sum(counts) / seconds


def milliseconds(action: Callable[[int], object], *, times: int) -> list[float]:
    """How long each of so many calls took, in order of length. The first, which warms up, is left out."""
    taken = []
    for number in range(times + 1):
        started = time.perf_counter()
        action(number)
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken[1:])


def quantile(taken: list[float], percent: int) -> float:
    return statistics.quantiles(taken, n=100, method="inclusive")[percent - 1]
