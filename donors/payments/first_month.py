"""Tie what a payment page for a monthly gift has begun at Stripe to our rows.

Runs inside the transaction of `sync`, under the donation's lock."""

from datetime import datetime

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.payments.facts import PaymentFacts
from donors.payments.models import CheckoutAttempt
from donors.payments.monthly_alarms import tell_of_second


def note_first_month(
    donation: Donation, attempt: CheckoutAttempt, facts: PaymentFacts, *, at: datetime
) -> bool:
    """Note the subscription on the promise and its first invoice on the gift. Idempotent.

    The promise is the one that the page was opened for, also if the donor chose otherwise since. A second
    subscription for one promise is put before the treasurer: somebody may be debited twice each month."""
    promise = attempt.monthly_gift_id
    if promise is None:
        return False
    rows = MonthlyGift.objects.filter(pk=promise)
    changed = rows.filter(stripe_subscription_id="").update(stripe_subscription_id=facts.subscription_id)
    if not rows.filter(stripe_subscription_id=facts.subscription_id).exists():
        tell_of_second(promise, facts.subscription_id, at=at, donation=donation)
        return False
    if (donation.monthly_gift_id, donation.stripe_invoice_id) == (promise, facts.invoice_id):
        return bool(changed)
    if donation.stripe_invoice_id or donation.stripe_charge_id not in {"", facts.charge_id}:
        return bool(changed)  # this gift stands for another payment
    donation.monthly_gift_id, donation.stripe_invoice_id = promise, facts.invoice_id
    donation.save(update_fields=["monthly_gift", "stripe_invoice_id"])
    return True
