"""What is found without any webhook."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donors.gifts.models import Donation, Status
from donors.payments.sweeps import sweep_fees, sweep_open_checkouts
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation

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
