"""The treasury hears in time that the seal's certificate ends."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from donors.campaigns.models import local_day
from donors.letters.seal_watch import watch_seal
from donors.payments.models import Alarm
from donors.receipts.seal import Seal
from donors.tasks import watch_seal as watch_seal_task
from tests.donors.receipts.sealing import give_a_seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def seal(settings: Settings, tmp_path: Path) -> Seal:
    return give_a_seal(settings, tmp_path)


def said() -> list[str]:
    return list(Alarm.objects.standing().order_by("pk").values_list("text", flat=True))


def test_no_seal_and_a_fresh_seal_are_no_news(settings: Settings, tmp_path: Path) -> None:
    watch_seal(at=timezone.now())
    give_a_seal(settings, tmp_path)
    watch_seal(at=timezone.now())

    assert said() == []


def test_sixty_days_before_its_end_the_treasurer_hears_of_it_once(seal: Seal) -> None:
    for days in (61, 60, 59, 1):
        watch_seal(at=seal.valid_until - timedelta(days=days))

    [text] = said()
    assert f"expire le {local_day(seal.valid_until):%d/%m/%Y}" in text
    assert Alarm.objects.get().raised_at == seal.valid_until - timedelta(days=60)


def test_after_its_end_they_read_that_receipts_leave_without_it(seal: Seal) -> None:
    watch_seal(at=seal.valid_until - timedelta(days=3))

    watch_seal(at=seal.valid_until + timedelta(days=1))

    [text] = said()
    assert "les nouveaux reçus partent sans cachet" in text


def test_a_new_certificate_withdraws_the_alarm(seal: Seal, settings: Settings, tmp_path: Path) -> None:
    watch_seal(at=seal.valid_until - timedelta(days=3))

    give_a_seal(settings, tmp_path, life=timedelta(days=700))
    watch_seal(at=seal.valid_until - timedelta(days=3))

    assert said() == []
    assert Alarm.objects.count() == 1


def test_a_file_that_cannot_be_read_is_told_each_day_until_it_is_mended(
    seal: Seal, settings: Settings, tmp_path: Path
) -> None:
    now = timezone.now()
    settings.RECEIPT_SEAL_PASSWORD = "autre"
    watch_seal(at=now)
    watch_seal(at=now + timedelta(days=1))
    assert ["illisible" in text for text in said()] == [True]

    give_a_seal(settings, tmp_path)
    watch_seal(at=now + timedelta(days=2))

    assert said() == []


def test_the_schedule_looks_at_it_every_day(seal: Seal, settings: Settings, tmp_path: Path) -> None:
    assert settings.SCHEDULE["donors.tasks.watch_seal"] == 86400
    give_a_seal(settings, tmp_path, life=timedelta(days=30))

    watch_seal_task.func()

    assert Alarm.objects.get().kind == Alarm.Kind.SEAL
