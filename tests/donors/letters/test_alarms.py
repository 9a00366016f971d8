"""The letter to the treasury about what somebody must look at."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from donors.letters.alarms import mail_alarms
from donors.payments.alarms import raise_alarm
from donors.payments.models import Alarm
from tests.factories import a_paid_donation, an_organisation, claire

pytestmark = pytest.mark.django_db


def an_alarm(number: int = 1) -> None:
    text = f"Le virement n° {number} est revenu."
    raise_alarm(Alarm.Kind.PAYOUT, key=f"payout:{number}", text=text, at=timezone.now())


def write() -> int:
    return mail_alarms(at=timezone.now())


def test_new_alarms_go_to_the_treasurers_in_one_letter_and_once() -> None:
    claire()
    an_alarm(1)
    an_alarm(2)

    assert (write(), write()) == (2, 0)

    (letter,) = mail.outbox
    assert letter.to == ["claire@example.org"]
    assert letter.subject == "2 nouvelles alertes dans la trésorerie"
    assert "Le virement n° 1 est revenu." in letter.body
    assert "/admin/tresorerie/alertes/" in letter.body


def test_without_a_treasurers_address_the_organisation_hears_of_it() -> None:
    an_organisation(email="dons@example.org")
    an_alarm()

    assert write() == 1
    assert mail.outbox[0].to == ["dons@example.org"]
    assert mail.outbox[0].subject == "Une nouvelle alerte dans la trésorerie"


def test_somebody_who_left_is_not_written_to() -> None:
    claire()
    User.objects.update(is_active=False)
    an_alarm()

    assert write() == 0
    assert Alarm.objects.unmailed().exists(), "it waits until there is somebody"


def test_what_was_settled_meanwhile_is_not_told() -> None:
    claire()
    an_alarm()
    Alarm.objects.update(resolved_at=timezone.now())

    assert write() == 0
    assert mail.outbox == []


def test_a_letter_that_cannot_leave_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    claire()
    an_alarm()

    def fail(letter: EmailMessage) -> int:
        raise OSError("no mail server")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", fail)
        with pytest.raises(OSError, match="no mail server"):
            write()

    assert write() == 1
    assert len(mail.outbox) == 1


def test_many_alarms_are_not_a_wall_of_text() -> None:
    claire()
    for number in range(60):
        an_alarm(number)

    write()

    assert mail.outbox[0].body.count("est revenu") == 50
    assert "… et 10 autres." in mail.outbox[0].body


def test_no_donor_is_named() -> None:
    claire()
    gift = a_paid_donation()
    text = f"Don n° {gift.pk} à vérifier."
    raise_alarm(Alarm.Kind.DRIFT, key="drift:1", text=text, at=timezone.now(), donation=gift)

    write()

    assert gift.donor.email not in mail.outbox[0].body
    assert gift.donor.last_name not in mail.outbox[0].body
