"""Booking: one fact, one line."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from donors.gifts.ledger import book_account_fee, book_fee, book_gift, book_payout, reverse
from donors.gifts.models import LedgerEntry
from tests.factories import a_donation, a_paid_donation

pytestmark = pytest.mark.django_db


def test_a_gift_is_booked_gross_and_once() -> None:
    donation, now = a_donation(amount_cents=2550), timezone.now()

    assert book_gift(donation, charge_id="ch_1", occurred_at=now, at=now) is True
    assert book_gift(donation, charge_id="ch_1", occurred_at=now, at=now) is False

    line = donation.ledger.get()
    assert (line.kind, line.amount_cents, line.key, line.livemode) == ("gift", 2550, "gift:ch_1", False)


def test_a_fee_is_a_negative_line_and_booked_once() -> None:
    donation, now = a_paid_donation(fee_cents=0), timezone.now()

    for _ in range(2):
        book_fee(donation, transaction_id="txn_1", fee_cents=63, occurred_at=now, at=now)

    assert donation.ledger.get(kind="fee").amount_cents == -63


def test_no_fee_is_no_line() -> None:
    donation, now = a_paid_donation(fee_cents=0), timezone.now()

    assert book_fee(donation, transaction_id="txn_1", fee_cents=0, occurred_at=now, at=now) is False
    assert not donation.ledger.filter(kind="fee").exists()


@pytest.mark.parametrize(
    ("kind", "cents", "constraint"),
    [
        ("gift", -100, "ledger_sign"),
        ("fee", 100, "ledger_sign"),
        ("refund", 100, "ledger_sign"),
        ("gift", 0, "ledger_not_zero"),
        ("gratuity", 100, "ledger_"),
    ],
)
def test_a_line_with_the_wrong_sign_or_kind_is_refused(kind: str, cents: int, constraint: str) -> None:
    donation, now = a_donation(), timezone.now()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LedgerEntry.objects.create(
            kind=kind,
            donation=donation,
            amount_cents=cents,
            occurred_at=now,
            booked_at=now,
            livemode=False,
            key="k",
        )


def test_a_correction_reverses_with_the_opposite_sign() -> None:
    gift, now = a_paid_donation(fee_cents=0), timezone.now()
    line = gift.ledger.get()

    LedgerEntry.objects.create(
        kind="gift",
        donation=gift,
        amount_cents=-line.amount_cents,
        occurred_at=now,
        booked_at=now,
        livemode=False,
        key=f"reverses:{line.pk}",
        reverses=line,
    )

    assert LedgerEntry.objects.total_cents() == 0


def test_money_cannot_be_deleted_with_its_donor_or_campaign() -> None:
    gift = a_paid_donation()

    for owner in (gift.donor, gift.campaign, gift):
        with pytest.raises(ProtectedError):
            owner.delete()


def test_a_fee_outside_any_gift_is_booked_once() -> None:
    now = timezone.now()

    lines = [
        book_account_fee(transaction_id="txn_1", cents=-70, livemode=False, occurred_at=now, at=now)
        for _ in range(2)
    ]

    assert lines == [LedgerEntry.objects.get()] * 2
    assert (lines[0].key, lines[0].amount_cents, lines[0].donation) == ("fee:txn_1", -70, None)


def test_a_payout_is_booked_once_and_can_be_taken_back_once() -> None:
    now = timezone.now()
    for _ in range(2):
        book_payout(key="payout:po_1", cents=-4900, livemode=False, occurred_at=now, at=now)

    assert reverse("payout:po_1", by="payout-back:txn_2", occurred_at=now, at=now) is True
    assert reverse("payout:po_1", by="payout-back:txn_2", occurred_at=now, at=now) is False
    assert LedgerEntry.objects.filter(kind="payout").count() == 2
    assert LedgerEntry.objects.total_cents() == 0
