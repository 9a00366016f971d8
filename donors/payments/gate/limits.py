"""How much is let through: one table for quiet times and one for an attack.

The numbers of quiet times are settings (docs/operations.md); those of an attack follow from them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

WINDOW = timedelta(minutes=10)  # for addresses, for the whole site, and for judging whether it is an attack
EMAIL_WINDOW = timedelta(days=1)
DECLINES_WINDOW = timedelta(hours=1)
QUIET = timedelta(minutes=30)  # an attack is over when nothing has come for so long
KEPT = timedelta(hours=48)

# An attack: as many declined payments as GATE_DECLINES within the window, and so many of a hundred pages.
DECLINED_PERCENT = 50
# Card testers try small amounts, because nobody notices them on an account.
ATTACK_MINIMUM_CENTS = 1000


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Payment pages that may be opened per window, and declined payments after which an address rests."""

    per_address: int
    per_email: int
    in_all: int
    declines_per_address: int
    minimum_cents: int


def limits(*, attacked: bool) -> Limits:
    """What holds now. During an attack a third of it, and never less than one."""
    share = 3 if attacked else 1
    return Limits(
        per_address=max(1, settings.GATE_PER_ADDRESS // share),
        per_email=max(1, settings.GATE_PER_EMAIL // share),
        in_all=max(1, settings.GATE_IN_ALL // share),
        declines_per_address=max(1, settings.GATE_PER_ADDRESS // share),
        minimum_cents=ATTACK_MINIMUM_CENTS if attacked else 0,
    )
