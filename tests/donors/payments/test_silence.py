"""Payments go through and no webhook comes: somebody must know within the hour."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from donors.gifts.models import Donation
from donors.payments.missed_events import collect_missed
from donors.payments.models import Alarm
from donors.payments.silence import watch_for_silence
from donors.payments.sync import sync_donation

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=61)


def watch(later: timedelta = LATER) -> bool:
    return watch_for_silence(at=timezone.now() + later)


@pytest.fixture
def found(paid: Donation) -> Donation:
    """The return page found the payment; no webhook came."""
    return sync_donation(paid.pk, because="return page", at=timezone.now())


def test_a_payment_without_any_webhook_for_an_hour_raises_the_alarm_once(found: Donation) -> None:
    assert (watch(), watch()) == (True, False)

    alarm = Alarm.objects.get(kind="silence")
    assert alarm.donation == found
    assert found.donor.email not in alarm.text


def test_within_the_hour_nobody_is_troubled(found: Donation) -> None:
    assert watch(timedelta(minutes=59)) is False


def test_a_webhook_that_came_keeps_it_quiet(found: Donation, deliver: Callable[[], int]) -> None:
    assert deliver() > 0

    assert watch() is False


def test_what_a_sweep_found_in_stripes_list_is_no_webhook(found: Donation) -> None:
    collect_missed(at=timezone.now())

    assert watch() is True


def test_without_payments_silence_is_right(opened: Donation) -> None:
    assert watch() is False


def test_an_old_payment_says_nothing_about_today(found: Donation) -> None:
    assert watch(timedelta(days=2)) is False
