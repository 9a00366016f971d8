"""The letter about a refund: only when it is true, and with what is left."""

import pytest
from django.core import mail
from django.utils import timezone

from donors.gifts.models import Donation
from donors.letters.refunded import send_refunded
from donors.receipts.models import Receipt
from tests.donors.letters.reading import both_parts, the_letter
from tests.donors.receipts.test_eligibility import a_refund
from tests.factories import a_paid_donation

pytestmark = pytest.mark.django_db


def test_a_refund_in_part_says_what_went_and_what_stays(gift: Donation, receipt: Receipt) -> None:
    send_refunded(a_refund(gift, 1500), at=timezone.now())

    assert the_letter().subject == "Nous vous remboursons 15\u00a0€"
    for words in both_parts(the_letter()):
        assert "Il nous reste" in words
        assert "35 €" in words
        assert "sur la carte" in words
        assert "ne l’utilisez plus" in words


def test_a_refund_of_all_says_that_nothing_stays(gift: Donation) -> None:
    send_refunded(a_refund(gift, 5000), at=timezone.now())

    for words in both_parts(the_letter()):
        assert "Il ne nous reste rien de ce don" in words
        assert "reçu" not in words, "there was none"


def test_a_debit_goes_back_to_the_account() -> None:
    send_refunded(a_refund(a_paid_donation(method="sepa"), 5000), at=timezone.now())

    for words in both_parts(the_letter()):
        assert "sur le compte bancaire" in words


@pytest.mark.parametrize(
    "status", ["requested", "pending", "requires_action", "failed", "canceled", "refused"]
)
def test_what_has_not_succeeded_is_not_called_refunded(gift: Donation, status: str) -> None:
    assert send_refunded(a_refund(gift, 1500, status=status), at=timezone.now()) is None
    assert mail.outbox == []


def test_each_refund_is_told_once(gift: Donation) -> None:
    first, second = a_refund(gift, 1500), a_refund(gift, 1000)
    for refund in (first, second, first):
        send_refunded(refund, at=timezone.now())

    assert [letter.subject for letter in mail.outbox] == [
        "Nous vous remboursons 15\u00a0€",
        "Nous vous remboursons 10\u00a0€",
    ]
