"""What every letter about a monthly gift can say, and the links that it carries."""

from dataclasses import dataclass
from datetime import datetime

from donors.campaigns.models import local_day
from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_tokens import Action, monthly_url
from donors.money import format_euros
from donors.receipts.wording import day_in_french

_WORDS = {
    Action.AMOUNT: "Changer le montant",
    Action.CARD: "Changer de carte ou de compte",
    Action.PAUSE: "Faire une pause",
    Action.RESUME: "Reprendre dès maintenant",
    Action.STOP: "Arrêter le don mensuel",
}


@dataclass(frozen=True)
class Link:
    words: str
    url: str


def links_of(promise: MonthlyGift, *, at: datetime) -> list[Link]:
    """One link for each thing that the donor can do now; none once it is over."""
    if promise.is_over:
        return []
    moving = Action.RESUME if promise.paused_at else Action.PAUSE
    actions = [Action.AMOUNT, Action.CARD, moving, Action.STOP]
    return [Link(_WORDS[action], monthly_url(promise, action, at=at)) for action in actions]


def promise_words(promise: MonthlyGift, *, at: datetime) -> dict[str, object]:
    """The monthly gift as the templates name it."""
    due, back = promise.next_debit_at, promise.resumes_at
    return {
        "promise": promise,
        "monthly_amount": format_euros(promise.amount_cents),
        "next_debit_on": day_in_french(local_day(due)) if due else "",
        "resumes_on": day_in_french(local_day(back)) if back else "",
        "links": links_of(promise, at=at),
    }
