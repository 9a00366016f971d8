"""Notice an attack and its end, and forget what is old. Done by the worker.

What is counted as declined is a charge that Stripe says failed: once, however many events speak of it, and
only if its gift came through this gate. A stored event was signed by Stripe, and all that hangs on it is how
careful we are; so nothing is asked of Stripe, and an attack costs no further calls. Without webhooks the
limits still hold."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from donors.payments.gate.attack import begin_attack, current_attack, end_attack
from donors.payments.gate.limits import DECLINED_PERCENT, KEPT, QUIET, WINDOW
from donors.payments.gate.models import AttackEpisode, GateEvent
from donors.payments.gate.traces import email_key
from donors.payments.models import StripeCustomer, StripeEvent
from donors.payments.told_along import uuid_or_none

FEW_REFUSALS = 10  # people who press too often are no attack

_KIND = GateEvent.Kind


def note_decline(event_pk: int, *, at: datetime) -> bool:
    """Count a declined payment, and begin attack mode if it is one too many. Idempotent per charge."""
    event = StripeEvent.objects.filter(pk=event_pk, type="charge.failed").first()
    if event is None or event.livemode != settings.STRIPE_LIVEMODE:
        return False
    opened = _opening_of(event.payload["data"]["object"])
    if opened is None:
        return False
    try:
        with transaction.atomic():
            GateEvent.objects.create(
                kind=_KIND.DECLINED,
                at=at,
                address_key=opened.address_key,
                email_key=opened.email_key,
                gift_uuid=opened.gift_uuid,
                once=f"charge:{event.object_id}",
            )
    except IntegrityError:
        return False
    _judge(at=at)
    return True


def _opening_of(charge: dict[str, Any]) -> GateEvent | None:
    """Who opened the page on which this charge was tried; a monthly gift's charge only names its customer."""
    opened = GateEvent.objects.filter(kind=_KIND.OPENED)
    named = (charge.get("metadata") or {}).get("donation")
    if named:
        return opened.filter(gift_uuid=uuid_or_none(named)).first() if uuid_or_none(named) else None
    customer = StripeCustomer.objects.filter(stripe_customer_id=charge.get("customer") or "-").first()
    if customer is None:
        return None
    return opened.filter(email_key=email_key(customer.donor.email)).first()


def _judge(*, at: datetime) -> None:
    """Both must hold: many declined payments, and many for the pages opened."""
    recent = GateEvent.objects.filter(at__gt=at - WINDOW)
    declined = recent.filter(kind=_KIND.DECLINED).count()
    if declined < settings.GATE_DECLINES:
        return
    opened = recent.filter(kind=_KIND.OPENED).count()
    if declined * 100 >= opened * DECLINED_PERCENT and current_attack() is None:
        begin_attack(f"{declined} paiements refusés pour {opened} pages ouvertes en dix minutes.", at=at)


def watch(*, at: datetime) -> None:
    """End an attack that has gone quiet, and forget what is older than two days. Idempotent."""
    attack = current_attack()
    if attack and _is_quiet(attack, at=at):
        end_attack(attack, "Plus aucun essai suspect depuis trente minutes.", at=at)
    GateEvent.objects.filter(at__lte=at - KEPT).delete()


def _is_quiet(attack: AttackEpisode, *, at: datetime) -> bool:
    if attack.started_at > at - QUIET:
        return False
    recent = GateEvent.objects.filter(at__gt=at - QUIET)
    refused = recent.filter(kind=_KIND.REFUSED).count()
    return refused < FEW_REFUSALS and not recent.filter(kind=_KIND.DECLINED).exists()
