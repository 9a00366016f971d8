"""What happened to a monthly gift, in words, and who asked for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.monthly import MonthlyGift
from donors.money import format_euros
from donors.office.columns import written_day

_KINDS = MonthlyGiftEvent.Kind
# Stripe's reasons: docs.stripe.com/api/subscriptions/object, cancellation_details.reason
_REASONS = {
    "cancellation_requested": "sur demande",
    "payment_failed": "après le dernier refus de la banque",
    "payment_disputed": "après une contestation",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    event: MonthlyGiftEvent
    what: str
    because: str
    by: str


def history_of(promise: MonthlyGift) -> list[Step]:
    """Each event, oldest first, in two queries. What was asked for here or by the donor names who asked."""
    # A wish that was told twice has two keys at Stripe, and one uuid.
    wishes = {f"monthly:{wish.uuid}": wish for wish in promise.requests.select_related("actor")}
    steps = []
    for event in promise.events.select_related("actor"):
        wish = wishes.get(event.because.removesuffix(":again"))
        because = f"demande «\u00a0{wish.get_kind_display()}\u00a0»" if wish else event.because
        steps.append(Step(event=event, what=_words(event), because=because, by=_by(event, wish)))
    return steps


def _by(event: MonthlyGiftEvent, wish: Any) -> str:
    actor = wish.actor if wish else event.actor
    if actor is not None:
        return str(actor.get_username())
    return "le donateur" if wish else "le site"


def _words(event: MonthlyGiftEvent) -> str:
    detail, kind = event.detail, str(event.get_kind_display())
    match event.kind:
        case _KINDS.AMOUNT_CHANGED:
            before, after = (format_euros(detail[name]) for name in ("from_cents", "to_cents"))
            return f"{kind} : de {before} à {after}"
        case _KINDS.ENDED if detail.get("reason") in _REASONS:
            return f"{kind} {_REASONS[detail['reason']]}"
        case _KINDS.CARD_EXPIRES if detail.get("on"):
            return f"{kind} : fin {date.fromisoformat(detail['on']):%m/%Y}"
        case _ if detail.get("next_try"):
            return f"{kind}, nouvel essai le {written_day(datetime.fromisoformat(detail['next_try']))}"
    return kind
