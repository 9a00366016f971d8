"""What we know of a gift when its donor comes back, and how sure we are of it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from donors.gifts.models import Donation, Status
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.sync_monthly import sync_gift
from donors.tasks import follow_up

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=3)  # between two questions to Stripe about the same gift
_SETTLED = {Status.SUCCEEDED, Status.REVERSED, Status.FAILED, Status.EXPIRED, Status.CANCELED}


class Standing(StrEnum):
    CONFIRMED = "confirmed"
    PROCESSING = "processing"  # a bank debit takes days
    CONFIRMING = "confirming"  # nobody knows yet: neither thanks nor regrets
    CHECKING = "checking"  # Stripe says something else than we do: a person looks
    NOT_PAID = "not_paid"
    TAKEN_BACK = "taken_back"


_BY_STATUS = {
    Status.SUCCEEDED: Standing.CONFIRMED,
    Status.PROCESSING: Standing.PROCESSING,
    Status.REVERSED: Standing.TAKEN_BACK,
}


@dataclass(frozen=True)
class Answer:
    donation: Donation
    standing: Standing


def ask_stripe(donation: Donation, *, at: datetime, session_id: str = "") -> Answer:
    """Where the gift stands, after a look at Stripe if our own record is not final.

    A reading that is a few seconds old, or a silent Stripe, never makes an unpaid gift of one that may have
    been paid since. What follows from a change is set going. Raises nothing of Stripe's."""
    if donation.status in _SETTLED:
        return Answer(donation, _standing(donation, certain=True))
    if donation.synced_at and at - donation.synced_at < PAUSE:
        return Answer(donation, _standing(donation, certain=False))
    try:
        synced = sync_gift(donation.pk, because="return page", at=at, session_id=session_id)
    except (StripeUnavailable, StripeRefused) as error:
        log.warning("The donor of donation %s has to wait: %s", donation.pk, error)
        return Answer(donation, _standing(donation, certain=False))
    if synced.status != donation.status:
        follow_up.enqueue()
    synced.donor, synced.campaign = donation.donor, donation.campaign
    return Answer(synced, _standing(synced, certain=True))


def _standing(donation: Donation, *, certain: bool) -> Standing:
    if donation.hold:
        return Standing.CHECKING
    found = _BY_STATUS.get(Status(donation.status))
    return found or (Standing.NOT_PAID if certain else Standing.CONFIRMING)
