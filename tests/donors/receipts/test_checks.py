from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from donors.gifts.models import Donation, LedgerEntry, Status
from donors.gifts.status import move
from donors.receipts.cancel import cancel_receipt
from donors.receipts.checks import differences
from donors.receipts.document import make_document
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptDocument, ReceiptLine, ReceiptSeries
from donors.receipts.snapshot import canonical_json, snapshot_sha256
from tests.donors.receipts.reading import overwrite
from tests.factories import a_campaign, a_paid_donation

pytestmark = pytest.mark.django_db

AT = datetime(2027, 6, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def receipt() -> Receipt:
    receipt = issue_receipt(a_paid_donation(credited_at=AT), at=AT)
    make_document(receipt, at=AT)
    return receipt


def found() -> str:
    return "\n".join(differences())


def test_books_without_a_receipt_are_right() -> None:
    assert found() == ""


def test_an_honest_receipt_makes_no_difference(receipt: Receipt) -> None:
    assert found() == ""


def test_a_cancelled_and_replaced_receipt_makes_no_difference(receipt: Receipt) -> None:
    donation = receipt.lines.get().donation
    cancel_receipt(receipt, at=AT, reason="Erreur")
    make_document(issue_receipt(donation, at=AT), at=AT)

    assert found() == ""


def test_every_sentence_names_its_row(receipt: Receipt) -> None:
    overwrite("donors_receipt", "amount_cents = 1", receipt.pk)

    for sentence in differences():
        assert sentence.startswith(f"Receipt {receipt.pk} (TEST-2027-000001): ")


def test_a_changed_number_is_found_from_both_sides(receipt: Receipt) -> None:
    overwrite("donors_receipt", "number = 3", receipt.pk)

    assert "last_number is 1, the highest receipt is 3" in found()
    assert "no receipt has number 1, 2" in found()
    assert f"Receipt {receipt.pk} (TEST-2027-000003): its frozen facts say number TEST-2027-000001" in found()


def test_a_raised_counter_is_found(receipt: Receipt) -> None:
    ReceiptSeries.objects.update(last_number=2)

    series = ReceiptSeries.objects.get()
    expected = f"ReceiptSeries {series.pk} (TEST-2027): last_number is 2, the highest receipt is 1"
    assert found() == expected


def test_a_deleted_receipt_leaves_a_hole_that_is_named(receipt: Receipt) -> None:
    campaign = receipt.lines.get().donation.campaign
    for _ in range(2):
        make_document(issue_receipt(a_paid_donation(campaign=campaign, credited_at=AT), at=AT), at=AT)
    overwrite("donors_receipt", "number = 9", Receipt.objects.get(number=2).pk)

    assert "no receipt has number 2, 4, 5, 6, 7, 8" in found()


def test_a_changed_fact_is_found_by_its_hash(receipt: Receipt) -> None:
    receipt.snapshot["donor"]["last_name"] = "Autre"
    overwrite("donors_receipt", "snapshot = %s", receipt.pk, canonical_json(receipt.snapshot).decode())

    assert found() == (f"Receipt {receipt.pk} (TEST-2027-000001): its frozen facts do not match their hash")


def test_a_fact_changed_together_with_its_hash_is_still_found_in_the_ledger(receipt: Receipt) -> None:
    forged = receipt.snapshot
    forged["gift"]["amount_cents"] = 500_000
    values = canonical_json(forged).decode(), snapshot_sha256(forged)
    overwrite(
        "donors_receipt", "snapshot = %s, snapshot_sha256 = %s, amount_cents = 500000", receipt.pk, *values
    )
    ReceiptLine.objects.update(amount_cents=500_000)

    donation = receipt.lines.get().donation
    assert f"Donation {donation.pk} is 5000 cents in the ledger, 500000 on the receipt" in found()


def test_a_changed_amount_is_found_beside_its_facts_and_its_gifts(receipt: Receipt) -> None:
    overwrite("donors_receipt", "amount_cents = 9999", receipt.pk)

    assert "its frozen facts say 5000 cents, its row 9999" in found()
    assert "its gifts add up to 5000 cents, it says 9999" in found()


def test_a_moved_issue_date_is_found(receipt: Receipt) -> None:
    overwrite("donors_receipt", "issued_at = %s", receipt.pk, AT.replace(year=2026))

    assert "its frozen facts say issued on 2027-06-12" in found()
    assert "it was issued in 2026, its number is of 2027" in found()


def test_one_changed_byte_of_a_pdf_is_found(receipt: Receipt) -> None:
    document = ReceiptDocument.objects.get()
    forged = bytes(document.content)[:-1] + b"\x00"
    overwrite("donors_receiptdocument", "content = %s", document.pk, forged)

    name = f"Receipt {receipt.pk} (TEST-2027-000001)"
    assert found() == f"{name}: its PDF (ReceiptDocument {document.pk}) does not match its hash"


def test_a_receipt_without_a_pdf_is_named() -> None:
    receipt = issue_receipt(a_paid_donation(credited_at=AT), at=AT)

    assert found() == f"Receipt {receipt.pk} (TEST-2027-000001): it has no PDF yet"


def test_money_that_went_back_under_a_valid_receipt_is_found(receipt: Receipt) -> None:
    donation = receipt.lines.get().donation
    LedgerEntry.objects.create(
        kind="refund",
        donation=donation,
        amount_cents=-2000,
        occurred_at=AT,
        booked_at=AT,
        livemode=False,
        key="refund:re_1",
    )

    assert f"Donation {donation.pk} is 3000 cents in the ledger, 5000 on the receipt" in found()


def test_a_reversed_gift_under_a_valid_receipt_is_found_and_under_a_cancelled_one_not(
    receipt: Receipt,
) -> None:
    donation = receipt.lines.get().donation
    move(donation, Status.REVERSED, at=timezone.now(), because="test")
    assert f"Donation {donation.pk} is reversed" in found()

    cancel_receipt(receipt, at=timezone.now(), reason="Repris par la banque")

    assert found() == ""


def test_a_moved_credit_date_is_found(receipt: Receipt) -> None:
    Donation.objects.update(credited_at=datetime(2026, 12, 31, 12, 0, tzinfo=UTC))

    assert "was credited on 2026-12-31, the receipt says 2027-06-12" in found()


def test_a_gift_of_the_other_mode_is_found(receipt: Receipt) -> None:
    Donation.objects.update(livemode=True)

    assert "is of another mode than the number" in found()


def test_a_line_that_lives_on_a_cancelled_receipt_is_found(receipt: Receipt) -> None:
    cancel_receipt(receipt, at=AT, reason="Erreur")
    ReceiptLine.objects.update(live=True)

    line = ReceiptLine.objects.get()
    assert f"it is cancelled, but ReceiptLine {line.pk} says live=True" in found()


def test_a_dead_line_on_a_valid_receipt_is_found(receipt: Receipt) -> None:
    ReceiptLine.objects.update(live=False)

    assert "it is issued, but ReceiptLine" in found()


def test_a_number_on_two_receipts_is_found(receipt: Receipt) -> None:
    second = issue_receipt(a_paid_donation(campaign=receipt.lines.get().donation.campaign), at=AT)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE donors_receipt DROP CONSTRAINT receipt_number_once")
        else:
            pytest.skip("SQLite cannot drop a constraint of a table: PostgreSQL tries it")
    overwrite("donors_receipt", "number = 1", second.pk)

    assert "a number stands on more than one receipt" in found()


def test_the_number_of_queries_does_not_grow_with_receipts(
    receipt: Receipt, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = a_campaign()
    for _ in range(3):
        make_document(issue_receipt(a_paid_donation(campaign=campaign, credited_at=AT), at=AT), at=AT)

    with django_assert_num_queries(5):
        assert found() == ""
