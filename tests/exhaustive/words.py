"""Every amount in words, twice: `python -m tests.exhaustive.words` compares the site with our own grammar.

Every cent to 100 000,00 €, then every euro to 999 999 with the cents that could trip it."""

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain

from donors.money import in_words
from tests.exhaustive.grammar import spelt

EVERY_CENT_TO = 10_000_000
LAST_EURO = 999_999
CENTS_WITH_EACH_EURO = (0, 1, 21, 71, 80, 81, 91, 99)


def every_amount() -> Iterator[int]:
    yield from range(1, EVERY_CENT_TO + 1)
    for euros in range(EVERY_CENT_TO // 100 + 1, LAST_EURO + 1):
        yield from (euros * 100 + cents for cents in CENTS_WITH_EACH_EURO)


def dense_sample() -> Iterator[int]:
    """What every run of the tests compares: small amounts whole, all edges, a fixed walk through the rest."""
    edges = (
        power * digit for power in (10, 100, 1_000, 10**4, 10**5, 10**6, 10**7) for digit in range(1, 10)
    )
    euros = chain.from_iterable(range(max(0, edge - 2), edge + 3) for edge in edges)
    yield from range(1, 20_001)
    yield from (euro * 100 + cents for euro in euros for cents in (0, 1, 2, 80, 99) if euro or cents)
    yield from range(20_001, LAST_EURO * 100 + 100, 7_919)  # a prime: no pattern of digits is passed by


def differences(amounts: Iterable[int]) -> Iterator[str]:
    for cents in amounts:
        ours, theirs = in_words(cents), spelt(cents)
        if ours != theirs:
            yield f"{cents}: {ours!r}, the grammar says {theirs!r}"


def main() -> int:
    started = time.monotonic()
    found = 0
    for found, difference in enumerate(differences(every_amount()), 1):
        print(difference)
        if found == 20:
            print("and maybe more: stopped here")
            break
    count = EVERY_CENT_TO + (LAST_EURO - EVERY_CENT_TO // 100) * len(CENTS_WITH_EACH_EURO)
    seconds = time.monotonic() - started
    print(
        f"{count:,} amounts, every cent to 100,000.00 euros among them: {found} differences, {seconds:.0f} s"
    )
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
