"""The letters about a debit: on its way, refused, taken back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from donors.gifts.events import DonationEvent
from donors.gifts.models import Donation, Status
from donors.gifts.status import move
from donors.letters.debits import form_address, send_debit_pending, send_payment_failed
from donors.letters.models import Letter
from donors.payments.models import CheckoutAttempt
from tests.donors.letters.reading import both_parts, the_letter
from tests.factories import a_donation

pytestmark = pytest.mark.django_db

AT = datetime(2027, 6, 3, 20, 0, tzinfo=UTC)


def a_debit(**over: Any) -> Donation:
    """A debit that Amina's bank was asked for on 3 June."""
    donation = a_donation(method="sepa", debit_expected_on=date(2027, 6, 5), **over)
    CheckoutAttempt.objects.create(
        donation=donation, number=1, idempotency_key=f"co:{donation.uuid}:1", amount_cents=5000,
        created_at=AT, expires_at=AT, livemode=False,
    )  # fmt: skip
    move(donation, Status.PROCESSING, at=AT, because="test")
    return donation


def fail(donation: Donation, status: Status = Status.FAILED, **facts: Any) -> DonationEvent:
    move(donation, status, at=AT + timedelta(days=5), because="test", **facts)
    event: DonationEvent = donation.events.select_related("donation__donor").latest("pk")
    return event


def test_what_was_authorised_and_when_it_is_taken_is_said() -> None:
    send_debit_pending(a_debit(), at=AT)

    letter = the_letter()
    assert letter.subject == "Votre don de 50\u00a0€ par prélèvement est en cours"
    for words in both_parts(letter):
        assert "Le 3 juin 2027, vous nous avez autorisés à prélever" in words
        assert "une seule fois" in words
        assert "vers le" in words
        assert "5 juin 2027" in words
        assert "Vous n’avez rien d’autre à faire" in words
        assert "Votre reçu fiscal viendra après la confirmation" in words


def test_no_day_is_invented() -> None:
    donation = a_debit()
    donation.debit_expected_on = None
    send_debit_pending(donation, at=AT)

    for words in both_parts(the_letter()):
        assert "sera débité" not in words


def test_who_wants_no_receipt_does_not_hear_of_one() -> None:
    send_debit_pending(a_debit(wants_receipt=False), at=AT)

    for words in both_parts(the_letter()):
        assert "reçu fiscal" not in words


def test_it_is_sent_once_however_often_the_state_flaps() -> None:
    donation = a_debit()
    fail(donation)
    move(donation, Status.PROCESSING, at=AT, because="test")
    send_debit_pending(donation, at=AT)
    send_debit_pending(donation, at=AT + timedelta(days=1))

    assert len(mail.outbox) == 1


def test_a_bank_that_answered_meanwhile_makes_it_superfluous() -> None:
    donation = a_debit()
    fail(donation)

    assert send_debit_pending(donation, at=AT) is None
    assert mail.outbox == []


def test_a_later_month_where_the_donor_did_nothing_is_not_announced_from_here() -> None:
    donation = a_donation(status=Status.PROCESSING)

    assert send_debit_pending(donation, at=AT) is None
    assert mail.outbox == []


def test_a_refused_debit_is_told_kindly_with_a_way_to_try_again() -> None:
    donation = a_debit()
    send_payment_failed(fail(donation), at=timezone.now())

    letter = the_letter()
    assert letter.subject == "Votre don de 50\u00a0€ n’a pas pu être prélevé"
    for words in both_parts(letter):
        assert "Rien ne vous a été pris" in words
        assert f"http://testserver/don/{donation.campaign.code}/?montant=50" in words
        assert "le geste compte" in words


def test_the_address_of_the_form_carries_the_cents_too() -> None:
    donation = a_donation(amount_cents=2550)

    assert form_address(donation).endswith(f"/don/{donation.campaign.code}/?montant=25.50")


def test_after_the_campaign_nobody_is_asked_to_try_again() -> None:
    event = fail(a_debit())
    send_payment_failed(event, at=timezone.now() + timedelta(days=60))

    for words in both_parts(the_letter()):
        assert "/don/" not in words
        assert "donner d’une autre façon" not in words


def test_a_gift_that_the_bank_took_back_is_told_as_such() -> None:
    donation = a_debit()
    move(donation, Status.SUCCEEDED, at=AT, because="test", credited_at=AT)
    send_payment_failed(fail(donation, Status.REVERSED), at=timezone.now())

    letter = the_letter()
    assert letter.subject == "Votre don de 50\u00a0€ a été repris par votre banque"
    for words in both_parts(letter):
        assert "puis votre banque l’a repris" in words
        assert "Rien ne vous a été pris" not in words


def test_each_failure_is_told_once() -> None:
    donation = a_debit()
    first = fail(donation)
    send_payment_failed(first, at=AT)
    send_payment_failed(first, at=AT)
    move(donation, Status.PROCESSING, at=AT, because="test")
    send_payment_failed(fail(donation), at=AT)

    assert len(mail.outbox) == 2
    assert Letter.objects.filter(kind=Letter.Kind.PAYMENT_FAILED).count() == 2


def test_a_gift_that_went_on_meanwhile_is_no_failure() -> None:
    donation = a_debit()
    event = fail(donation)
    move(donation, Status.SUCCEEDED, at=AT, because="test", credited_at=AT)
    event.refresh_from_db()

    assert send_payment_failed(event, at=AT) is None
    assert mail.outbox == []
