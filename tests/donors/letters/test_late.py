"""Letters about changes found late: the books follow at once, the letter waits for a person."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from donors.follow_ups import LETTERS, follow_due_events, send_held_back
from donors.gifts.events import DonationEvent, MonthlyGiftEvent
from donors.gifts.models import Method
from donors.gifts.monthly import MonthlyGift
from donors.letters.late import happened_at, hold_back
from donors.payments.models import Alarm, StripeEvent
from donors.receipts.cancel import cancel_receipt
from donors.receipts.events import ReceiptEvent
from donors.receipts.models import Receipt
from tests.factories import a_campaign, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=8)


def follow() -> int:
    return follow_due_events(at=timezone.now() + timedelta(seconds=5))


def found_today(credited_at: datetime = LONG_AGO, **over: Any) -> DonationEvent:
    """A gift of that day which we learn of today."""
    gift = a_paid_donation(credited_at=credited_at, **over)
    DonationEvent.objects.update(at=NOW, because="sweep of open pages", next_try_at=NOW)
    event: DonationEvent = gift.events.get()
    return event


def an_event_of(moment: datetime) -> StripeEvent:
    return StripeEvent.objects.create(
        stripe_event_id="evt_1",
        type="payment_intent.succeeded",
        object_id="pi_1",
        livemode=False,
        payload={},
        created_at=moment,
        received_at=NOW,
        next_try_at=NOW,
    )


def test_a_gift_found_too_late_gets_its_receipt_and_no_letter() -> None:
    event = found_today()

    follow()

    assert (Receipt.objects.count(), mail.outbox) == (1, [])
    alarm = Alarm.objects.get(kind="late_letter")
    assert f"don n° {event.donation_id}" in alarm.text
    assert alarm.donation == event.donation
    assert event.donation.donor.email not in alarm.text


def test_following_again_raises_no_second_alarm() -> None:
    event = found_today()
    follow()

    hold_back(event, at=NOW)

    assert Alarm.objects.count() == 1


def test_a_gift_of_last_week_is_still_thanked_for() -> None:
    found_today(NOW - timedelta(days=6))

    follow()

    assert len(mail.outbox) == 1
    assert not Alarm.objects.exists()


def test_the_limit_is_a_setting(settings: Settings) -> None:
    settings.LETTERS_NOT_OLDER_THAN_DAYS = 30
    found_today()

    follow()

    assert len(mail.outbox) == 1


def test_a_person_has_the_letters_sent_after_all() -> None:
    found_today()
    follow()

    assert send_held_back(at=timezone.now()) == 1

    assert len(mail.outbox) == 1
    assert Alarm.objects.get().resolved_at is not None
    assert send_held_back(at=timezone.now()) == 0


def test_what_the_treasurer_settled_is_not_sent() -> None:
    found_today()
    follow()
    Alarm.objects.update(resolved_at=NOW)

    assert send_held_back(at=timezone.now()) == 0
    assert mail.outbox == []


def test_an_event_of_stripe_dates_the_change() -> None:
    event = found_today(NOW)
    an_event_of(LONG_AGO)
    DonationEvent.objects.update(because="evt_1")
    event.refresh_from_db()

    assert happened_at(event) == LONG_AGO
    follow()
    assert mail.outbox == []


def test_a_debit_is_dated_by_its_confirmation_and_not_by_its_sending() -> None:
    """It takes up to fourteen days: the gift of the 1st may well be confirmed on the 12th."""
    event = found_today(method=Method.SEPA)

    assert happened_at(event) == NOW


def test_a_monthly_gift_is_named_by_its_number() -> None:
    promise = MonthlyGift.objects.create(
        donor=a_donor(), campaign=a_campaign(), amount_cents=1000, livemode=False, created_at=NOW
    )
    event = MonthlyGiftEvent.objects.create(
        monthly_gift=promise, kind="paused", key="paused:1", at=LONG_AGO, because="test", next_try_at=NOW
    )

    hold_back(event, at=NOW)

    assert f"don mensuel n° {promise.pk}" in Alarm.objects.get().text


def test_a_receipt_cancelled_while_no_worker_ran_is_not_told_late_by_itself() -> None:
    gift = a_paid_donation()
    follow()
    cancel_receipt(Receipt.objects.get(), reason="Montant repris", at=NOW)
    ReceiptEvent.objects.filter(kind="cancelled").update(at=LONG_AGO)

    follow()

    assert len(mail.outbox) == 1, "the thanks"
    alarm = Alarm.objects.get(kind="late_letter")
    assert f"reçu fiscal n° {gift.receipt_lines.get().receipt.full_number}" in alarm.text
    assert send_held_back(at=timezone.now()) == 1
    assert "est annulé" in mail.outbox[-1].subject


def test_a_receipt_as_late_as_its_thanks_waits_with_them_under_one_alarm() -> None:
    found_today()
    follow()
    ReceiptEvent.objects.update(at=LONG_AGO, followed_at=None)

    follow()

    assert (Alarm.objects.count(), mail.outbox) == (1, [])
    assert send_held_back(at=timezone.now()) == 1
    assert len(mail.outbox) == 1


def test_every_step_that_writes_to_donors_is_known_as_a_letter() -> None:
    writing = {"_thank_you", "_receipt_apart", "_debit_pending", "_payment_failed", "_refunded"}
    assert {step.__name__ for step in LETTERS} == writing | {"_announce", "_again", "_changed", "_tell"}
