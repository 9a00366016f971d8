"""How every letter leaves, whatever it says."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.letters.models import Letter
from donors.letters.post import LetterInHand, Occasion, printable, send_once
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def a_monthly_gift(donation: Donation) -> MonthlyGift:
    return MonthlyGift.objects.create(
        donor=donation.donor,
        campaign=donation.campaign,
        amount_cents=1000,
        livemode=False,
        created_at=timezone.now(),
    )


def plain(letter: Letter) -> EmailMultiAlternatives:
    return EmailMultiAlternatives("Bonjour", "Voici.", to=[letter.email])


def test_two_facts_of_one_gift_are_two_letters_and_the_same_fact_is_one() -> None:
    gift, now = a_donation(), timezone.now()
    first = Occasion(kind=Letter.Kind.REFUNDED, about=gift, fact="7")
    second = Occasion(kind=Letter.Kind.REFUNDED, about=gift, fact="8")

    for occasion in (first, second, first):
        send_once(occasion, plain, at=now)

    assert len(mail.outbox) == 2
    assert [letter.key for letter in Letter.objects.all()] == [
        f"refunded:{gift.pk}:7",
        f"refunded:{gift.pk}:8",
    ]


def test_a_gift_and_a_monthly_gift_of_the_same_number_are_not_mixed_up() -> None:
    gift = a_donation()
    monthly = a_monthly_gift(gift)
    monthly.pk = gift.pk

    keys = {Occasion(kind=Letter.Kind.MONTHLY, about=about).key for about in (gift, monthly)}

    assert len(keys) == 2


def test_a_letter_about_a_monthly_gift_goes_to_its_donor() -> None:
    monthly = a_monthly_gift(a_donation())

    letter = send_once(
        Occasion(kind=Letter.Kind.MONTHLY, about=monthly, fact="started"), plain, at=timezone.now()
    )

    assert (letter.monthly_gift, letter.donation) == (monthly, None)
    assert mail.outbox[0].to == [monthly.donor.email]


def test_the_address_is_the_one_of_the_day_on_which_the_letter_was_owed() -> None:
    gift, now = a_donation(), timezone.now()
    occasion = Occasion(kind=Letter.Kind.REFUNDED, about=gift, fact="1")
    with pytest.raises(OSError, match="gone"):
        send_once(occasion, refuse, at=now)
    gift.donor.email = "elsewhere@example.org"

    send_once(occasion, plain, at=now)

    assert mail.outbox[0].to != ["elsewhere@example.org"]


def refuse(letter: Letter) -> EmailMultiAlternatives:
    raise OSError("gone")


def test_what_cannot_be_written_is_given_back_at_once() -> None:
    gift, now = a_donation(), timezone.now()
    occasion = Occasion(kind=Letter.Kind.REFUNDED, about=gift)
    with pytest.raises(OSError, match="gone"):
        send_once(occasion, refuse, at=now)

    assert send_once(occasion, plain, at=now).sent_at == now


def test_a_letter_in_another_workers_hands_waits_a_minute() -> None:
    gift, now = a_donation(), timezone.now()
    occasion = Occasion(kind=Letter.Kind.REFUNDED, about=gift)
    with pytest.raises(OSError, match="gone"):
        send_once(occasion, refuse, at=now)
    Letter.objects.update(claimed_until=now + timedelta(seconds=60))

    with pytest.raises(LetterInHand):
        send_once(occasion, plain, at=now + timedelta(seconds=59))
    assert send_once(occasion, plain, at=now + timedelta(seconds=60)).sent_at


def test_a_letter_is_about_something() -> None:
    with pytest.raises(IntegrityError, match="letter_about_something"), transaction.atomic():
        Letter.objects.create(
            kind="refunded", key="x", email="a@example.org", message_id="m", created_at=timezone.now()
        )


def test_a_name_with_line_breaks_cannot_write_headers() -> None:
    assert printable("Amina\r\nBcc: all@example.org") == "Amina  Bcc: all@example.org"
