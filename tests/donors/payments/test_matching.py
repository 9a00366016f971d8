"""Which ledger line, or which gift, explains one line of Stripe's balance."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.ledger import book_dispute, book_payout, book_refund
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.payments.balance_facts import BalanceLine
from donors.payments.gateway.balance import list_balance_lines
from donors.payments.matching import gift_of, ledger_key, match_after_asking, match_line
from donors.payments.payout_models import Payout, PayoutLine
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation, a_paid_donation

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 6, 8, 12, tzinfo=UTC)
MATCHED, UNMATCHED, FOREIGN = (
    PayoutLine.State.MATCHED,
    PayoutLine.State.UNMATCHED,
    PayoutLine.State.FOREIGN,
)


def a_line(kind: str, cents: int, **over: Any) -> BalanceLine:
    facts: dict[str, Any] = {
        "transaction_id": "txn_1",
        "type": kind,
        "reporting_category": kind,
        "amount_cents": cents,
        "fee_cents": 0,
        "created_at": NOON,
        "source_id": "",
        "intent_id": "",
        "gift_uuid": "",
        **over,
    }
    return BalanceLine(**{"net_cents": cents - facts["fee_cents"], **facts})


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("charge", "gift:src_1"),
        ("payment", "gift:src_1"),
        ("refund", "refund:src_1"),
        ("payment_refund", "refund:src_1"),
        ("payment_failure_refund", "taken-back:txn_1"),
        ("adjustment", "dispute:txn_1"),
        ("refund_failure", "refund-back:txn_1"),
        ("payout", "payout:src_1"),
        ("payout_failure", "payout-back:txn_1"),
        ("levitation", ""),
    ],
)
def test_each_kind_of_line_has_its_key_in_the_ledger(kind: str, key: str) -> None:
    assert ledger_key(a_line(kind, 100, source_id="src_1")) == key


def test_a_charge_is_its_gift_and_brings_the_fee_that_was_missing() -> None:
    gift = a_paid_donation(fee_cents=0)
    line = a_line("charge", 5000, source_id=gift.stripe_charge_id, fee_cents=100)

    found = match_line(line, at=NOON)

    assert (found.state, found.donation) == (MATCHED, gift)
    fee = gift.ledger.get(kind="fee")
    assert (fee.key, fee.amount_cents) == ("fee:txn_1", -100)
    assert match_line(line, at=NOON).state == MATCHED
    assert gift.ledger.filter(kind="fee").count() == 1


def test_another_amount_than_the_ledgers_is_not_explained() -> None:
    gift = a_paid_donation()

    found = match_line(a_line("charge", 4999, source_id=gift.stripe_charge_id), at=NOON)

    assert (found.state, found.donation) == (UNMATCHED, gift)
    assert "montant" in found.reason


def test_refunds_and_disputes_are_found_by_their_keys() -> None:
    gift = a_paid_donation()
    book_refund(gift, key="refund:re_1", cents=1000, occurred_at=NOON, at=NOON)
    book_dispute(gift, transaction_id="txn_9", cents=-4000, occurred_at=NOON, at=NOON)

    refund = match_line(a_line("refund", -1000, source_id="re_1"), at=NOON)
    dispute = match_line(a_line("adjustment", -4000, transaction_id="txn_9"), at=NOON)

    assert [found.state for found in (refund, dispute)] == [MATCHED, MATCHED]
    assert refund.entry is not None
    assert refund.entry.kind == LedgerEntry.Kind.REFUND


def test_a_fee_of_stripes_own_is_booked_without_a_gift_once() -> None:
    line = a_line("stripe_fee", -70)

    for _ in range(2):
        assert match_line(line, at=NOON).state == MATCHED

    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.amount_cents, entry.donation) == ("fee", -70, None)


def test_a_fee_of_nothing_writes_nothing() -> None:
    assert match_line(a_line("stripe_fee", 0), at=NOON).state == MATCHED
    assert not LedgerEntry.objects.exists()


def test_on_a_shared_account_nobody_says_whose_fee_it_is(settings: Settings) -> None:
    settings.STRIPE_ACCOUNT_SHARED = True

    assert match_line(a_line("stripe_fee", -70), at=NOON).state == FOREIGN
    assert match_line(a_line("charge", 900, source_id="ch_theirs"), at=NOON).state == FOREIGN
    assert not LedgerEntry.objects.exists()


def test_alone_on_the_account_an_unknown_charge_is_named() -> None:
    found = match_line(a_line("charge", 900, source_id="ch_unknown"), at=NOON)

    assert (found.state, found.pending) == (UNMATCHED, False)
    assert found.reason


def test_a_debit_under_way_is_expected() -> None:
    gift = a_donation(status=Status.PROCESSING)
    line = a_line("payment", 5000, source_id="py_1", gift_uuid=str(gift.uuid))

    found = match_line(line, at=NOON)

    assert (found.state, found.pending, found.donation) == (UNMATCHED, True, gift)


def test_a_debit_that_was_refused_went_and_came_back_and_left_its_fee() -> None:
    gift = a_donation(status=Status.FAILED)
    named = {"source_id": "py_1", "gift_uuid": str(gift.uuid)}

    there = match_line(a_line("payment", 5000, fee_cents=35, **named), at=NOON)
    back = match_line(a_line("payment_failure_refund", -5000, transaction_id="txn_2", **named), at=NOON)

    assert (there.state, back.state) == (MATCHED, MATCHED)
    assert [(line.kind, line.amount_cents) for line in gift.ledger.all()] == [("fee", -35)]


def test_a_paid_gift_without_its_line_is_a_difference() -> None:
    gift = a_paid_donation()
    line = a_line("charge", 5000, source_id="ch_other", intent_id=gift.stripe_payment_intent_id)

    found = match_line(line, at=NOON)

    assert (found.state, found.donation, found.pending) == (UNMATCHED, gift, False)
    assert "écriture manque" in found.reason


@pytest.mark.parametrize(
    ("state", "expected", "pending"),
    [(Payout.State.WAITING, UNMATCHED, True), (Payout.State.FAILED, MATCHED, False)],
)
def test_a_payout_that_is_not_booked_is_on_its_way_or_came_back(
    state: Payout.State, expected: PayoutLine.State, pending: bool
) -> None:
    facts: dict[str, Any] = {"created_at": NOON, "arrives_on": NOON.date(), "synced_at": NOON}
    Payout.objects.create(stripe_payout_id="po_1", amount_cents=5000, state=state, livemode=False, **facts)

    found = match_line(a_line("payout", -5000, source_id="po_1"), at=NOON)

    assert (found.state, found.pending) == (expected, pending)


def test_a_booked_payout_is_matched() -> None:
    book_payout(key="payout:po_1", cents=-5000, livemode=False, occurred_at=NOON, at=NOON)

    assert match_line(a_line("payout", -5000, source_id="po_1"), at=NOON).state == MATCHED


def test_a_gift_is_named_by_its_payment_first_and_by_its_uuid_else() -> None:
    by_payment, by_uuid = a_paid_donation(), a_donation()
    both = {"intent_id": by_payment.stripe_payment_intent_id, "gift_uuid": str(by_uuid.uuid)}

    assert gift_of(a_line("charge", 1, **both)) == by_payment
    assert gift_of(a_line("charge", 1, gift_uuid=str(by_uuid.uuid))) == by_uuid
    assert gift_of(a_line("charge", 1, gift_uuid="not a uuid")) is None
    assert gift_of(a_line("charge", 1)) is None


def test_what_is_not_explained_is_asked_for_and_then_is(stripe_account: Sandbox) -> None:
    """Nobody told us of the payment: the balance line does."""
    gift = a_donation()
    open_page(gift)
    stripe_account.pay(session_of(gift), "card")
    stripe_account.clock.advance(60)
    now = timezone.now()
    (line,) = [
        line
        for page in list_balance_lines(since=now - timedelta(days=1))
        for line in page
        if line.type == "charge"
    ]
    assert match_line(line, at=now).state == UNMATCHED

    found = match_after_asking(line, at=now)

    assert found.state == MATCHED
    gift.refresh_from_db()
    assert gift.is_paid
    assert gift.ledger.filter(kind="fee").exists()


def test_a_gift_that_stripe_no_longer_shows_stays_unexplained(stripe_account: Sandbox) -> None:
    gift = a_donation()
    open_page(gift)
    stripe_account.faults.add("status", status=403, path="/v1/checkout", count=None)
    line = a_line("charge", 5000, source_id="ch_1", gift_uuid=str(gift.uuid))

    assert match_after_asking(line, at=timezone.now()).state == UNMATCHED
    assert Donation.objects.get().status == Status.OPEN


def test_every_line_of_a_busy_day_is_explained(stripe_account: Sandbox) -> None:
    gift = a_donation()
    open_page(gift)
    stripe_account.pay(session_of(gift), "card")
    paid = sync_donation(gift.pk, because="test", at=timezone.now())
    stripe_account.refund(paid.stripe_charge_id, 1000)
    stripe_account.bill_fee(70)
    stripe_account.clock.advance(60)
    now = timezone.now()
    lines = [line for page in list_balance_lines(since=now - timedelta(days=1)) for line in page]

    states = {line.type: match_after_asking(line, at=now).state for line in lines}

    assert states == {"charge": MATCHED, "refund": MATCHED, "stripe_fee": MATCHED}
    assert LedgerEntry.objects.in_site_mode().total_cents() == sum(line.net_cents for line in lines)
