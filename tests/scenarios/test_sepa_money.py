"""What a direct debit does to the books, from the promise to the bank's last word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation, LedgerEntry, Method, Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.progress import compute_progress
from donors.payments.sync import sync_donation
from donors.payments.sync_monthly import sync_gift, sync_monthly_gift
from stripe_sandbox.core import Sandbox
from tests.scenarios.conftest import Story
from tests.scenarios.monthly import Desk, months_of

pytestmark = pytest.mark.django_db

DAYS = int(timedelta(days=1).total_seconds())


def fees(story: Story) -> int:
    return sum(story.gift.ledger.filter(kind="fee").values_list("amount_cents", flat=True))


def test_a_debit_under_way_is_pending_and_never_raised(started: Story) -> None:
    started.pay("sepa")
    started.tell()

    gift = started.gift
    assert (gift.status, started.books()) == (Status.PROCESSING, [])
    assert gift.stripe_mandate_id
    assert gift.debit_expected_on is not None
    progress = compute_progress(gift.campaign, at=timezone.now())
    assert (progress.raised_cents, progress.pending_cents) == (0, 5000)


def test_a_debit_that_the_bank_pays_is_a_gift(started: Story) -> None:
    started.pay("sepa")
    started.sandbox.clock.advance(20 * DAYS)
    started.tell()

    assert (started.gift.status, started.gift.method) == (Status.SUCCEEDED, Method.SEPA)
    assert started.books() == [("gift", 5000)]


def test_a_debit_that_the_bank_refuses_costs_its_fee_and_nothing_else(started: Story) -> None:
    started.pay("sepa")
    started.tell()
    started.sandbox.fail_debit(started.sandbox.find("charge")[0]["id"])
    started.tell()

    gift = started.gift
    assert (gift.status, started.books()) == (Status.FAILED, [])
    assert fees(started) == -35, "Stripe keeps it, and the ledger says so"
    again = sync_donation(gift.pk, because="again", at=timezone.now())
    assert (again.status, fees(started)) == (Status.FAILED, -35)


def test_a_month_s_refused_debit_costs_its_fee_though_another_try_was_paid_before_anybody_looked(
    stripe_account: Sandbox, campaign: Campaign
) -> None:
    desk = Desk(stripe_account, campaign)
    desk.pay(desk.begin(), "sepa")
    desk.sandbox.advance(days=20)
    subscription = desk.sandbox.find("subscription")[0]
    month = desk.sandbox.renew(subscription["id"])
    desk.sandbox.fail_debit(desk.sandbox.find("charge")[0]["id"])
    desk.sandbox.collect_invoice(month["id"])
    desk.sandbox.advance(days=20)

    sync_gift(Donation.objects.get().pk, because="return page", at=desk.now)
    promise = MonthlyGift.objects.get()
    for _ in range(2):
        sync_monthly_gift(promise.pk, because="sweep", at=desk.now)
        for gift in Donation.objects.all():
            sync_donation(gift.pk, because="sweep", at=desk.now, thorough=True)

    assert months_of(promise) == [(Status.SUCCEEDED, 2000), (Status.SUCCEEDED, 2000)]
    tries = desk.sandbox.find("charge")
    assert [charge["status"] for charge in tries] == ["succeeded", "failed", "succeeded"]
    assert tries[0]["payment_intent"] == tries[1]["payment_intent"]
    lines = desk.sandbox.find("balance_transaction")
    balance = sum(line["net"] for line in lines if line["type"] != "payout")
    assert LedgerEntry.objects.total_cents() == balance == 4000 - 3 * 35


def test_a_success_that_nobody_saw_before_the_bank_took_it_back_is_told_in_full(started: Story) -> None:
    """Webhooks were off all the time: the books still show that the gift came, and that it went."""
    started.pay("sepa")
    started.sandbox.clock.advance(20 * DAYS)
    started.sandbox.fail_late(started.sandbox.find("charge")[0]["id"])

    gift = sync_donation(started.gift.pk, because="sweep", at=timezone.now())

    assert gift.status == Status.REVERSED
    assert started.books() == [("gift", 5000), ("gift", -5000)]
    assert list(gift.events.values_list("to_status", flat=True))[-2:] == ["succeeded", "reversed"]
