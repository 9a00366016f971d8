import pytest
from django.utils import timezone

from donors.receipts.cancel import cancel_receipt
from donors.receipts.issue import issue_receipt, live_receipt_of
from donors.receipts.models import Receipt, ReceiptSeries
from tests.factories import a_paid_donation, claire

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt() -> Receipt:
    return issue_receipt(a_paid_donation(), at=timezone.now())


def test_a_cancelled_receipt_keeps_its_row_and_says_when_why_and_by_whom(receipt: Receipt) -> None:
    now, actor = timezone.now(), claire()

    assert cancel_receipt(receipt, at=now, reason="  Adresse erronée ", actor=actor)

    assert receipt.state == Receipt.State.CANCELLED
    assert (receipt.cancelled_at, receipt.cancelled_by) == (now, actor)
    assert receipt.cancel_reason == "Adresse erronée"


def test_its_gift_is_free_and_its_number_is_not(receipt: Receipt) -> None:
    line = receipt.lines.get()

    cancel_receipt(receipt, at=timezone.now(), reason="Erreur")

    line.refresh_from_db()
    assert line.live is False
    assert live_receipt_of(line.donation) is None
    assert ReceiptSeries.objects.get().last_number == 1


def test_cancelling_twice_changes_nothing(receipt: Receipt) -> None:
    now = timezone.now()
    cancel_receipt(receipt, at=now, reason="Erreur")

    assert not cancel_receipt(receipt, at=timezone.now(), reason="Autre motif", actor=claire())

    assert (receipt.cancelled_at, receipt.cancel_reason, receipt.cancelled_by) == (now, "Erreur", None)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_receipt_is_not_cancelled_without_a_reason(receipt: Receipt, reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        cancel_receipt(receipt, at=timezone.now(), reason=reason)

    receipt.refresh_from_db()
    assert receipt.state == Receipt.State.ISSUED


def test_the_frozen_facts_stay_as_they_were(receipt: Receipt) -> None:
    before = (receipt.snapshot, receipt.snapshot_sha256, receipt.number)

    cancel_receipt(receipt, at=timezone.now(), reason="Erreur")

    assert (receipt.snapshot, receipt.snapshot_sha256, receipt.number) == before
