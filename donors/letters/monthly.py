"""The letters about a monthly gift: one for each event that its donor must hear of."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from donors.campaigns.models import local_day
from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_tokens import Action, monthly_url
from donors.letters.models import Letter
from donors.letters.monthly_words import Link, promise_words
from donors.letters.post import Occasion, compose, send_once
from donors.money import format_euros
from donors.receipts.wording import day_in_french

KINDS = MonthlyGiftEvent.Kind

SUBJECTS = {
    KINDS.PAYMENT_FAILED: "Votre don mensuel n’a pas pu être débité ce mois-ci",
    KINDS.LAST_TRY: "Dernier essai pour votre don mensuel",
    KINDS.ACTION_REQUIRED: "Votre banque vous demande de confirmer votre don mensuel",
    KINDS.CARD_EXPIRES: "Votre carte expire bientôt : pensez à votre don mensuel",
    KINDS.AMOUNT_CHANGED: "Votre don mensuel passe à {amount}",
    KINDS.PAUSED: "Votre don mensuel est en pause",
    KINDS.RESUMED: "Votre don mensuel reprend",
    KINDS.ENDED: "Votre don mensuel est arrêté",
}
# News that later news makes untrue before it is told: a pause is not announced once it is over.
_OVERTAKEN_BY = {
    KINDS.AMOUNT_CHANGED: {KINDS.AMOUNT_CHANGED, KINDS.ENDED},
    KINDS.PAUSED: {KINDS.PAUSED, KINDS.RESUMED, KINDS.ENDED},
    KINDS.RESUMED: {KINDS.PAUSED, KINDS.RESUMED, KINDS.ENDED},
    KINDS.CARD_EXPIRES: {KINDS.ENDED},
}
# About money that is owed: said only while it is.
_OWED = {KINDS.PAYMENT_FAILED, KINDS.LAST_TRY, KINDS.ACTION_REQUIRED}
_LATE = {MonthlyGift.Status.PAST_DUE, MonthlyGift.Status.UNPAID}


def send_monthly_letter(event: MonthlyGiftEvent, *, at: datetime) -> Letter | None:
    """Tell the donor. Idempotent; call it outside a transaction. None if there is nothing to say any more.

    Raises LetterInHand and what the mail server raises."""
    promise, kind = event.monthly_gift, KINDS(event.kind)
    if kind not in SUBJECTS or not _still_holds(event, kind):
        return None
    words = {**_words(event), **_action(event, at=at)}
    subject = SUBJECTS[kind].format(amount=words.get("to_amount", ""))
    return _send(promise, f"{kind.value}.{event.pk}", _writer(promise, kind.value, subject, words, at), at)


def _still_holds(event: MonthlyGiftEvent, kind: KINDS) -> bool:
    promise = event.monthly_gift
    if kind in _OWED:
        return promise.status in _LATE
    return not promise.events.filter(kind__in=_OVERTAKEN_BY.get(kind, ()), pk__gt=event.pk).exists()


def send_new_links(promise: MonthlyGift, *, at: datetime) -> Letter:
    """Fresh links to the donor's own address, once a day at most, whoever asks. Raises as above."""
    write = _writer(promise, "new_links", "Vos liens pour votre don mensuel", {}, at)
    return _send(promise, f"links.{local_day(at)}", write, at)


type Write = Callable[[Letter], EmailMultiAlternatives]


def _send(promise: MonthlyGift, fact: str, write: Write, at: datetime) -> Letter:
    return send_once(Occasion(kind=Letter.Kind.MONTHLY, about=promise, fact=fact), write, at=at)


def _writer(promise: MonthlyGift, name: str, subject: str, words: dict[str, Any], at: datetime) -> Write:
    shared = {"donor": promise.donor, "campaign": promise.campaign, "subject": subject}
    all_words = {**promise_words(promise, at=at), **shared, **words}
    all_words["organisation"] = promise.campaign.organisation
    # The same paragraphs for both; joined, so that they are plain text again and HTML escapes them.
    body = "".join([render_to_string(f"letters/monthly/{name}.txt", all_words), "\n"]).strip()
    return lambda letter: compose(letter, subject, "monthly", {**all_words, "body": body})


def _words(event: MonthlyGiftEvent) -> dict[str, Any]:
    detail = event.detail
    words: dict[str, Any] = {"reason": detail.get("reason", "")}
    for name in ("cents", "from_cents", "to_cents"):
        if name in detail:
            words[name.replace("cents", "amount")] = format_euros(detail[name])
    if detail.get("next_try"):
        words["next_try_on"] = day_in_french(local_day(datetime.fromisoformat(detail["next_try"])))
    if detail.get("on"):
        words["card_expires_on"] = day_in_french(date.fromisoformat(detail["on"]))
    return words


def _action(event: MonthlyGiftEvent, *, at: datetime) -> dict[str, Link]:
    """The one thing to do, above all others; none for a piece of news."""
    page = event.detail.get("page", "")
    match event.kind:
        case KINDS.ACTION_REQUIRED if page:
            return {"action": Link("Confirmer auprès de ma banque", page)}
        case KINDS.PAYMENT_FAILED | KINDS.LAST_TRY if page:
            return {"action": Link("Régler ce mois, ou donner une autre carte", page)}
        case KINDS.CARD_EXPIRES:
            return {
                "action": Link(
                    "Donner ma nouvelle carte", monthly_url(event.monthly_gift, Action.CARD, at=at)
                )
            }
    return {}
