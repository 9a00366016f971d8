"""What follows from a change: receipt and letter, once, whatever dies in between."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from donors import follow_ups
from donors.follow_ups import follow_due_events, follow_event
from donors.gifts.events import DonationEvent
from donors.gifts.models import Donation, Status
from donors.gifts.status import move
from donors.letters.models import Letter
from donors.letters.thank_you import send_thank_you
from donors.receipts.events import ReceiptEvent
from donors.receipts.models import Receipt, ReceiptDocument
from tests.factories import a_donation, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db

SOON = timedelta(seconds=5)


def follow() -> int:
    return follow_due_events(at=timezone.now() + SOON)


def test_a_paid_gift_brings_a_receipt_and_one_letter_with_it() -> None:
    donation = a_paid_donation()

    assert follow() == 2  # the gift, and its receipt

    receipt = Receipt.objects.get()
    assert receipt.lines.get().donation == donation
    (letter,) = mail.outbox
    assert letter.to == [donation.donor.email]
    assert len(letter.attachments) == 1
    assert donation.events.get().followed_at is not None


def test_following_again_does_nothing() -> None:
    a_paid_donation()
    follow()

    assert follow() == 0
    assert (Receipt.objects.count(), len(mail.outbox)) == (1, 1)


def test_who_asked_for_no_receipt_gets_a_letter_alone() -> None:
    a_paid_donation(wants_receipt=False)

    follow()

    assert (Receipt.objects.count(), len(mail.outbox)) == (0, 1)
    assert mail.outbox[0].attachments == []


def test_a_donor_without_an_address_is_thanked_and_waits_in_the_office() -> None:
    a_paid_donation(donor=a_donor(street="", postcode="", city=""))

    follow()

    assert (Receipt.objects.count(), len(mail.outbox)) == (0, 1)


@pytest.mark.parametrize("status", [Status.OPEN, Status.PROCESSING, Status.FAILED, Status.EXPIRED])
def test_a_change_that_is_no_payment_is_followed_by_silence(status: Status) -> None:
    move(a_donation(), status, at=timezone.now(), because="test")

    assert follow() == 1
    assert mail.outbox == []


@pytest.mark.parametrize("broken", ["issue_receipt", "make_document", "send_thank_you"])
def test_a_step_that_fails_is_written_down_and_made_up_for(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever step dies, and after whatever was done before it: the next try completes, without doubles."""
    a_paid_donation()

    def fail(*args: object, **facts: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(follow_ups, broken, fail)
        follow()
    event = DonationEvent.objects.get()
    assert (event.attempts, event.followed_at, event.claimed_until) == (1, None, None)
    assert event.last_error == "OSError: the disk is full"

    assert follow() == 0, "not before its time"
    follow_due_events(at=timezone.now() + timedelta(minutes=1))
    assert not DonationEvent.objects.to_do().exists()
    assert not ReceiptEvent.objects.to_do().exists()
    assert (Receipt.objects.count(), ReceiptDocument.objects.count()) == (1, 1)
    assert (Letter.objects.count(), len(mail.outbox)) == (1, 1)


def test_one_failure_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = a_paid_donation(), a_paid_donation()

    def fail_for_one(donation: Donation, *, at: datetime) -> Letter:
        if donation == bad:
            raise OSError("no such mailbox")
        return send_thank_you(donation, at=at)

    monkeypatch.setattr(follow_ups, "send_thank_you", fail_for_one)

    follow()

    assert [event.donation for event in DonationEvent.objects.to_do()] == [bad]
    assert [letter.to for letter in mail.outbox] == [[good.donor.email]]


def test_a_change_in_another_workers_hands_is_left_to_it_until_the_lease_ends() -> None:
    a_paid_donation()
    now = timezone.now() + SOON
    event = DonationEvent.objects.get()
    DonationEvent.objects.update(claimed_until=now + timedelta(seconds=100))

    assert follow_event(DonationEvent, event.pk, at=now) is False
    assert follow_event(DonationEvent, event.pk, at=now + timedelta(seconds=101)) is True


def test_waiting_grows_with_each_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    a_paid_donation()

    def fail(*args: object, **facts: object) -> None:
        raise OSError

    monkeypatch.setattr(follow_ups, "send_thank_you", fail)
    event, at, waits = DonationEvent.objects.get(), timezone.now() + SOON, []
    for _ in range(12):
        follow_event(DonationEvent, event.pk, at=at)
        event.refresh_from_db()
        waits.append(event.next_try_at - at)
        at = event.next_try_at

    assert waits[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert waits[-1] == timedelta(hours=1)
