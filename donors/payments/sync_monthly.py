"""Bring a monthly gift up to what Stripe says: its state, and one Donation for each month whose money moves.

As for a donation, Stripe is read outside any transaction, and a reading older than what is written starts
over (docs/decisions/0003-optimistic-sync.md)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.models import Donation, Status
from donors.gifts.monthly import MonthlyGift
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.gateway.subscriptions import fetch_invoices, fetch_subscription
from donors.payments.monthly_alarms import tell_of_crossing, tell_of_mismatch, tell_of_odd_payments
from donors.payments.monthly_facts import InvoiceFacts, SubscriptionFacts
from donors.payments.monthly_mirror import contradicts, crossed, mirrored, news
from donors.payments.monthly_months import write_month
from donors.payments.sync import sync_donation

_TRIES = 5
_SETTLED = [Status.SUCCEEDED, Status.REVERSED]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One look at Stripe for one monthly gift."""

    facts: SubscriptionFacts
    invoices: tuple[InvoiceFacts, ...]
    because: str
    at: datetime


def sync_gift(donation_pk: int, *, because: str, at: datetime, session_id: str = "") -> Donation:
    """As `sync_donation`; and if the gift began a promise that was never looked at, that too.

    For those who come from a payment page: the return page, the webhook, the sweep."""
    donation = sync_donation(donation_pk, because=because, at=at, session_id=session_id)
    promise_pk = donation.monthly_gift_id
    if promise_pk is None:
        return donation
    new = MonthlyGift.objects.filter(pk=promise_pk, synced_at__isnull=True)
    if new.exclude(stripe_subscription_id="").exists():
        sync_monthly_gift(promise_pk, because=because, at=at)
        donation.refresh_from_db()
    return donation


def sync_monthly_gift(
    promise_pk: int, *, because: str, at: datetime, subscription_id: str = ""
) -> MonthlyGift:
    """Read the subscription and its months, and apply what follows. Idempotent; safe for many callers.

    `subscription_id` helps while the answer that names it has not reached us. Locks the promise's row for the
    time of the writes. Raises StripeUnavailable and StripeRefused: what was written until then stands."""
    for _ in range(_TRIES):
        promise: MonthlyGift = MonthlyGift.objects.select_related("donor", "campaign").get(pk=promise_pk)
        named = promise.stripe_subscription_id or subscription_id
        if not named:
            return promise
        reading = Reading(
            facts=fetch_subscription(named), invoices=fetch_invoices(named), because=because, at=at
        )
        if _apply(promise, reading):
            _read_months(promise, because=because, at=at)
            return MonthlyGift.objects.get(pk=promise_pk)
    raise StripeUnavailable(f"monthly gift {promise_pk} kept changing")


@transaction.atomic
def _apply(promise: MonthlyGift, reading: Reading) -> bool:
    """Write what the reading says; False if it may be older than what is written."""
    locked = MonthlyGift.objects.select_for_update().get(pk=promise.pk)
    if locked.sync_version != promise.sync_version:
        return False
    if trouble := contradicts(locked, reading.facts):
        tell_of_mismatch(locked, trouble, at=reading.at)
        MonthlyGift.objects.filter(pk=locked.pk).update(synced_at=reading.at)
        return True
    for told in news(locked, reading.facts, reading.invoices):
        facts = {"monthly_gift": locked, "kind": told.kind, "detail": told.detail}
        when = {"at": reading.at, "next_try_at": reading.at, "because": reading.because[:300]}
        MonthlyGiftEvent.objects.get_or_create(key=told.key, defaults={**facts, **when})
    changes = mirrored(locked, reading.facts, at=reading.at)
    version = locked.sync_version + bool(changes)
    rows = MonthlyGift.objects.filter(pk=locked.pk)
    rows.update(**changes, synced_at=reading.at, sync_version=version)
    for invoice in reading.invoices:
        if invoice.money_moves:
            write_month(promise, invoice)
    tell_of_crossing(locked, crossed(reading.facts, reading.invoices), at=reading.at)
    tell_of_odd_payments(locked, reading.invoices, at=reading.at)
    return True


def _read_months(promise: MonthlyGift, *, because: str, at: datetime) -> None:
    """Each month whose money is not settled yet, read from its own payment.

    Raises StripeRefused once all are read: one that Stripe does not show holds up no other."""
    months = Donation.objects.filter(monthly_gift=promise).exclude(stripe_invoice_id="")
    refusals: list[StripeRefused] = []
    for pk in list(months.exclude(status__in=_SETTLED).values_list("pk", flat=True)):
        try:
            sync_donation(pk, because=because, at=at)
        except StripeRefused as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
