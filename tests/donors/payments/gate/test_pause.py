"""The switch: who took online gifts off, when, why, and who put them on again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.payments.gate.models import GivingPause
from donors.payments.gate.pause import current_pause, pause_giving, resume_giving
from tests.factories import claire

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


def test_a_pause_is_remembered_with_its_people_and_times() -> None:
    treasurer = claire()

    assert pause_giving("Essais de cartes.", by=treasurer, at=NOW)
    assert current_pause() == GivingPause.objects.get()
    assert resume_giving(by=treasurer, at=LATER)

    assert current_pause() is None
    past = GivingPause.objects.get()
    assert (past.reason, past.paused_by, past.paused_at) == ("Essais de cartes.", treasurer, NOW)
    assert (past.resumed_by, past.resumed_at) == (treasurer, LATER)


def test_two_people_who_pause_at_once_make_one_pause() -> None:
    treasurer = claire()

    assert [pause_giving("Vite.", by=treasurer, at=NOW) for _ in range(2)] == [True, False]
    assert [resume_giving(by=treasurer, at=LATER) for _ in range(2)] == [True, False]
    assert GivingPause.objects.count() == 1


def test_the_history_grows_with_each_pause() -> None:
    treasurer = claire()
    for _ in range(2):
        pause_giving("Vite.", by=treasurer, at=NOW)
        resume_giving(by=treasurer, at=LATER)

    assert GivingPause.objects.filter(is_on=False).count() == 2


def test_the_database_refuses_a_pause_that_nobody_ended() -> None:
    pause_giving("Vite.", by=claire(), at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        GivingPause.objects.update(is_on=False)


def test_a_pause_tells_when_it_began() -> None:
    pause_giving("Vite.", by=claire(), at=NOW)

    assert str(current_pause()).startswith("Suspension du ")
