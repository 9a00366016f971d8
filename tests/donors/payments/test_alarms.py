"""What a person must look at: once for each fact."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.payments.alarms import raise_alarm, settle_alarm
from donors.payments.models import Alarm
from tests.factories import a_donation, claire

pytestmark = pytest.mark.django_db


def test_the_same_fact_is_one_alarm() -> None:
    donation, now = a_donation(), timezone.now()

    raised = [
        raise_alarm(
            Alarm.Kind.DISPUTE,
            key="dispute:dp_1",
            text="À voir.",
            at=now + timedelta(days=day),
            donation=donation,
        )
        for day in range(2)
    ]

    assert raised == [True, False]
    alarm = Alarm.objects.get()
    assert (alarm.donation, alarm.raised_at, str(alarm)) == (donation, now, "À voir.")


def test_what_was_settled_is_not_brought_up_again() -> None:
    now, treasurer = timezone.now(), claire()
    raise_alarm(Alarm.Kind.DRIFT, key="drift:txn_1", text="Un écart.", at=now)
    alarm = Alarm.objects.get()

    assert [settle_alarm(alarm, by=treasurer, at=now) for _ in range(2)] == [True, False]
    assert not raise_alarm(Alarm.Kind.DRIFT, key="drift:txn_1", text="Un écart.", at=now)

    alarm.refresh_from_db()
    assert (alarm.resolved_by, alarm.resolved_at) == (treasurer, now)
    assert not Alarm.objects.standing().exists()


def test_only_what_stands_is_written_to_the_treasurer() -> None:
    now = timezone.now()
    raise_alarm(Alarm.Kind.PAYOUT, key="payout:1", text="Un.", at=now)
    raise_alarm(Alarm.Kind.PAYOUT, key="payout:2", text="Deux.", at=now)
    raise_alarm(Alarm.Kind.PAYOUT, key="payout:3", text="Trois.", at=now)
    Alarm.objects.filter(key="payout:1").update(mailed_at=now)
    settle_alarm(Alarm.objects.get(key="payout:2"), by=claire(), at=now)

    assert [alarm.key for alarm in Alarm.objects.unmailed()] == ["payout:3"]


def test_a_long_sentence_is_cut_and_an_unknown_kind_refused() -> None:
    now = timezone.now()
    raise_alarm(Alarm.Kind.SILENCE, key="silence:1", text="x" * 900, at=now)

    assert len(Alarm.objects.get().text) == 500
    with pytest.raises(IntegrityError, match="alarm_kind_known"), transaction.atomic():
        Alarm.objects.create(kind="weather", key="w", text="Il pleut.", raised_at=now)
