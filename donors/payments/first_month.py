"""Tie what a payment page for a monthly gift has begun at Stripe to our rows.

Runs inside the transaction of `sync`, under the donation's lock."""

from datetime import datetime

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.payments.alarms import raise_alarm
from donors.payments.facts import PaymentFacts
from donors.payments.models import Alarm, CheckoutAttempt


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
        _tell_of_second(promise, facts, donation, at=at)
        return False
    if (donation.monthly_gift_id, donation.stripe_invoice_id) == (promise, facts.invoice_id):
        return bool(changed)
    if donation.stripe_invoice_id or donation.stripe_charge_id not in {"", facts.charge_id}:
        return bool(changed)  # this gift stands for another payment
    donation.monthly_gift_id, donation.stripe_invoice_id = promise, facts.invoice_id
    donation.save(update_fields=["monthly_gift", "stripe_invoice_id"])
    return True


def _tell_of_second(promise: int, facts: PaymentFacts, donation: Donation, *, at: datetime) -> None:
    raise_alarm(
        Alarm.Kind.MONTHLY,
        key=f"second_subscription:{facts.subscription_id}",
        text=f"Le don mensuel n° {promise} a été commencé deux fois chez Stripe. Arrêtez l’abonnement"
        f" {facts.subscription_id}, et remboursez ce qui a été débité deux fois.",
        at=at,
        donation=donation,
    )
