"""What one gift hands on to the next one of the same donor."""

import pytest
from django.utils import timezone

from donors.gifts.carried_over import carried_over
from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def test_a_second_gift_is_treated_as_the_first_was_asked_to_be() -> None:
    first = a_donation(anonymous=True, wants_receipt=True, source="affiche", amount_cents=5000)
    second = Donation.objects.create(
        **carried_over(first), amount_cents=700, created_at=timezone.now(), stripe_charge_id="ch_2"
    )

    assert (second.donor, second.campaign, second.livemode) == (first.donor, first.campaign, False)
    assert (second.anonymous, second.wants_receipt, second.source) == (True, True, "affiche")
    assert second.uuid != first.uuid
    assert second.status == "created"


def test_a_promise_takes_it_from_its_first_month_and_hands_it_on() -> None:
    first = a_donation(anonymous=True, source="affiche")
    promise = MonthlyGift.objects.create(**carried_over(first), amount_cents=2000, created_at=timezone.now())

    assert carried_over(promise) == carried_over(first)
