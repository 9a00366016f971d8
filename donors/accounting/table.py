"""What every export is made of: headings, and rows of cells that know what they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Euros:
    """An amount in integer cents: each format writes it as a number in its own way, never as a float."""

    cents: int


type Cell = str | int | date | Euros | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """`rows` may be read once: it is a stream from the database."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
