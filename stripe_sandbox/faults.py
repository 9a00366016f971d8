"""Trouble on demand: the calls that match get an error, no answer, or a slow one."""

import random
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

KINDS = ("status", "html", "drop", "timeout", "commit_then_drop", "commit_then_timeout", "slow")


@dataclass(frozen=True)
class Fault:
    """`status` and `html` answer at once and do nothing; `commit_then_…` does the work and loses the answer.

    `count` is how many calls it meets, None for all to come. `share` is how many of a hundred matching calls
    it meets, drawn with `seed`; the same calls in the same order meet it again. `path` is a prefix.
    """

    kind: str
    status: int = 500
    method: str = ""
    path: str = "/v1/"
    seconds: float = 0
    count: int | None = 1
    share: int = 100
    seed: int | None = None

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("", method) and path.startswith(self.path)


# What a fault may say, field by field; everything else is refused.
CHECKS: dict[str, Callable[[Any], bool]] = {
    "kind": lambda value: value in KINDS,
    "status": lambda value: _whole(value) and 400 <= value <= 599,
    "method": lambda value: value in ("", "GET", "POST", "DELETE"),
    "path": lambda value: isinstance(value, str) and value.startswith("/"),
    "seconds": lambda value: isinstance(value, int | float) and 0 <= value <= 600,
    "count": lambda value: value is None or (_whole(value) and value >= 1),
    "share": lambda value: _whole(value) and 1 <= value <= 100,
    "seed": lambda value: value is None or _whole(value),
}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class _Standing:
    """A fault that waits for calls: how many it still meets, and the dice that say which."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.left = fault.count
        self._dice = random.Random(fault.seed)  # noqa: S311 - which call fails is no secret

    def meets(self, method: str, path: str) -> bool:
        """Whether this call is hit; a call that does not match leaves the dice alone."""
        if not self.fault.matches(method, path) or self._dice.randrange(100) >= self.fault.share:
            return False
        self.left = None if self.left is None else self.left - 1
        return True


class Faults:
    """The faults still to come, in the order in which they were added. They do not survive a restart."""

    def __init__(self) -> None:
        self._standing: list[_Standing] = []
        self._lock = threading.Lock()

    def add(self, kind: str, **given: Any) -> Fault:
        """Add a fault of one of `KINDS`; raises ValueError for a kind, field or value that does not exist."""
        wanted = {"kind": kind, **({"status": 502} if kind == "html" else {}), **given}
        unknown = sorted(set(wanted) - {field.name for field in fields(Fault)})
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        for name, value in wanted.items():
            if not CHECKS[name](value):
                raise ValueError(f"{name}: {value!r} is not allowed")
        fault = Fault(**wanted)
        with self._lock:
            self._standing.append(_Standing(fault))
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that hits this call, counted down; None when the call may pass."""
        with self._lock:
            for standing in self._standing:
                if standing.meets(method, path):
                    if standing.left == 0:
                        self._standing.remove(standing)
                    return standing.fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._standing.clear()

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(standing.fault) | {"count": standing.left} for standing in self._standing]
