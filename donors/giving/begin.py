"""Write down a gift that somebody is about to pay, or what they changed of it meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from donors.campaigns.models import Campaign
from donors.gifts.carried_over import carried_over
from donors.gifts.models import Donation, SupportMessage
from donors.gifts.monthly import MonthlyGift
from donors.giving.wording import NEWSLETTER, PUBLIC_NAME
from donors.people.consent import record_consent
from donors.people.models import ConsentRecord, Donor
from donors.people.remember import DonorDetails, remember_donor


@dataclass(frozen=True, kw_only=True)
class GiftWishes:
    """What one form asks for, cleaned."""

    amount_cents: int
    monthly: bool = False
    donor: DonorDetails
    wants_receipt: bool
    anonymous: bool
    message: str
    newsletter: bool
    source: str


class AlreadyGiven(Exception):
    """This form's gift is paid, or its payment is on its way: it cannot be changed any more."""

    def __init__(self, donation: Donation) -> None:
        super().__init__(f"donation {donation.pk} is {donation.status}")
        self.donation = donation


@transaction.atomic
def begin_gift(campaign: Campaign, wishes: GiftWishes, *, key: UUID, at: datetime) -> Donation:
    """The donation of this form: a new one, or the same again with what the donor changed since.

    The same key twice, even at once, is one donation. Locks the donation's row. Calls nobody: Stripe's
    page is opened after the commit. A monthly gift is a promise, and this donation its first month.
    Raises AlreadyGiven."""
    donor = remember_donor(wishes.donor, at=at)
    facts: dict[str, Any] = {
        "donor": donor,
        "amount_cents": wishes.amount_cents,
        "wants_receipt": wishes.wants_receipt,
        "anonymous": wishes.anonymous,
        "source": wishes.source,
    }
    donation, created = Donation.objects.get_or_create(
        uuid=key,
        defaults={**facts, "campaign": campaign, "livemode": settings.STRIPE_LIVEMODE, "created_at": at},
    )
    if not created:
        donation = Donation.objects.select_for_update().get(pk=donation.pk)
        if not donation.may_still_be_paid:
            raise AlreadyGiven(donation)
        for name, value in facts.items():
            setattr(donation, name, value)
        donation.save(update_fields=list(facts))
    donation.campaign = campaign
    _keep_promise(donation, wishes, at=at)
    _keep_message(donation, wishes.message, at=at)
    _keep_consents(donor, wishes, at=at)
    return donation


def _keep_promise(donation: Donation, wishes: GiftWishes, *, at: datetime) -> None:
    """The promise of this form: always the same one, however often the donor changes their mind.

    Who comes back and gives once after all leaves a promise that never starts."""
    promise = None
    if wishes.monthly:
        facts = {**carried_over(donation), "amount_cents": donation.amount_cents}
        promise, created = MonthlyGift.objects.get_or_create(
            uuid=uuid5(donation.uuid, "monthly"), defaults={**facts, "created_at": at}
        )
        if not created:
            MonthlyGift.objects.filter(pk=promise.pk, status=MonthlyGift.Status.CREATED).update(**facts)
    if donation.monthly_gift != promise:
        donation.monthly_gift = promise
        donation.save(update_fields=["monthly_gift"])


def _keep_message(donation: Donation, text: str, *, at: datetime) -> None:
    """The donor's last words count; changed words have to be read again before they are shown."""
    messages = SupportMessage.objects.filter(donation=donation)
    if not text:
        messages.delete()
    elif not messages.filter(text=text).exists():
        waiting = {"text": text, "state": SupportMessage.State.WAITING, "created_at": at}
        SupportMessage.objects.update_or_create(donation=donation, defaults=waiting)


def _keep_consents(donor: Donor, wishes: GiftWishes, *, at: datetime) -> None:
    purposes = ConsentRecord.Purpose
    record_consent(donor, purposes.NEWSLETTER, given=wishes.newsletter, wording=NEWSLETTER, at=at)
    record_consent(donor, purposes.PUBLIC_NAME, given=not wishes.anonymous, wording=PUBLIC_NAME, at=at)
