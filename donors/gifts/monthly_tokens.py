"""Signed links by which a donor looks after a monthly gift: each for one purpose, for a limited time.

They stand in letters to the donor's own address, which is what proves who comes. They live here, below the
letters that carry them and the pages that they open."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from donors.gifts.monthly import MonthlyGift

LIFE = timedelta(days=90)


class Action(StrEnum):
    """What one link allows, as its address says it."""

    CARD = "carte"
    AMOUNT = "montant"
    PAUSE = "pause"
    RESUME = "reprise"
    STOP = "arret"


class BadMonthlyToken(Exception):
    """We never gave out this token, or not for this."""


class ExpiredMonthlyToken(Exception):
    """We gave it out, too long ago; it still says for which monthly gift."""

    def __init__(self, promise: MonthlyGift) -> None:
        super().__init__(f"monthly gift {promise.pk}")
        self.promise = promise


def monthly_path(promise: MonthlyGift, action: Action, *, at: datetime) -> str:
    return reverse("monthly", args=[monthly_token(promise, action, at=at), action.value])


def monthly_url(promise: MonthlyGift, action: Action, *, at: datetime) -> str:
    """The whole address, for a letter that is written at this moment."""
    return f"{settings.SITE_URL}{monthly_path(promise, action, at=at)}"


def monthly_token(promise: MonthlyGift, action: Action, *, at: datetime) -> str:
    return _signer(action).sign(f"{promise.uuid.hex}-{int(at.timestamp()):x}")


def read_monthly_token(token: str, action: Action, *, at: datetime) -> MonthlyGift:
    """The monthly gift that a token opens, with donor and campaign. One query.

    Raises BadMonthlyToken, ExpiredMonthlyToken."""
    try:
        uuid, _, written = _signer(action).unsign(token).partition("-")
        age = at.timestamp() - int(written, 16)
    except (BadSignature, ValueError) as error:
        raise BadMonthlyToken(action) from error
    found = MonthlyGift.objects.in_site_mode().select_related("donor", "campaign__organisation")
    promise: MonthlyGift | None = found.filter(uuid=uuid).first()
    if promise is None:
        raise BadMonthlyToken(action)
    if age > LIFE.total_seconds():
        raise ExpiredMonthlyToken(promise)
    return promise


def _signer(action: Action) -> Signer:
    return Signer(salt=f"donors.gifts.monthly.{action}", sep=".")
