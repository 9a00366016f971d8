"""How far a collection is, in the words that a visitor reads. The sums come from donors.gifts.progress."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.urls import reverse
from django.utils.formats import date_format

from donors.campaigns.models import PARIS, Campaign
from donors.gifts.progress import Progress, progress_of
from donors.money import FIXED_SPACE, format_euros


class State(StrEnum):
    BEFORE = "before"
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True)
class Gauge:
    """One campaign's progress, ready to be shown. Every property is a value or a piece of a sentence."""

    campaign: Campaign
    progress: Progress

    @property
    def state(self) -> State:
        if self.progress.has_ended:
            return State.ENDED
        return State.OPEN if self.progress.is_open else State.BEFORE

    @property
    def raised_cents(self) -> int:
        """Never below zero: lost disputes may outweigh the first gifts for a while."""
        return max(0, self.progress.raised_cents)

    @property
    def feed(self) -> str:
        """Where the page asks for fresh figures."""
        return reverse("progress", args=[self.campaign.code])

    @property
    def raised(self) -> str:
        return format_euros(self.raised_cents)

    @property
    def raised_word(self) -> str:
        return "collecté" if self.raised_cents < 200 else "collectés"

    @property
    def goal(self) -> str:
        """Empty without a goal."""
        return format_euros(self.progress.goal_cents) if self.progress.goal_cents else ""

    @property
    def percent(self) -> str:
        return f"{self.progress.percent or 0}{FIXED_SPACE}% de l’objectif"

    @property
    def pending(self) -> str:
        """Direct debits that the bank has not settled: promised, not collected, never in the bar."""
        return (
            f"{format_euros(self.progress.pending_cents)} en cours de prélèvement ne sont pas encore comptés."
        )

    @property
    def bar_cents(self) -> int:
        """As far as the bar goes: it is full at the goal and stays so beyond."""
        return min(self.raised_cents, self.progress.goal_cents or 0)

    @property
    def reached(self) -> str:
        """What to say of a goal that is behind us; empty before, and without a goal."""
        goal = self.progress.goal_cents
        if not goal or self.raised_cents < goal:
            return ""
        return "Objectif dépassé" if self.raised_cents > goal else "Objectif atteint"

    @property
    def donors(self) -> str:
        return counted(self.progress.donors, "donateur")

    @property
    def days(self) -> str:
        """Where we are between the first day and the last."""
        if self.state is State.ENDED:
            return f"collecte terminée le {day_in_words(self.campaign.ends_on)}"
        if self.state is State.BEFORE:
            return f"ouverture le {day_in_words(self.campaign.starts_on)}"
        left = self.progress.days_left
        return "dernier jour" if left == 1 else f"{left}{FIXED_SPACE}jours restants"

    @property
    def first_day(self) -> str:
        return day_in_words(self.campaign.starts_on)

    @property
    def time(self) -> str:
        """ "14 h 05": when these sums were right, in Paris."""
        moment = self.progress.computed_at.astimezone(PARIS)
        return f"{moment.hour}{FIXED_SPACE}h{FIXED_SPACE}{moment.minute:02d}"


def gauge_of(campaign: Campaign, *, at: datetime) -> Gauge:
    """The campaign's gauge; its sums are at most five seconds old while the campaign is open."""
    return Gauge(campaign, progress_of(campaign, at=at))


def counted(number: int, noun: str) -> str:
    """ "0 donateur", "1 donateur", "148 donateurs": French counts the plural from two."""
    return f"{number}{FIXED_SPACE}{noun}{'s' if number >= 2 else ''}"


def day_in_words(day: date) -> str:
    """ "1er juin 2027", with the spaces that do not break."""
    words = date_format(day, "j F Y").replace(" ", FIXED_SPACE)
    return words.replace("1", "1er", 1) if day.day == 1 else words
