"""Scenarios 35 to 40: gifts of each month, and all that can come between two of them."""

import pytest
from pytest_django import Settings

from donors.gifts.models import Donation, Status
from donors.gifts.monthly import MonthlyGift
from donors.payments.models import StripeCustomer
from stripe_sandbox.core import Sandbox
from tests.factories import a_campaign, with_monthly_amounts
from tests.scenarios.monthly import Desk, again, booked, months_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(stripe_account: Sandbox, settings: Settings) -> Desk:
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))


def test_the_first_month_is_the_gift_of_the_form(desk: Desk) -> None:
    gift = desk.begin(2000)
    desk.pay(gift)
    desk.deliver()

    gift.refresh_from_db()
    promise = MonthlyGift.objects.get()
    assert (gift.monthly_gift, gift.status, gift.amount_cents) == (promise, Status.SUCCEEDED, 2000)
    assert (promise.status, promise.amount_cents, promise.donor) == ("active", 2000, gift.donor)
    assert promise.stripe_customer_id == StripeCustomer.objects.get().stripe_customer_id
    assert promise.card_last4 == "4242"
    assert promise.next_debit_at is not None
    assert booked(promise) == 2000


def test_each_month_is_a_gift_of_its_own(desk: Desk) -> None:
    promise = desk.start(2000)
    for _ in range(2):
        desk.sandbox.renew(promise.stripe_subscription_id)
        desk.deliver()

    assert months_of(promise) == [("succeeded", 2000)] * 3
    assert booked(promise) == 6000
    assert told(promise) == ["started"]
    invoices = set(Donation.objects.values_list("stripe_invoice_id", flat=True))
    assert len(invoices) == 3
    assert again(promise).source == Donation.objects.latest("pk").source == "affiche"
