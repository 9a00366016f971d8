"""Notice that Stripe no longer tells us anything: payments go through, and no webhook comes."""

from datetime import datetime, timedelta

from django.conf import settings

from donors.campaigns.models import local_day
from donors.gifts.models import Donation
from donors.payments.alarms import raise_alarm
from donors.payments.models import Alarm, StripeEvent

PATIENCE = timedelta(hours=1)
_LOOKS_BACK = timedelta(days=1)
_BEFORE = timedelta(minutes=10)  # a webhook may have brought the payment itself


def watch_for_silence(*, at: datetime) -> bool:
    """Raise one alarm a day if a payment was found an hour ago or more and no webhook has come since.

    What the sweeps find in Stripe's list is no webhook. Idempotent; whether the alarm is new."""
    paid = Donation.objects.in_site_mode().exclude(stripe_charge_id="")
    recent = paid.filter(succeeded_at__gt=at - _LOOKS_BACK, succeeded_at__lte=at - PATIENCE)
    newest = recent.order_by("-succeeded_at").first()
    if newest is None:
        return False
    since = newest.succeeded_at - _BEFORE
    webhooks = StripeEvent.objects.filter(livemode=settings.STRIPE_LIVEMODE, missed=False)
    if webhooks.filter(received_at__gte=since).exists():
        return False
    return raise_alarm(
        Alarm.Kind.SILENCE,
        key=f"silence:{local_day(at).isoformat()}",
        text=f"Le don n° {newest.pk} est encaissé et Stripe n’en a rien annoncé depuis une heure :"
        " les webhooks n’arrivent plus. Le site trouve les dons par lui-même, avec du retard.",
        at=at,
        donation=newest,
    )
