"""Whether somebody may open a payment page now: asked before anything is written or Stripe is called."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction

from donors.payments.gate.attack import begin_attack, current_attack
from donors.payments.gate.limits import DECLINES_WINDOW, EMAIL_WINDOW, WINDOW, Limits, limits
from donors.payments.gate.models import AttackEpisode, GateEvent
from donors.payments.gate.proof import Proof
from donors.payments.gate.traces import Visit

_REPEAT = timedelta(minutes=10)  # the same form sent again leads to the page that it opened
_KIND = GateEvent.Kind


class Reason(StrEnum):
    ADDRESS = "address"
    EMAIL = "email"
    IN_ALL = "in_all"
    DECLINES = "declines"
    NO_PROOF = "no_proof"
    TOO_LITTLE = "too_little"


@dataclass(eq=False)
class TurnedAway(Exception):
    """Not now. `wait` says after how long it is worth trying again."""

    reason: Reason
    wait: timedelta = timedelta(0)


def admit(visit: Visit, *, at: datetime, proof: Proof | None = None) -> None:
    """Count this payment page, or raise TurnedAway. Reads at most seven counts, writes one row.

    The form that is sent twice is counted once. Counting and writing are one transaction: exact on SQLite,
    which lets one writer in at a time; on PostgreSQL as many may pass at once as there are web threads, so a
    limit can be overstepped by that number and no more. A proof serves once, held by a unique column.
    When the whole site's limit is reached, attack mode begins: whoever gives a proof then still gets in."""
    attack = current_attack()
    try:
        with transaction.atomic():
            if _is_repeated(visit, at=at):
                return
            if reason := _obstacle(visit, attack, proof, at=at):
                raise TurnedAway(reason, _waits(reason))
            _write(visit, proof if attack else None, at=at)
    except IntegrityError:
        raise TurnedAway(Reason.NO_PROOF) from None  # this proof has served before
    except TurnedAway as refusal:
        _note_refusal(visit, at=at)
        if refusal.reason == Reason.IN_ALL and attack is None:
            begin_attack("La limite de pages de paiement pour tout le site est atteinte.", at=at)
            raise TurnedAway(Reason.NO_PROOF) from refusal
        raise


def _is_repeated(visit: Visit, *, at: datetime) -> bool:
    return GateEvent.objects.filter(
        kind=_KIND.OPENED,
        gift_uuid=visit.gift_uuid,
        email_key=visit.email_key,
        amount_cents=visit.amount_cents,
        at__gt=at - _REPEAT,
    ).exists()


def _obstacle(
    visit: Visit, attack: AttackEpisode | None, proof: Proof | None, *, at: datetime
) -> Reason | None:
    allowed = limits(attacked=attack is not None)
    if attack and visit.amount_cents < allowed.minimum_cents:
        return Reason.TOO_LITTLE
    if attack and (proof is None or not proof.holds_for(visit.gift_uuid)):
        return Reason.NO_PROOF
    # What was opened before the attack was noticed must not keep out those who come with a proof now.
    since = max(attack.started_at, at - WINDOW) if attack else at - WINDOW
    everybody = GateEvent.objects.filter(kind=_KIND.OPENED, at__gte=since).count()
    return _over(visit, allowed, at=at) or (Reason.IN_ALL if everybody >= allowed.in_all else None)


def _over(visit: Visit, allowed: Limits, *, at: datetime) -> Reason | None:
    """The first limit of this visitor's own that the page would overstep."""
    opened = GateEvent.objects.filter(kind=_KIND.OPENED)
    recent = opened.filter(at__gt=at - WINDOW)
    if visit.address_key:
        declined = GateEvent.objects.filter(
            kind=_KIND.DECLINED, address_key=visit.address_key, at__gt=at - DECLINES_WINDOW
        )
        if declined.count() >= allowed.declines_per_address:
            return Reason.DECLINES
        if recent.filter(address_key=visit.address_key).count() >= allowed.per_address:
            return Reason.ADDRESS
    if opened.filter(email_key=visit.email_key, at__gt=at - EMAIL_WINDOW).count() >= allowed.per_email:
        return Reason.EMAIL
    return None


def _waits(reason: Reason) -> timedelta:
    waits = {
        Reason.ADDRESS: WINDOW,
        Reason.IN_ALL: WINDOW,
        Reason.DECLINES: DECLINES_WINDOW,
        Reason.EMAIL: EMAIL_WINDOW,
    }
    return waits.get(reason, timedelta(0))


def _write(visit: Visit, proof: Proof | None, *, at: datetime) -> None:
    GateEvent.objects.create(
        kind=_KIND.OPENED,
        at=at,
        address_key=visit.address_key,
        email_key=visit.email_key,
        gift_uuid=visit.gift_uuid,
        amount_cents=visit.amount_cents,
        once=f"proof:{proof.nonce}" if proof else None,
    )


def _note_refusal(visit: Visit, *, at: datetime) -> None:
    """One row per address and minute: a flood is seen without filling the table."""
    refused = GateEvent.objects.filter(kind=_KIND.REFUSED, address_key=visit.address_key)
    if not refused.filter(at__gt=at - timedelta(minutes=1)).exists():
        GateEvent.objects.create(kind=_KIND.REFUSED, at=at, address_key=visit.address_key)
