"""The proof that nothing is lost: green on right books, red and by name on each thing tampered with."""

from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, LedgerEntry
from donors.payments.sync import sync_donation
from donors.receipts.models import Receipt, ReceiptDocument
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_campaign, a_donation

pytestmark = pytest.mark.django_db

append_only = import_module("donors.migrations.0002_append_only")


@pytest.fixture
def books(stripe_account: Sandbox) -> list[Donation]:
    """Three gifts that went the whole way: paid at Stripe, booked with their fees, receipted."""
    donations, campaign = [], a_campaign()
    for cents in (2000, 5000, 8050):
        donation = a_donation(amount_cents=cents, campaign=campaign)
        open_page(donation)
        stripe_account.pay(session_of(donation), "card")
        donations.append(donation)
    stripe_account.clock.advance(600)
    for donation in donations:
        sync_donation(donation.pk, because="test", at=timezone.now())
    follow_due_events(at=timezone.now())
    assert (Receipt.objects.count(), ReceiptDocument.objects.count()) == (3, 3)
    return donations


def verify(*options: str) -> tuple[str, str]:
    """The command's output and its complaints; a CommandError is what exits 1."""
    out, complaints = StringIO(), StringIO()
    try:
        call_command("verify_books", *options, stdout=out, stderr=complaints)
    except CommandError as error:
        complaints.write(f"\n{error}")
    return out.getvalue(), complaints.getvalue()


def tamper(sql: str, *values: int | bytes) -> None:
    """Change what the database refuses to change, as somebody with the file in hands could."""
    with connection.cursor() as cursor:
        append_only.remove(None, type("Editor", (), {"connection": connection}))
        cursor.execute(sql, values)
        assert cursor.rowcount == 1


def test_right_books_are_green(books: list[Donation]) -> None:
    out, complaints = verify()

    assert "The books are right: 3 paid gifts, 6 ledger lines, 3 receipts" in out
    assert complaints == ""


def test_empty_books_are_right() -> None:
    assert "0 paid gifts" in verify("--without-stripe")[0]


def test_a_changed_ledger_line_is_named(books: list[Donation]) -> None:
    line = LedgerEntry.objects.get(kind="gift", donation=books[1])
    tamper("UPDATE donors_ledgerentry SET amount_cents = 4000 WHERE id = %s", line.pk)

    out, complaints = verify()

    assert f"LedgerEntry {line.pk}: is 4000 cents, its gift 5000" in complaints
    assert f"Donation {books[1].pk}: the ledger holds 4000 cents" in complaints
    assert "The books are right" not in out


def test_a_changed_fee_is_named_by_asking_stripe(books: list[Donation]) -> None:
    line = LedgerEntry.objects.get(kind="fee", donation=books[1])
    tamper("UPDATE donors_ledgerentry SET amount_cents = -1 WHERE id = %s", line.pk)

    assert f"LedgerEntry {line.pk}: the fee is 1 cents, Stripe says 100" in verify()[1]


def test_a_ledger_line_that_was_taken_out_is_named(books: list[Donation]) -> None:
    line = LedgerEntry.objects.get(kind="gift", donation=books[0])
    tamper("DELETE FROM donors_ledgerentry WHERE id = %s", line.pk)

    assert f"Donation {books[0].pk}: the ledger holds 0 cents, the gift is 2000" in verify()[1]


def test_gift_and_line_changed_together_still_differ_from_stripe(books: list[Donation]) -> None:
    line = LedgerEntry.objects.get(kind="gift", donation=books[1])
    tamper("UPDATE donors_ledgerentry SET amount_cents = 9900 WHERE id = %s", line.pk)
    Donation.objects.filter(pk=books[1].pk).update(amount_cents=9900)

    assert f"Donation {books[1].pk}: Stripe says cents 5000, we say 9900" in verify()[1]


def test_one_changed_byte_of_a_receipt_is_named(books: list[Donation]) -> None:
    document = ReceiptDocument.objects.first()
    assert document
    changed = bytearray(document.content)
    changed[len(changed) // 2] ^= 1
    tamper(
        "UPDATE donors_receiptdocument SET content = %s WHERE id = %s",
        bytes(changed),
        document.pk,
    )

    assert f"Receipt {document.receipt_id}" in verify("--without-stripe")[1]


def test_a_changed_number_is_named(books: list[Donation]) -> None:
    receipt = Receipt.objects.get(number=2)
    tamper("UPDATE donors_receipt SET number = 7 WHERE id = %s", receipt.pk)

    complaints = verify("--without-stripe")[1]

    assert f"Receipt {receipt.pk}" in complaints
    assert "2" in complaints


def test_a_gift_that_stripe_does_not_know_is_named(books: list[Donation]) -> None:
    books[2].attempts.update(stripe_session_id="cs_test_nobody")

    assert f"Donation {books[2].pk}: Stripe does not know cs_test_nobody" in verify()[1]


def test_silence_is_no_proof(books: list[Donation], stripe_account: Sandbox) -> None:
    stripe_account.faults.add("status", status=503, path="/v1/", count=99)

    out, complaints = verify()

    assert "Stripe could not be asked" in complaints
    assert "The books are right" not in out


def test_money_booked_on_a_gift_that_was_never_paid_is_named(books: list[Donation]) -> None:
    ghost = a_donation()
    LedgerEntry.objects.create(
        kind="gift",
        donation=ghost,
        amount_cents=5000,
        occurred_at=timezone.now(),
        booked_at=timezone.now(),
        livemode=False,
        key="gift:ghost",
    )

    assert (
        f"Donation {ghost.pk}: is created, but the ledger holds 5000 cents" in verify("--without-stripe")[1]
    )
