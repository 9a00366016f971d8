"""What is found without any webhook."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from donors.gifts.models import Donation, Status
from donors.gifts.monthly import MonthlyGift
from donors.payments.sweeps import (
    MONTHLY,
    run_sweep,
    sweep_fees,
    sweep_open_checkouts,
    sweep_slow_money,
    to_read,
)
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_campaign, a_donation, a_donor

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=15)


def later_sweep() -> int:
    return sweep_open_checkouts(at=timezone.now() + LATER)


def test_with_webhooks_off_a_paid_gift_is_still_found(paid: Donation) -> None:
    assert later_sweep() == 1

    paid.refresh_from_db()
    assert (paid.status, paid.ledger.count()) == (Status.SUCCEEDED, 1)
    assert later_sweep() == 0


def test_an_abandoned_page_expires_here_too(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.clock.advance(3700)

    later_sweep()

    opened.refresh_from_db()
    assert opened.status == Status.EXPIRED


def test_a_page_that_was_just_opened_is_left_to_the_donor(opened: Donation) -> None:
    assert sweep_open_checkouts(at=timezone.now()) == 0


def test_a_gift_that_never_reached_stripe_is_not_asked_for(stripe_account: Sandbox) -> None:
    a_donation()

    assert later_sweep() == 0


def test_one_gift_that_stripe_does_not_show_does_not_stop_the_others(
    opened: Donation, stripe_account: Sandbox
) -> None:
    opened.attempts.update(stripe_session_id="cs_test_nobody")
    good = a_donation()
    open_page(good)
    stripe_account.pay(session_of(good), "card")

    assert later_sweep() == 2

    good.refresh_from_db()
    assert good.is_paid


def test_a_silent_stripe_ends_the_sweep_until_its_next_turn(paid: Donation, stripe_account: Sandbox) -> None:
    stripe_account.faults.add("status", status=503, path="/v1/", count=3)

    assert later_sweep() == 0
    assert later_sweep() == 1


def test_a_fee_that_came_late_is_booked(paid: Donation, stripe_account: Sandbox) -> None:
    sync_donation(paid.pk, because="test", at=timezone.now())
    assert not paid.ledger.filter(kind="fee").exists()
    stripe_account.clock.advance(600)

    assert sweep_fees(at=timezone.now() + LATER) == 1

    assert paid.ledger.get(kind="fee").amount_cents == -100
    assert sweep_fees(at=timezone.now() + LATER) == 0


def test_money_of_the_other_mode_is_not_asked_for(paid: Donation) -> None:
    Donation.objects.update(livemode=True)

    assert later_sweep() == 0


def test_a_debit_is_looked_at_once_a_day(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.pay(session_of(opened), "sepa")
    later_sweep()
    tomorrow = timezone.now() + timedelta(days=1, minutes=20)

    assert sweep_slow_money(at=timezone.now() + timedelta(hours=12)) == 0
    assert sweep_slow_money(at=tomorrow) == 1
    assert sweep_slow_money(at=tomorrow + timedelta(hours=1)) == 0, "it was looked at an hour ago"
    assert sweep_open_checkouts(at=tomorrow) == 0, "its page is not asked for every five minutes"


def test_a_debit_that_came_through_is_found_without_any_webhook(
    opened: Donation, stripe_account: Sandbox
) -> None:
    stripe_account.pay(session_of(opened), "sepa")
    later_sweep()
    stripe_account.clock.advance(14 * 86400)

    sweep_slow_money(at=timezone.now() + timedelta(days=14))

    opened.refresh_from_db()
    assert opened.is_paid


def test_a_refund_that_waits_is_looked_at_until_it_arrives(paid: Donation, stripe_account: Sandbox) -> None:
    sync_donation(paid.pk, because="test", at=timezone.now())
    stripe_account.next_refund("pending")
    refund = stripe_account.refund(stripe_account.find("charge")[0]["id"])
    sync_donation(paid.pk, because="test", at=timezone.now())
    stripe_account.settle_refund(refund["id"])

    assert sweep_slow_money(at=timezone.now() + timedelta(hours=1)) == 0
    assert sweep_slow_money(at=timezone.now() + timedelta(days=1)) == 1

    assert paid.refunds.get().status == "succeeded"
    assert sweep_slow_money(at=timezone.now() + timedelta(days=3)) == 0


def test_a_dispute_is_looked_at_until_it_is_decided(paid: Donation, stripe_account: Sandbox) -> None:
    sync_donation(paid.pk, because="test", at=timezone.now())
    dispute = stripe_account.open_dispute(stripe_account.find("charge")[0]["id"])
    sync_donation(paid.pk, because="test", at=timezone.now())
    stripe_account.win_dispute(dispute["id"])

    sweep_slow_money(at=timezone.now() + timedelta(days=1))

    assert paid.disputes.get().stage == "won"
    assert paid.ledger.collected().total_cents() == 5000
    assert sweep_slow_money(at=timezone.now() + timedelta(days=3)) == 0


def a_promise(**over: Any) -> MonthlyGift:
    facts: dict[str, Any] = {
        "donor": a_donor(),
        "campaign": a_campaign(),
        "amount_cents": 1000,
        "livemode": False,
        "created_at": timezone.now(),
        "stripe_subscription_id": "sub_nobody",
        "status": MonthlyGift.Status.ACTIVE,
    }
    return MonthlyGift.objects.create(**{**facts, **over})


@pytest.mark.parametrize(
    ("seen", "expected"), [(None, 1), (timedelta(days=8), 1), (timedelta(days=6), 0)], ids=str
)
def test_a_monthly_gift_is_looked_at_once_a_week(db: None, seen: timedelta | None, expected: int) -> None:
    now = timezone.now()
    promise = a_promise(synced_at=now - seen if seen else None)

    assert list(to_read(MONTHLY, at=now)) == [promise] * expected


@pytest.mark.parametrize(
    "over",
    [
        {"status": "incomplete_expired"},
        {"status": "canceled", "canceled_at": timezone.now() - timedelta(days=60)},
        {"stripe_subscription_id": ""},
        {"livemode": True},
    ],
)
def test_a_monthly_gift_that_brings_nothing_more_is_left_alone(db: None, over: dict[str, Any]) -> None:
    a_promise(**over)

    assert not to_read(MONTHLY, at=timezone.now()).exists()


def test_a_monthly_gift_that_stripe_does_not_know_stops_nothing(db: None, stripe_account: Sandbox) -> None:
    a_promise()

    assert run_sweep(MONTHLY, at=timezone.now()) == 1
