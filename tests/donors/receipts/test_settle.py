"""The one function that makes a receipt say what is left of its gift."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from donors.gifts.ledger import reverse
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.gifts.returns import Dispute, Refund
from donors.gifts.status import move
from donors.receipts.cancel import cancel_receipt
from donors.receipts.checks import differences
from donors.receipts.events import ReceiptEvent
from donors.receipts.issue import issue_receipt, live_receipt_of
from donors.receipts.models import Receipt, ReceiptLine
from donors.receipts.settle import settle_receipt
from tests.donors.receipts.test_eligibility import a_dispute, a_refund, book
from tests.donors.test_at_once import all_at_once
from tests.factories import a_paid_donation, claire

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift() -> Donation:
    """50 € with a receipt."""
    donation = a_paid_donation()
    issue_receipt(donation, at=timezone.now())
    return donation


def settle(gift: Donation) -> list[tuple[int, str, int]]:
    settle_receipt(gift, at=timezone.now())
    return [(r.number, r.standing, r.amount_cents) for r in Receipt.objects.order_by("number")]


def kinds() -> list[str]:
    return list(ReceiptEvent.objects.order_by("pk").values_list("kind", flat=True))


def unpaired() -> list[str]:
    return [line for line in differences() if "has no PDF yet" not in line]


def test_a_gift_that_kept_its_money_keeps_its_receipt(gift: Donation) -> None:
    assert settle(gift) == [(1, "Émis", 5000)]
    assert kinds() == ["issued"]


def test_a_gift_without_a_receipt_gets_none_from_here() -> None:
    assert settle(a_paid_donation()) == []


def test_a_refund_in_part_cancels_and_replaces(gift: Donation) -> None:
    a_refund(gift, 1500)

    assert settle(gift) == [(1, "Annulé", 5000), (2, "Émis", 3500)]
    old, new = Receipt.objects.order_by("number")
    assert old.cancel_reason == "Une partie du don a été rendue : il en reste 35\u00a0€."
    assert (new.replaces, new.snapshot["replaces"]) == (old, old.full_number)
    assert new.snapshot["gift"]["amount_words"] == "trente-cinq euros"
    assert new.snapshot["gift"]["paid_on"] == old.snapshot["gift"]["paid_on"]
    assert new.lines.get().amount_cents == 3500
    assert kinds() == ["issued", "cancelled", "issued"]
    assert unpaired() == []


def test_settling_twice_changes_nothing(gift: Donation) -> None:
    a_refund(gift, 1500)
    first = settle(gift)

    assert settle(gift) == first
    assert kinds() == ["issued", "cancelled", "issued"]


def test_a_refund_of_all_leaves_no_receipt(gift: Donation) -> None:
    a_refund(gift, 5000)

    assert settle(gift) == [(1, "Annulé", 5000)]
    assert Receipt.objects.get().cancel_reason == "Le don a été remboursé."


def test_a_refund_on_its_way_changes_nothing_yet(gift: Donation) -> None:
    a_refund(gift, 1500, status="pending")

    assert settle(gift) == [(1, "Émis", 5000)]


def test_a_second_refund_on_its_way_lets_the_new_number_wait(gift: Donation) -> None:
    a_refund(gift, 1500)
    second = Refund.objects.create(
        donation=gift, amount_cents=1000, status="pending", reason="donor", requested_at=timezone.now()
    )
    assert settle(gift) == [(1, "Annulé", 5000)]

    second.status = "failed"
    second.save()

    assert settle(gift) == [(1, "Annulé", 5000), (2, "Émis", 3500)]


def test_a_refund_that_stripe_has_not_booked_yet_lets_it_wait_too(gift: Donation) -> None:
    refund = a_refund(gift, 1500, booked=False)
    assert settle(gift) == [(1, "Annulé", 5000)]

    book(gift, "refund", -refund.amount_cents)

    assert settle(gift) == [(1, "Annulé", 5000), (2, "Émis", 3500)]


def test_a_refund_that_fails_after_all_brings_a_new_number_and_never_the_old_one(gift: Donation) -> None:
    refund = a_refund(gift, 5000)
    settle(gift)
    refund.status = "failed"
    refund.save()
    reverse(f"refund:{gift.pk}:-5000", by="refund-back:x", occurred_at=timezone.now(), at=timezone.now())

    assert settle(gift) == [(1, "Annulé", 5000), (2, "Émis", 5000)]
    assert Receipt.objects.get(number=2).snapshot["replaces"] == Receipt.objects.get(number=1).full_number


def test_an_open_dispute_suspends_and_a_won_one_gives_back_the_same_number(gift: Donation) -> None:
    dispute = a_dispute(gift, stage="open")
    taken = book(gift, "dispute", -5000)
    assert settle(gift) == [(1, "Suspendu", 5000)]
    assert unpaired() == []

    dispute.stage = "won"
    dispute.save()
    book(gift, "dispute", 5000, reverses=taken)

    assert settle(gift) == [(1, "Émis", 5000)]
    assert kinds() == ["issued", "suspended", "restored"]
    assert unpaired() == []


def test_an_inquiry_suspends_nothing(gift: Donation) -> None:
    a_dispute(gift, stage="inquiry")

    assert settle(gift) == [(1, "Émis", 5000)]


def test_a_lost_dispute_cancels_and_an_appeal_that_is_won_brings_a_new_number(gift: Donation) -> None:
    dispute = a_dispute(gift, stage="lost")
    taken = book(gift, "dispute", -5000)
    assert settle(gift) == [(1, "Annulé", 5000)]
    assert Receipt.objects.get().cancel_reason == "Le don a été repris à la suite d’une contestation."

    Dispute.objects.filter(pk=dispute.pk).update(stage="won")
    book(gift, "dispute", 5000, reverses=taken)

    assert settle(gift) == [(1, "Annulé", 5000), (2, "Émis", 5000)]


def test_a_suspended_receipt_of_a_lost_dispute_is_cancelled_and_no_longer_suspended(gift: Donation) -> None:
    dispute = a_dispute(gift, stage="open")
    book(gift, "dispute", -5000)
    settle(gift)
    Dispute.objects.filter(pk=dispute.pk).update(stage="lost")

    assert settle(gift) == [(1, "Annulé", 5000)]
    assert Receipt.objects.get().suspended_at is None


def test_a_late_failure_cancels(gift: Donation) -> None:
    move(gift, Status.REVERSED, at=timezone.now(), because="test")
    reverse(f"gift:{gift.stripe_charge_id}", by="back:x", occurred_at=timezone.now(), at=timezone.now())

    assert settle(gift) == [(1, "Annulé", 5000)]
    assert "repris le don après" in Receipt.objects.get().cancel_reason


def test_what_a_person_cancelled_is_not_replaced_from_here(gift: Donation) -> None:
    receipt = live_receipt_of(gift)
    assert receipt
    cancel_receipt(receipt, at=timezone.now(), reason="Adresse erronée", actor=claire())
    a_refund(gift, 1500)

    assert settle(gift) == [(1, "Annulé", 5000)]


def test_a_mention_that_is_missing_now_lets_the_new_number_wait(gift: Donation) -> None:
    gift.donor.city = ""
    gift.donor.save()
    a_refund(gift, 1500)
    assert settle(gift) == [(1, "Annulé", 5000)]

    gift.donor.city = "Bordeaux"
    gift.donor.save()

    assert settle(gift) == [(1, "Annulé", 5000), (2, "Émis", 3500)]


@pytest.mark.parametrize("workers", [2, 6])
def test_workers_that_settle_at_once_make_one_change(committed_db: None, workers: int) -> None:
    gift = a_paid_donation()
    issue_receipt(gift, at=timezone.now())
    a_refund(gift, 1500)
    jobs: list[Callable[[], Any]] = [
        lambda: settle_receipt(gift, at=timezone.now() + timedelta(seconds=1))
    ] * workers

    assert [error for error in all_at_once(jobs) if error] == []

    assert settle(gift) == [(1, "Annulé", 5000), (2, "Émis", 3500)]
    assert ReceiptLine.objects.filter(live=True).count() == 1
    assert kinds() == ["issued", "cancelled", "issued"]
    assert LedgerEntry.objects.collected().total_cents() == 3500


def test_one_that_settles_while_another_issues_leaves_one_valid_receipt(committed_db: None) -> None:
    gift = a_paid_donation()
    a_refund(gift, 1500)
    at = timezone.now()
    jobs: list[Callable[[], Any]] = [
        lambda: issue_receipt(gift, at=at) and None,
        lambda: settle_receipt(gift, at=at),
    ] * 3

    assert [error for error in all_at_once(jobs) if error] == []

    assert settle(gift) == [(1, "Émis", 3500)]
