"""Signed links for donors, and the signed key of a form. Each opens one thing, for a limited time.

A link's token holds the gift's unguessable uuid and a signature, no date: it is the same at every call, as
the idempotency of Stripe's payment page demands. Its age is read from the gift's own row."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer, TimestampSigner, b62_decode
from django.http import Http404

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation

FORM_LIFE = timedelta(hours=24)
_FIRST = ":first"


class Scope(StrEnum):
    THANKS = "thanks"
    RESUME = "resume"


LIFE = {Scope.THANKS: timedelta(days=30), Scope.RESUME: timedelta(hours=24)}


class BadToken(Http404):
    """We never gave out this token, or not for this: there is no such page."""


class ExpiredToken(Exception):
    """We gave it out, too long ago."""


def link_token(donation: Donation, scope: Scope) -> str:
    """The token that opens this gift's page of one kind; the same at every call."""
    return _signer(scope).sign(donation.uuid.hex)


def read_link_token(token: str, scope: Scope, *, at: datetime) -> Donation:
    """The gift that a token opens, with its donor and campaign. One query. Raises BadToken, ExpiredToken."""
    try:
        uuid = _signer(scope).unsign(token)
    except BadSignature as error:
        raise BadToken(scope) from error
    found = Donation.objects.in_site_mode().select_related("donor", "campaign__organisation")
    donation: Donation | None = found.filter(uuid=uuid).first()
    if donation is None or not is_alive(donation, scope, at=at):
        raise ExpiredToken(scope)
    return donation


def is_alive(donation: Donation, scope: Scope, *, at: datetime) -> bool:
    """Whether a token of this kind still opens the gift: its life begins with the donor's last step."""
    steps = (donation.created_at, donation.opened_at, donation.processing_at, donation.succeeded_at)
    return at - max(step for step in steps if step) <= LIFE[scope]


def sign_form_key(uuid: UUID, campaign: Campaign, *, is_first: bool = False) -> str:
    """The key of one form instance: whoever sends it back goes on with the same gift.

    It also says when the form was shown, and whether for the first time."""
    return _form_signer(campaign).sign(uuid.hex + (_FIRST if is_first else ""))


def read_form_key(key: str, campaign: Campaign) -> UUID:
    """The uuid that we signed for this campaign, within a day; a new one for anything else.

    So nobody can continue a gift whose key was not given to them, and a browser left open on a shared
    computer does not lead to yesterday's gift."""
    try:
        return UUID(_form_signer(campaign).unsign(key, max_age=FORM_LIFE).removesuffix(_FIRST))
    except BadSignature:
        return uuid4()


def is_rushed(key: str, campaign: Campaign, *, least: timedelta, at: datetime) -> bool:
    """Whether a form comes back faster than a person can fill it in, or without a key of ours.

    A form that was shown before is never rushed: nobody is kept out, a machine is only slowed down."""
    if not least:
        return False
    signer = _form_signer(campaign)
    try:
        value = signer.unsign(key, max_age=FORM_LIFE)
    except BadSignature:
        return True
    shown_at = datetime.fromtimestamp(b62_decode(key.rsplit(signer.sep, 2)[1]), tz=UTC)
    return value.endswith(_FIRST) and at - shown_at < least


def _signer(scope: Scope) -> Signer:
    return Signer(salt=f"donors.giving.{scope}", sep=".")


def _form_signer(campaign: Campaign) -> TimestampSigner:
    return TimestampSigner(salt=f"donors.giving.form.{campaign.code}", sep=".")
