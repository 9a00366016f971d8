"""Trouble on demand: the next calls that match get an error, no answer, or a slow one."""

import threading
from dataclasses import asdict, dataclass, replace
from typing import Any

KINDS = ("status", "drop", "timeout", "commit_then_drop", "commit_then_timeout", "slow")


@dataclass(frozen=True)
class Fault:
    """`status` answers at once and does nothing; `commit_then_…` does the work and then loses the answer."""

    kind: str
    status: int = 500
    method: str = ""
    path: str = "/v1/"
    seconds: float = 0
    count: int = 1

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("", method) and path.startswith(self.path)


class Faults:
    """The faults still to come, in the order in which they were added. They do not survive a restart."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, kind: str, **given: Any) -> Fault:
        """Add a fault of one of `KINDS`; raises ValueError for a kind or field that does not exist."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}: one of {', '.join(KINDS)}")
        try:
            fault = Fault(kind, **given)
        except TypeError as error:
            raise ValueError(str(error)) from error
        if not (isinstance(fault.count, int) and fault.count >= 1 and 400 <= fault.status <= 599):
            raise ValueError("count is at least 1, status between 400 and 599")
        with self._lock:
            self._faults.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that matches this call, counted down; None when the call may pass."""
        with self._lock:
            for position, fault in enumerate(self._faults):
                if fault.matches(method, path):
                    if fault.count > 1:
                        self._faults[position] = replace(fault, count=fault.count - 1)
                    else:
                        del self._faults[position]
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]
