from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One row that is not as it must be: which, and how."""

    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"
