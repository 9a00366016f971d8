"""Attack mode: begins by itself, says each step, ends by itself."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from donors.money import format_euros
from donors.payments.alarms import raise_alarm
from donors.payments.gate.limits import QUIET, limits
from donors.payments.gate.models import AttackEpisode, AttackStep
from donors.payments.models import Alarm

log = logging.getLogger(__name__)

_MINUTES = int(QUIET.total_seconds()) // 60


def current_attack() -> AttackEpisode | None:
    """The attack that is going on. One query."""
    return AttackEpisode.objects.filter(is_on=True).first()


def begin_attack(why: str, *, at: datetime) -> AttackEpisode:
    """Tighten everything and tell the treasurer, once. Idempotent: the constraint lets one episode run.

    `why` is a French sentence."""
    try:
        with transaction.atomic():
            episode = AttackEpisode.objects.create(started_at=at, why=why)
            _log_beginning(episode, at=at)
    except IntegrityError:
        return AttackEpisode.objects.get(is_on=True)
    log.error("Attack mode is on: %s", episode.pk)
    return episode


def _log_beginning(episode: AttackEpisode, *, at: datetime) -> None:
    tight = limits(attacked=True)
    told = (
        f"{episode.why} Les limites sont resserrées et un calcul est demandé à chaque navigateur. "
        f"Cela cesse de soi-même après {_MINUTES} minutes de calme. "
        "Menu Trésorerie › Protection des paiements."
    )
    raise_alarm(Alarm.Kind.ATTACK, key=f"attack:{episode.pk}", text=told, at=at)
    note_step(episode, f"Mode attaque activé. {episode.why}", at=at)
    note_step(
        episode,
        f"Limites resserrées : pages de paiement par adresse {tight.per_address} et en tout {tight.in_all} "
        f"par dix minutes, par e-mail {tight.per_email} par jour, "
        f"don minimum {format_euros(tight.minimum_cents)}.",
        at=at,
    )
    note_step(episode, "Un calcul est demandé à chaque navigateur avant la page de paiement.", at=at)
    note_step(episode, "La trésorerie est prévenue par une alerte.", at=at)


def end_attack(episode: AttackEpisode, why: str, *, at: datetime) -> bool:
    """Back to normal. Idempotent; False if it had ended before."""
    with transaction.atomic():
        ended = AttackEpisode.objects.filter(pk=episode.pk, is_on=True).update(is_on=False, ended_at=at)
        if ended:
            told = f"Mode attaque terminé. {why} Les limites habituelles valent de nouveau."
            note_step(episode, told, at=at)
    if ended:
        log.warning("Attack mode is off: %s", episode.pk)
    return bool(ended)


def note_step(episode: AttackEpisode, text: str, *, at: datetime) -> None:
    AttackStep.objects.create(episode=episode, at=at, text=text[:300])
