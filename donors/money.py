"""Euro cents: read what people type, print, and spell out. Amounts are integers everywhere."""

import re
from functools import lru_cache

from num2words import num2words

NARROW_SPACE = "\u202f"  # between thousands in French
FIXED_SPACE = "\u00a0"  # before the euro sign

_GROUPED = re.compile(r"^\d{1,3}(?: \d{3})+(?:[.,]\d*)?$")
_PLAIN = re.compile(r"^(\d+)(?:[.,](\d*))?$")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")


class AmountError(ValueError):
    """The text is no amount of euros; the message says why, in French, for the person who typed it."""


def parse_euros(text: str) -> int:
    """Cents from "25", "25,50", "25.50" or "1 000,50 €". Raises AmountError; never rounds."""
    cleaned = _SPACES.sub(" ", text).strip()
    cleaned = re.sub(r"^€ ?| ?(?:€|euros?|EUR)$", "", cleaned, flags=re.IGNORECASE).strip()
    if not cleaned:
        raise AmountError("Indiquez un montant, par exemple 25 ou 25,50.")
    if cleaned.startswith(("-", "\u2212")):
        raise AmountError("Le montant doit être supérieur à zéro.")
    if not cleaned.isascii():
        raise AmountError("Écrivez le montant en chiffres, par exemple 25 ou 25,50.")
    if _GROUPED.match(cleaned):
        cleaned = cleaned.replace(" ", "")
    found = _PLAIN.match(cleaned)
    if not found:
        raise AmountError("Écrivez le montant en chiffres, par exemple 25 ou 25,50.")
    euros, cents = found[1], found[2] or ""
    if len(cents) > 2:
        raise AmountError("Le montant s’arrête aux centimes : deux chiffres après la virgule au plus.")
    if len(euros.lstrip("0")) > 9:
        raise AmountError("Ce montant est trop grand pour un don en ligne.")
    return int(euros) * 100 + int(cents.ljust(2, "0"))


def format_euros(cents: int) -> str:
    """ "1 234,50 €", or "50 €" for whole euros, with the spaces that do not break."""
    number = format_amount(cents)
    return f"{number.removesuffix(',00')}{FIXED_SPACE}€"


def format_amount(cents: int) -> str:
    """ "1 234,50", always with its cents and a narrow space between thousands."""
    euros, rest = divmod(abs(cents), 100)
    sign = "\u2212" if cents < 0 else ""
    return f"{sign}{euros:,}".replace(",", NARROW_SPACE) + f",{rest:02d}"


def plain_amount(cents: int) -> str:
    """ "1234,50": the figure for spreadsheets and books, where a French comma is expected."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros},{rest:02d}"


def in_words(cents: int) -> str:
    """The amount in French words, traditional spelling: "mille deux cents euros et cinquante centimes".

    From 0 to 999 999 999,99 €. Raises ValueError outside."""
    if not 0 <= cents < 100_000_000_000:
        raise ValueError(f"no words for {cents} cents")
    euros, rest = divmod(cents, 100)
    if not euros and rest:
        return _count(rest, "centime")
    whole = _count(euros, "euro")
    return f"{whole} et {_count(rest, 'centime')}" if rest else whole


def _count(number: int, noun: str) -> str:
    link = " d’" if number and number % 1_000_000 == 0 else " "
    return f"{_words(number)}{link}{noun}{'s' if number >= 2 else ''}"


@lru_cache(maxsize=4096)
def _words(number: int) -> str:
    """A yearly run writes the same euros, and every gift the same hundred cents, again and again."""
    words: str = num2words(number, lang="fr")
    return words
