"""What a person must look at: raised once for each fact, settled by hand."""

import logging
from datetime import datetime

from django.contrib.auth.models import User

from donors.gifts.models import Donation
from donors.payments.models import Alarm

log = logging.getLogger(__name__)


def raise_alarm(
    kind: Alarm.Kind, *, key: str, text: str, at: datetime, donation: Donation | None = None
) -> bool:
    """Put one fact before the treasurer, with a French sentence. Idempotent on `key`; False if it stood.

    An alarm that was settled stays settled: the same fact is not brought up twice."""
    facts = {"kind": kind, "text": text[:500], "raised_at": at, "donation": donation}
    _, created = Alarm.objects.get_or_create(key=key, defaults=facts)
    if created:
        log.error("Alarm %s: %s", kind, key)
    return created


def settle_alarm(alarm: Alarm, *, by: User, at: datetime) -> bool:
    """Somebody looked at it. Idempotent; False if it was settled before."""
    return bool(Alarm.objects.standing().filter(pk=alarm.pk).update(resolved_at=at, resolved_by=by))


def withdraw_alarm(key: str, *, at: datetime) -> bool:
    """The fact is gone by itself, so nobody needs to look any more. Idempotent; False if none stood."""
    return bool(Alarm.objects.standing().filter(key=key).update(resolved_at=at))
