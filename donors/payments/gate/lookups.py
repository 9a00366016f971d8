"""How often somebody may ask for what is not there, before a page that knows secrets stops answering.

Only misses count: whoever checks a hundred real receipts is no danger."""

from datetime import datetime

from django.conf import settings

from donors.payments.gate.limits import WINDOW
from donors.payments.gate.models import GateEvent

_MISSED = GateEvent.Kind.MISSED


def has_missed_too_often(address_key: str, *, at: datetime) -> bool:
    """As many misses as GATE_PER_ADDRESS within ten minutes. Who has no address is not counted."""
    if not address_key:
        return False
    missed = GateEvent.objects.filter(kind=_MISSED, address_key=address_key, at__gt=at - WINDOW)
    return missed.count() >= settings.GATE_PER_ADDRESS


def note_miss(address_key: str, *, at: datetime) -> None:
    if address_key:
        GateEvent.objects.create(kind=_MISSED, at=at, address_key=address_key)
