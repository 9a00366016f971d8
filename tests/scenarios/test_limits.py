"""Scenarios 29 and 48 to 50: amounts, walls between real and pretend money, and a page paid too late."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.models import Donation
from donors.gifts.progress import compute_progress
from donors.gifts.returns import Refund
from donors.payments.models import Alarm
from donors.payments.refunds import NotRefundable, RefundWish, request_refund
from tests.factories import claire
from tests.scenarios.conftest import Story

pytestmark = pytest.mark.django_db

Send = Callable[..., Any]


def wish(cents: int, seen: int) -> RefundWish:
    return RefundWish(amount_cents=cents, reason=Refund.Reason.DONOR, seen_cents=seen)


def test_scenario_29_more_than_is_left_is_refused_before_stripe_is_asked(paid: Story) -> None:
    """Two people at once, in threads: tests/donors/payments/test_refunds.py."""
    paid.tell()
    treasurer = claire()
    request_refund(paid.gift.pk, wish(3000, 5000), by=treasurer, at=timezone.now())

    with pytest.raises(NotRefundable):
        request_refund(paid.gift.pk, wish(3000, 2000), by=treasurer, at=timezone.now())

    assert len(paid.sandbox.find("refund")) == 1
    assert paid.books() == [("gift", 5000), ("refund", -3000)]


def test_scenario_29_what_stripe_refuses_is_said_and_kept(paid: Story, client: Client) -> None:
    paid.tell()
    paid.sandbox.refund(paid.gift.stripe_charge_id, 4000)

    refund = request_refund(paid.gift.pk, wish(5000, 5000), by=claire(), at=timezone.now())

    assert refund.status == Refund.Status.REFUSED
    assert refund.failure_reason
    assert paid.books() == [("gift", 5000), ("refund", -4000)]


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("1 000,50", 100_050), ("25", 2500), ("25,5", 2550), ("25.50", 2550), ("25,50 €", 2550)],
)
def test_scenario_48_amounts_as_people_write_them(story: Story, send: Send, typed: str, cents: int) -> None:
    assert send(amount="other", other_amount=typed).status_code == 303

    assert Donation.objects.get().amount_cents == cents
    assert story.sandbox.find("checkout.session")[0]["amount_total"] == cents


@pytest.mark.parametrize("typed", ["0", "-5", "0,001", "12,345", "1e3", "4,99", "99999999", "douze", "NaN"])
def test_scenario_48_amounts_that_are_none_are_refused_with_a_sentence(
    story: Story, send: Send, typed: str
) -> None:
    answer = send(amount="other", other_amount=typed)

    assert answer.status_code == 200
    assert "other_amount" in answer.context["form"].errors
    assert f'value="{typed}"' in answer.text
    assert (Donation.objects.count(), story.sandbox.find("checkout.session")) == (0, [])


def test_scenario_49_a_live_key_never_speaks_with_a_pretend_stripe(settings: Settings) -> None:
    settings.STRIPE_LIVEMODE = True
    settings.STRIPE_API_BASE = "http://127.0.0.1:8420"

    assert any("STRIPE_API_BASE" in str(problem) for problem in run_checks())


def test_scenario_49_test_gifts_are_outside_the_gauge_of_a_live_site(paid: Story, settings: Settings) -> None:
    paid.tell()
    assert compute_progress(paid.gift.campaign, at=timezone.now()).raised_cents == 5000

    settings.STRIPE_LIVEMODE = True

    assert compute_progress(paid.gift.campaign, at=timezone.now()).raised_cents == 0


def test_scenario_50_a_page_that_is_paid_after_the_last_day_counts_and_somebody_is_told(
    started: Story,
) -> None:
    campaign = started.gift.campaign
    campaign.starts_on, campaign.ends_on = (
        day - timedelta(days=60) for day in (campaign.starts_on, campaign.ends_on)
    )
    campaign.save()

    started.pay()
    started.tell()

    assert (started.gift.status, started.books()) == ("succeeded", [("gift", 5000)])
    assert Alarm.objects.get().kind == Alarm.Kind.LATE_GIFT
    assert compute_progress(campaign, at=timezone.now()).raised_cents == 5000
