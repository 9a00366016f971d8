"""Open Stripe's payment page for a donation: our row first, then the call, then the answer.

A second click, a retry after a lost answer or a second worker all end on the same session: the key that
Stripe sees is derived from the committed row."""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from donors.gifts.models import Donation, Status
from donors.gifts.status import move
from donors.payments.customers import customer_for
from donors.payments.errors import AlreadyPaid, StripeRefused, StripeUnavailable
from donors.payments.facts import CheckoutOrder, PaymentFacts
from donors.payments.gateway.checkout import create_checkout, expire_checkout
from donors.payments.models import CheckoutAttempt
from donors.payments.sync import sync_donation

SESSION_LIFE = timedelta(hours=1)
_TO_PAY = timedelta(minutes=10)
# Stripe wants at least 30 minutes between the call and the expiry, also when the call is a late retry.
_TO_ASK = timedelta(minutes=32)
_ALIVE = (CheckoutAttempt.State.CREATING, CheckoutAttempt.State.OPEN)
_EXPIRED = CheckoutAttempt.State.EXPIRED


@dataclass(frozen=True, kw_only=True)
class ReturnAddresses:
    """Where Stripe sends the donor back to; the same for the same donation at every call."""

    success_url: str
    cancel_url: str


def open_checkout(donation: Donation, *, return_to: ReturnAddresses, at: datetime) -> str:
    """The address of the donation's payment page, opened now or before. Commits before it calls Stripe.

    Raises AlreadyPaid when the gift needs no page any more, StripeUnavailable and StripeRefused when Stripe
    does not give one; the donor may then try again with the same donation."""
    _close_outdated(donation, at=at)
    attempt = _attempt_for(donation, at=at)
    if attempt.url:
        return attempt.url
    try:
        facts = _create(donation, attempt, return_to, at=at)
    except StripeUnavailable:
        # Perhaps another worker is just opening the same page.
        return _wait_for_url(attempt)
    except StripeRefused:
        CheckoutAttempt.objects.filter(pk=attempt.pk).update(state=CheckoutAttempt.State.REFUSED)
        raise
    _save(donation, attempt, facts, at=at)
    return facts.url


def _close_outdated(donation: Donation, *, at: datetime) -> None:
    """Close a page that no longer serves, so that one gift can never be paid on two pages."""
    old = donation.attempts.filter(state__in=_ALIVE).first()
    if old is None or _still_serves(old, donation, at=at):
        return
    if old.stripe_session_id:
        try:
            expire_checkout(old.stripe_session_id)
        except StripeRefused:
            # Paid or expired meanwhile: Stripe's own state tells which.
            sync_donation(donation.pk, because="new payment page", at=at, session_id=old.stripe_session_id)
    with transaction.atomic():
        locked = Donation.objects.select_for_update().get(pk=donation.pk)
        if CheckoutAttempt.objects.filter(pk=old.pk, state__in=_ALIVE).update(state=_EXPIRED):
            # A reading from before this moment may still say "open".
            Donation.objects.filter(pk=locked.pk).update(sync_version=locked.sync_version + 1)


def _still_serves(attempt: CheckoutAttempt, donation: Donation, *, at: datetime) -> bool:
    """Whether it shows what the donor wants, and lives long enough to pay on it, or to ask for it again."""
    needed = _TO_ASK if attempt.state == CheckoutAttempt.State.CREATING else _TO_PAY
    same = attempt.amount_cents == donation.amount_cents and attempt.email == donation.donor.email
    same = same and attempt.monthly_gift_id == donation.monthly_gift_id
    return same and attempt.expires_at > at + needed


@transaction.atomic
def _attempt_for(donation: Donation, *, at: datetime) -> CheckoutAttempt:
    """The living attempt, or a new one, under the donation's lock."""
    locked = Donation.objects.select_for_update().get(pk=donation.pk)
    if not locked.may_still_be_paid:
        raise AlreadyPaid(f"donation {donation.pk} is {locked.status}")
    alive = CheckoutAttempt.objects.filter(donation=locked, state__in=_ALIVE).first()
    if alive:
        return alive
    number = locked.attempts.count() + 1
    facts = f"{locked.amount_cents}:{donation.donor.email}:{locked.monthly_gift_id or 'once'}"
    digest = hashlib.sha256(facts.encode()).hexdigest()[:8]
    return CheckoutAttempt.objects.create(
        donation=locked,
        monthly_gift_id=locked.monthly_gift_id,
        number=number,
        amount_cents=locked.amount_cents,
        email=donation.donor.email,
        idempotency_key=f"co:{locked.uuid}:{number}:{digest}",
        livemode=locked.livemode,
        created_at=at,
        expires_at=at + SESSION_LIFE,
    )


def _create(
    donation: Donation, attempt: CheckoutAttempt, return_to: ReturnAddresses, *, at: datetime
) -> PaymentFacts:
    monthly = attempt.monthly_gift
    customer = customer_for(donation.donor, livemode=attempt.livemode, at=at) if monthly else ""
    order = CheckoutOrder(
        donation_uuid=str(donation.uuid),
        amount_cents=attempt.amount_cents,
        email=attempt.email,
        monthly_uuid=str(monthly.uuid) if monthly else "",
        customer_id=customer,
        product_name=f"Don{' mensuel' if monthly else ''} – {donation.campaign.organisation.legal_name}",
        expires_at=attempt.expires_at,
        success_url=return_to.success_url,
        cancel_url=return_to.cancel_url,
    )
    # Another customer makes it another call: Stripe refuses a key that comes back with other words.
    key = ":".join(part for part in (attempt.idempotency_key, customer) if part)
    return create_checkout(order, idempotency_key=key)


@transaction.atomic
def _save(donation: Donation, attempt: CheckoutAttempt, facts: PaymentFacts, *, at: datetime) -> None:
    locked = Donation.objects.select_for_update().get(pk=donation.pk)
    CheckoutAttempt.objects.filter(pk=attempt.pk, state=CheckoutAttempt.State.CREATING).update(
        state=CheckoutAttempt.State.OPEN, stripe_session_id=facts.session_id, url=facts.url
    )
    if locked.may_still_be_paid:
        move(locked, Status.OPEN, at=at, because=facts.session_id)
    donation.refresh_from_db()


def _wait_for_url(attempt: CheckoutAttempt) -> str:
    """For two seconds, look whether another worker saved the page's address. Raises StripeUnavailable."""
    for _ in range(10):
        attempt.refresh_from_db()
        if attempt.url:
            return attempt.url
        time.sleep(0.2)
    raise StripeUnavailable("no payment page yet")
