"""The proof over money that went back: right books are silent, each thing that is wrong is named."""

from datetime import timedelta

import pytest

from donors.accounting.returns_check import returns_differences
from donors.accounting.verify import stored_differences, stripe_differences
from donors.gifts.returns import Dispute
from tests.donors.giving.conftest import amina, campaign, send
from tests.donors.receipts.test_eligibility import a_dispute, a_refund, book
from tests.factories import a_paid_donation
from tests.scenarios.conftest import Story, paid, started, story

__all__ = ["amina", "campaign", "paid", "send", "started", "story"]

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return [str(difference) for difference in returns_differences()]


def everything() -> list[str]:
    return [str(difference) for difference in [*stored_differences(), *stripe_differences()]]


def test_books_in_which_nothing_went_back_are_right() -> None:
    a_paid_donation()

    assert found() == []


@pytest.mark.parametrize("status", ["requested", "pending", "failed", "canceled", "refused"])
def test_a_refund_that_took_nothing_holds_nothing(status: str) -> None:
    a_refund(a_paid_donation(), 1500, status=status, booked=False)

    assert found() == []


def test_a_refund_that_is_not_in_the_ledger_is_named() -> None:
    refund = a_refund(a_paid_donation(), 1500, booked=False)

    assert found() == [
        f"Refund {refund.pk}: of Donation {refund.donation_id} is succeeded, 1500 cents;"
        " the ledger holds 0 cents"
    ]


def test_a_failed_refund_that_still_takes_money_is_named() -> None:
    gift = a_paid_donation()
    refund = a_refund(gift, 1500, status="failed")
    book(gift, "refund", -1500)

    assert found() == [
        f"Refund {refund.pk}: of Donation {gift.pk} is failed, 1500 cents; the ledger holds -1500 cents"
    ]


def test_money_of_a_refund_that_nobody_knows_is_named() -> None:
    gift = a_paid_donation()
    line = book(gift, "refund", -1500)

    assert found() == [
        f"Donation {gift.pk}: the ledger holds -1500 cents of {line.key}, which no refund tells"
    ]


def test_a_dispute_that_holds_money_must_stand_in_the_ledger() -> None:
    gift = a_paid_donation()
    dispute = a_dispute(gift, stage="open")
    assert found() == [
        f"Donation {gift.pk}: the ledger holds 0 cents of disputes, Dispute {dispute.pk} (open) says -5000"
    ]

    book(gift, "dispute", -5000)
    assert found() == []

    Dispute.objects.update(stage="won")
    assert len(found()) == 1


def test_money_of_a_dispute_that_nobody_knows_is_named() -> None:
    gift = a_paid_donation()
    book(gift, "dispute", -5000)

    assert found() == [f"Donation {gift.pk}: the ledger holds -5000 cents of disputes, no dispute says 0"]


@pytest.mark.parametrize("inquiry", [True, False])
def test_real_disputes_leave_right_books(paid: Story, inquiry: bool) -> None:
    paid.tell()
    dispute = paid.sandbox.open_dispute(paid.gift.stripe_charge_id, inquiry=inquiry)
    paid.tell()
    assert everything() == []

    if inquiry:
        paid.sandbox.escalate_inquiry(dispute["id"])
        paid.tell()
        assert everything() == []
    paid.sandbox.win_dispute(dispute["id"])
    paid.tell()
    assert everything() == []


def test_real_refunds_leave_right_books(paid: Story) -> None:
    paid.tell()
    paid.sandbox.clock.advance(600)
    paid.tell()
    refund = paid.sandbox.refund(paid.gift.stripe_charge_id, 1500)
    paid.tell()
    assert everything() == []

    paid.sandbox.fail_refund(refund["id"])
    paid.tell()
    assert everything() == []

    paid.sandbox.prevent_dispute(paid.gift.stripe_charge_id)
    paid.tell()
    assert everything() == []


def test_a_debit_that_succeeded_days_later_is_right(started: Story) -> None:
    started.pay("sepa")
    started.tell()
    started.sandbox.clock.advance(int(timedelta(days=6).total_seconds()))
    started.tell()

    assert everything() == []


def test_a_refund_that_only_stripe_knows_is_named(paid: Story) -> None:
    paid.tell()
    refund = paid.sandbox.refund(paid.gift.stripe_charge_id, 1500)
    paid.webhooks()

    assert everything() == [f"Donation {paid.gift.pk}: {refund['id']} of 1500 cents: we do not know it"]
