"""The switch that takes online gifts off, and puts them on again. Transfers and cheques are not concerned."""

import logging
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from donors.payments.gate.models import GivingPause

log = logging.getLogger(__name__)


def current_pause() -> GivingPause | None:
    """One query; None while gifts are taken."""
    return GivingPause.objects.filter(is_on=True).first()


def pause_giving(reason: str, *, by: User, at: datetime) -> bool:
    """No new payment page is opened from now on; those that are open can still be paid, and count.

    Idempotent; False if somebody was faster."""
    try:
        with transaction.atomic():
            GivingPause.objects.create(reason=reason, paused_at=at, paused_by=by)
    except IntegrityError:
        return False
    log.warning("User %s pauses online gifts", by.pk)
    return True


def resume_giving(*, by: User, at: datetime) -> bool:
    """Idempotent; False if gifts were taken already."""
    ended = GivingPause.objects.filter(is_on=True).update(is_on=False, resumed_at=at, resumed_by=by)
    if ended:
        log.warning("User %s takes online gifts again", by.pk)
    return bool(ended)
