"""The signed link by which a donor completes what a receipt lacks: for this alone, for thirty days.

It holds the unguessable key of one gift and the moment of writing: no address, and no number of ours."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from donors.gifts.models import Donation

LIFE = timedelta(days=30)


class BadCompletionToken(Exception):
    """We never gave out this token, or not for this."""


class ExpiredCompletionToken(Exception):
    """We gave it out, too long ago; it still says about which gift."""

    def __init__(self, gift: Donation) -> None:
        super().__init__(f"donation {gift.pk}")
        self.gift = gift


def completion_path(gift: Donation, *, at: datetime) -> str:
    token = _signer().sign(f"{gift.uuid.hex}-{int(at.timestamp()):x}")
    return reverse("completion", args=[token])


def completion_url(gift: Donation, *, at: datetime) -> str:
    """The whole address, for a letter that is written at this moment."""
    return f"{settings.SITE_URL}{completion_path(gift, at=at)}"


def read_completion_token(token: str, *, at: datetime) -> Donation:
    """The gift that a token names, with donor and organisation. One query.

    Raises BadCompletionToken, ExpiredCompletionToken."""
    try:
        uuid, _, written = _signer().unsign(token).partition("-")
        age = at.timestamp() - int(written, 16)
    except (BadSignature, ValueError) as error:
        raise BadCompletionToken from error
    gifts = Donation.objects.in_site_mode().select_related("donor", "campaign__organisation")
    gift: Donation | None = gifts.filter(uuid=uuid).first()
    if gift is None:
        raise BadCompletionToken
    if age > LIFE.total_seconds():
        raise ExpiredCompletionToken(gift)
    return gift


def _signer() -> Signer:
    return Signer(salt="donors.receipts.completion", sep=".")
