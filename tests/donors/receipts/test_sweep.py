"""What the hourly sweep finds, from the rows alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from donors.gifts.models import Donation, Method, Status
from donors.gifts.status import move
from donors.receipts import sweep
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt
from donors.receipts.sweep import issue_due_receipts, settle_receipts, unsettled
from donors.tasks import sweep_receipts
from tests.donors.receipts.test_eligibility import a_dispute, a_refund, book
from tests.factories import a_paid_donation

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 20, 9, 0, tzinfo=UTC)


def a_debit(days_ago: int) -> Donation:
    return a_paid_donation(method=Method.SEPA, credited_at=NOW - timedelta(days=days_ago))


def receipted() -> Donation:
    gift = a_paid_donation()
    issue_receipt(gift, at=timezone.now())
    return gift


def test_debits_get_their_receipt_when_their_hold_is_over() -> None:
    early, late = a_debit(14), a_debit(13)

    assert issue_due_receipts(at=NOW) == 1

    assert [receipt.lines.get().donation for receipt in Receipt.objects.all()] == [early]
    assert issue_due_receipts(at=NOW) == 0
    assert issue_due_receipts(at=NOW + timedelta(days=1)) == 1
    assert late.receipt_lines.get().live


def test_the_tax_date_stays_the_day_of_the_credit() -> None:
    a_debit(14)
    issue_due_receipts(at=NOW)

    snapshot = Receipt.objects.get().snapshot
    assert (snapshot["gift"]["paid_on"], snapshot["issued_on"]) == ("2027-06-06", "2027-06-20")


def test_a_debit_that_was_refunded_in_part_meanwhile_gets_one_over_the_rest() -> None:
    a_refund(a_debit(20), 2000)
    issue_due_receipts(at=NOW)

    assert Receipt.objects.get().amount_cents == 3000


def test_a_debit_that_was_disputed_meanwhile_gets_none() -> None:
    gift = a_debit(20)
    a_dispute(gift, stage="lost")
    book(gift, "dispute", -5000)

    assert issue_due_receipts(at=NOW) == 0


def test_one_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = a_debit(20), a_debit(19)

    def fail_for_one(donation: Donation, **facts: object) -> Receipt:
        if donation == bad:
            raise DatabaseError("locked")
        return issue_receipt(donation, at=NOW)

    monkeypatch.setattr(sweep, "issue_receipt", fail_for_one)

    assert issue_due_receipts(at=NOW) == 1
    assert good.receipt_lines.exists()


def test_gifts_whose_receipt_says_what_was_kept_are_left_alone() -> None:
    receipted()
    a_refund(a_paid_donation(), 1000)

    assert list(unsettled()) == []


def test_a_refund_that_nobody_followed_is_found() -> None:
    gift = receipted()
    a_refund(gift, 1500)

    assert settle_receipts(at=timezone.now()) == 1
    assert list(Receipt.objects.values_list("state", "amount_cents").order_by("pk")) == [
        ("cancelled", 5000),
        ("issued", 3500),
    ]
    assert settle_receipts(at=timezone.now()) == 0


def test_a_dispute_is_found_before_its_money_has_moved() -> None:
    gift = receipted()
    a_dispute(gift, stage="open")
    settle_receipts(at=timezone.now())

    assert Receipt.objects.get().is_suspended
    assert list(unsettled()) == []


def test_a_suspension_that_should_be_over_is_found() -> None:
    gift = receipted()
    a_dispute(gift, stage="won")
    Receipt.objects.update(suspended_at=timezone.now())
    settle_receipts(at=timezone.now())

    assert not Receipt.objects.get().is_suspended
    assert list(unsettled()) == []


def test_a_late_failure_is_found() -> None:
    gift = receipted()
    move(gift, Status.REVERSED, at=timezone.now(), because="test")
    gift.ledger.create(
        kind="gift", amount_cents=-5000, key="back", livemode=False, occurred_at=NOW, booked_at=NOW,
        reverses=gift.ledger.get(kind="gift"),
    )  # fmt: skip
    settle_receipts(at=timezone.now())

    assert Receipt.objects.get().state == "cancelled"


def test_the_task_does_both_and_writes_to_the_donors(mailoutbox: list[object]) -> None:
    a_paid_donation(method=Method.SEPA, credited_at=timezone.now() - timedelta(days=20))
    a_refund(receipted(), 5000)

    sweep_receipts.call()

    assert Receipt.objects.count() == 2
    assert Receipt.objects.filter(state="cancelled").count() == 1
    assert mailoutbox
