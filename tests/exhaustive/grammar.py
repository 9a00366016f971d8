"""French amounts in words a second time, by a grammar of our own: what donors/money.py is compared with.

Written from the rules of traditional spelling, not from a library: "et" before un and onze from vingt to
soixante-dix, hyphens below cent, an s for quatre-vingts and cents at the end or before million, mille
without any."""

from functools import lru_cache

SMALL = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    *("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}


def spelt(cents: int) -> str:
    """ "mille deux cents euros et cinquante centimes", for 0 to 999 999 999,99 €."""
    euros, rest = divmod(cents, 100)
    parts = []
    if euros or not rest:
        parts.append(named(euros, "euro"))
    if rest:
        parts.append(named(rest, "centime"))
    return " et ".join(parts)


@lru_cache(maxsize=4096)
def named(number: int, noun: str) -> str:
    ends_in_millions = number > 0 and number % 1_000_000 == 0
    return number_in_words(number) + (" d’" if ends_in_millions else " ") + noun + ("s" if number > 1 else "")


def number_in_words(number: int) -> str:
    if number == 0:
        return SMALL[0]
    millions, rest = divmod(number, 1_000_000)
    thousands, units = divmod(rest, 1000)
    words = []
    if millions:
        words.append(f"{below_thousand(millions, plural=True)} million{'s' if millions > 1 else ''}")
    if thousands == 1:
        words.append("mille")
    elif thousands:
        words.append(f"{below_thousand(thousands, plural=False)} mille")
    if units:
        words.append(below_thousand(units, plural=True))
    return " ".join(words)


def below_thousand(number: int, *, plural: bool) -> str:
    """`plural` is whether cent and quatre-vingt may take their s here: not before mille."""
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return below_hundred(rest, plural=plural)
    head = "cent" if hundreds == 1 else f"{SMALL[hundreds]} cent"
    if rest:
        return f"{head} {below_hundred(rest, plural=plural)}"
    return f"{head}s" if plural and hundreds > 1 else head


def below_hundred(number: int, *, plural: bool) -> str:
    if number < 20:
        return SMALL[number]
    ten, one = divmod(number, 10)
    if ten in {7, 9}:  # soixante-dix and quatre-vingt-dix count on from ten
        ten, one = ten - 1, one + 10
    if not one:
        return "quatre-vingts" if ten == 8 and plural else TENS[ten]
    linked = one in {1, 11} and ten != 8
    return f"{TENS[ten]} et {SMALL[one]}" if linked else f"{TENS[ten]}-{SMALL[one]}"
