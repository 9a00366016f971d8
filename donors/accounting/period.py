"""The days that an export covers."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, as Paris counts days. Raises ValueError if reversed."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("Le dernier jour doit suivre le premier.")

    def __str__(self) -> str:
        return f"du {self.first:%d/%m/%Y} au {self.last:%d/%m/%Y}"

    @property
    def day_after(self) -> date:
        return self.last + timedelta(days=1)

    @property
    def slug(self) -> str:
        """For file names and logs: "2026-06-01_2026-06-30"."""
        return f"{self.first.isoformat()}_{self.last.isoformat()}"
