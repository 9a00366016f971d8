"""What a payment page for a monthly gift has begun is tied to our rows."""

import pytest

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.payments.facts import PaymentFacts
from donors.payments.first_month import note_first_month
from donors.payments.models import Alarm, CheckoutAttempt
from tests.scenarios.monthly import Desk

pytestmark = pytest.mark.django_db

PAID = PaymentFacts(
    amount_cents=2000,
    currency="eur",
    livemode=False,
    subscription_id="sub_1",
    invoice_id="in_1",
    charge_id="ch_1",
)


def note(desk: Desk, gift: Donation, facts: PaymentFacts = PAID) -> bool:
    gift.refresh_from_db()
    return note_first_month(gift, CheckoutAttempt.objects.latest("pk"), facts, at=desk.now)


def test_the_promise_learns_its_subscription_and_the_gift_its_month(desk: Desk) -> None:
    gift = desk.begin()

    assert [note(desk, gift) for _ in range(2)] == [True, False]

    assert MonthlyGift.objects.get().stripe_subscription_id == "sub_1"
    assert Donation.objects.get().stripe_invoice_id == "in_1"


def test_a_page_for_one_gift_begins_no_promise(desk: Desk) -> None:
    gift = desk.begin(monthly=False)

    assert note(desk, gift) is False
    assert Donation.objects.get().stripe_invoice_id == ""


def test_a_second_subscription_for_one_promise_is_told_and_ties_nothing(desk: Desk) -> None:
    gift = desk.begin()
    MonthlyGift.objects.update(stripe_subscription_id="sub_before")

    assert [note(desk, gift) for _ in range(2)] == [False, False]

    assert Donation.objects.get().stripe_invoice_id == ""
    (alarm,) = Alarm.objects.all()
    assert "sub_1" in alarm.text
    assert alarm.donation == gift


def test_the_page_counts_even_if_the_donor_chose_otherwise_since(desk: Desk) -> None:
    gift = desk.begin()
    promise = MonthlyGift.objects.get()
    Donation.objects.update(monthly_gift=None)

    assert note(desk, gift) is True
    assert Donation.objects.get().monthly_gift == promise


def test_a_gift_that_stands_for_another_payment_keeps_it(desk: Desk) -> None:
    gift = desk.begin()
    Donation.objects.update(stripe_charge_id="ch_other")

    assert [note(desk, gift) for _ in range(2)] == [True, False]

    assert Donation.objects.get().stripe_invoice_id == ""
    assert MonthlyGift.objects.get().stripe_subscription_id == "sub_1"
