"""The sandbox's own time: real time plus an offset that tests and the demo move."""

import time
from collections.abc import Callable


class Clock:
    """Whole seconds since 1970, ticking on after a move. Signatures use real time instead."""

    def __init__(self, *, offset: int = 0) -> None:
        self.offset = offset
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> int:
        return int(time.time()) + self.offset

    def advance(self, seconds: int) -> int:
        """Move by `seconds` (negative goes back) and let all fall due that lies before the new time."""
        self.offset += seconds
        self._tell()
        return self.now()

    def set(self, timestamp: int) -> int:
        """Move to `timestamp`; afterwards as `advance`."""
        self.offset = timestamp - int(time.time())
        self._tell()
        return self.now()

    def reset(self) -> None:
        """Back to real time, silently."""
        self.offset = 0

    def on_move(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
