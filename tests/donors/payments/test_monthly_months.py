"""One gift for each month whose money moves."""

from dataclasses import replace

import pytest
from django.utils import timezone

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.payments.monthly_facts import InvoiceFacts
from donors.payments.monthly_months import write_month
from tests.scenarios.monthly import Desk

pytestmark = pytest.mark.django_db

INVOICE = InvoiceFacts(
    invoice_id="in_1",
    first=False,
    status="paid",
    amount_cents=3500,
    created_at=timezone.now(),
    paid_at=timezone.now(),
    tries=1,
    next_try_at=None,
    page_url="",
    intent_id="pi_1",
    paid_intents=("pi_1",),
)


@pytest.fixture
def begun(desk: Desk) -> MonthlyGift:
    """The form was sent, and nothing is paid."""
    promise = desk.begin(2000).monthly_gift
    assert promise is not None
    return promise


def test_a_later_month_is_a_new_gift_of_the_invoices_amount(begun: MonthlyGift) -> None:
    assert write_month(begun, INVOICE) is True

    month = Donation.objects.get(stripe_invoice_id="in_1")
    assert (month.amount_cents, month.stripe_payment_intent_id) == (3500, "pi_1")
    assert (month.donor, month.campaign, month.source) == (begun.donor, begun.campaign, "affiche")
    assert (month.status, month.is_later_month) == ("created", True)


def test_the_same_month_twice_is_one_gift(begun: MonthlyGift) -> None:
    assert [write_month(begun, INVOICE) for _ in range(2)] == [True, False]
    assert begun.donations.exclude(stripe_invoice_id="").count() == 1


def test_the_first_month_is_the_gift_of_the_form(begun: MonthlyGift) -> None:
    assert write_month(begun, replace(INVOICE, first=True)) is True

    gift = Donation.objects.get()
    assert (gift.stripe_invoice_id, gift.amount_cents) == ("in_1", 2000)


def test_a_form_whose_gift_stands_for_another_payment_gets_a_second_gift(begun: MonthlyGift) -> None:
    Donation.objects.update(stripe_charge_id="ch_paid_once")

    assert write_month(begun, replace(INVOICE, first=True)) is True

    assert Donation.objects.count() == 2
    assert Donation.objects.get(stripe_invoice_id="in_1").stripe_charge_id == ""


def test_a_donor_who_went_on_with_one_gift_still_has_the_month_that_they_began(begun: MonthlyGift) -> None:
    Donation.objects.update(monthly_gift=None)

    write_month(begun, replace(INVOICE, first=True))

    assert Donation.objects.get().monthly_gift == begun


def test_a_refused_payment_gives_way_to_the_one_that_paid(begun: MonthlyGift) -> None:
    write_month(begun, replace(INVOICE, status="open", intent_state="processing", paid_intents=()))
    version = Donation.objects.get(stripe_invoice_id="in_1").sync_version

    by_another = replace(INVOICE, intent_id="pi_2", paid_intents=("pi_2",))
    assert [write_month(begun, by_another) for _ in range(2)] == [True, False]

    month = Donation.objects.get(stripe_invoice_id="in_1")
    assert (month.stripe_payment_intent_id, month.sync_version) == ("pi_2", version + 1)


def test_a_payment_that_is_booked_never_gives_way(begun: MonthlyGift) -> None:
    write_month(begun, INVOICE)
    Donation.objects.filter(stripe_invoice_id="in_1").update(stripe_charge_id="ch_1")

    assert write_month(begun, replace(INVOICE, intent_id="pi_2", paid_intents=("pi_2",))) is False
    assert Donation.objects.get(stripe_invoice_id="in_1").stripe_payment_intent_id == "pi_1"
