"""Stripe's balance is what the ledger says, to the cent; a difference is named, a delay is none."""

from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from donors.accounting.against_balance import balance_differences
from donors.gifts.ledger import book_payout
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.payments.payouts import reconcile_recent
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_campaign, a_donation

pytestmark = pytest.mark.django_db

append_only = import_module("donors.migrations.0002_append_only")

HOUR = 3600
DAY = 86400
REFUSED_IBAN = "FR8420041010050500013M02607"


def found(*, later: timedelta = timedelta(days=40)) -> list[str]:
    """The differences as they are named so long after now; by default nothing is young any more."""
    return [str(difference) for difference in balance_differences(at=timezone.now() + later)]


def sync(*gifts: Donation) -> None:
    for gift in gifts:
        sync_donation(gift.pk, because="test", at=timezone.now(), thorough=True)


def take(sandbox: Sandbox, *outcomes: str) -> list[Donation]:
    """Gifts of 50 € that went through Stripe's page, and were noticed with their fees."""
    campaign = a_campaign()
    gifts = [a_donation(campaign=campaign) for _ in outcomes]
    for gift, outcome in zip(gifts, outcomes, strict=True):
        open_page(gift)
        sandbox.pay(session_of(gift), outcome)
    sandbox.clock.advance(600)
    sync(*gifts)
    return [Donation.objects.get(pk=gift.pk) for gift in gifts]


def take_out(line: LedgerEntry) -> None:
    """As somebody with the database in hands could; the database itself refuses it."""
    with connection.cursor() as cursor:
        append_only.remove(None, type("Editor", (), {"connection": connection}))
        cursor.execute("DELETE FROM donors_ledgerentry WHERE id = %s", [line.pk])


def verify() -> tuple[str, str]:
    out, complaints = StringIO(), StringIO()
    try:
        call_command("verify_books", stdout=out, stderr=complaints)
    except CommandError as error:
        complaints.write(f"\n{error}")
    return out.getvalue(), complaints.getvalue()


def test_a_busy_site_differs_by_nothing(stripe_account: Sandbox) -> None:
    """Refunds whole, partial and failed, disputes open and won, a payout, a debit under way."""
    gifts = take(stripe_account, "card", "card", "card", "card", "card")
    refunded = stripe_account.refund(gifts[0].stripe_charge_id)
    stripe_account.refund(gifts[1].stripe_charge_id, 500)
    stripe_account.fail_refund(refunded["id"])
    stripe_account.open_dispute(gifts[2].stripe_charge_id)
    stripe_account.win_dispute(stripe_account.open_dispute(gifts[3].stripe_charge_id)["id"])
    sync(*gifts)
    stripe_account.clock.advance(5 * DAY)
    reconcile_recent(at=timezone.now())
    assert LedgerEntry.objects.filter(kind="payout").exists()
    debited = a_donation()
    open_page(debited)
    stripe_account.pay(session_of(debited), "sepa")
    sync(debited)
    assert Donation.objects.get(pk=debited.pk).status == Status.PROCESSING

    assert found() == []


def test_a_line_too_many_is_named_with_its_cents_and_its_day(stripe_account: Sandbox) -> None:
    take(stripe_account, "card")
    now = timezone.now()
    line = book_payout(key="payout:po_nobody", cents=-4200, livemode=False, occurred_at=now, at=now)

    (sentence,) = found()

    assert sentence.startswith("Payout po_nobody: ")
    assert f"differ by 4200 cents from {now.date()} on: LedgerEntry {line.pk} (payout:po_nobody)" in sentence


def test_a_missing_line_is_named_with_its_gift(stripe_account: Sandbox) -> None:
    """Gift and fee alike: what the ledger lacks is what Stripe's line says."""
    gifts = take(stripe_account, "card", "card")
    take_out(gifts[1].ledger.get(kind="gift"))

    (sentence,) = found()

    assert sentence.startswith(f"Donation {gifts[1].pk}: ")
    assert "differ by 5000 cents" in sentence
    assert "charge txn_" in sentence


def test_an_unseen_refund_is_named(stripe_account: Sandbox) -> None:
    (gift,) = take(stripe_account, "card")
    stripe_account.refund(gift.stripe_charge_id, 1500)

    (sentence,) = found()

    assert f"Donation {gift.pk}: " in sentence
    assert "differ by -1500 cents" in sentence
    assert "refund txn_" in sentence


def test_an_unseen_refund_of_a_minute_ago_is_on_its_way_to_us(stripe_account: Sandbox) -> None:
    (gift,) = take(stripe_account, "card")
    stripe_account.refund(gift.stripe_charge_id, 1500)

    assert found(later=timedelta(minutes=11)) == []
    assert len(found(later=timedelta(minutes=21))) == 1


def test_a_fee_unseen_is_named_when_it_is_older_than_an_hour(stripe_account: Sandbox) -> None:
    (gift,) = take(stripe_account, "card")
    take_out(gift.ledger.get(kind="fee"))

    assert found(later=timedelta(minutes=50)) == []
    (sentence,) = found(later=timedelta(minutes=90))

    assert "differ by -100 cents" in sentence
    assert "the fee of txn_" in sentence


def test_a_fee_that_only_the_ledger_has_is_named(stripe_account: Sandbox) -> None:
    (gift,) = take(stripe_account, "card")
    now = timezone.now()
    facts = {"kind": "fee", "amount_cents": -30, "livemode": False, "occurred_at": now, "booked_at": now}
    LedgerEntry.objects.create(key="fee:txn_nobody", donation=gift, **facts)

    (sentence,) = found()

    assert f"Donation {gift.pk}: " in sentence
    assert "differ by 30 cents" in sentence


def test_a_bill_of_stripes_that_nobody_booked_is_named(stripe_account: Sandbox) -> None:
    stripe_account.bill_fee(70)

    (sentence,) = found()

    assert sentence.startswith("Stripe's line txn_")
    assert "differ by -70 cents" in sentence


def test_a_debit_that_was_paid_unseen_is_named(stripe_account: Sandbox) -> None:
    """It may wait for as long as Stripe says that it is under way, and no longer."""
    (gift,) = take(stripe_account, "sepa")
    assert found() == []
    stripe_account.clock.advance(7 * DAY)

    assert any(sentence.startswith(f"Donation {gift.pk}: ") for sentence in found())


def test_a_debit_that_a_bank_refused_came_and_went(stripe_account: Sandbox) -> None:
    gift = a_donation()
    open_page(gift)
    stripe_account.pay(session_of(gift), "sepa", iban=REFUSED_IBAN)
    stripe_account.clock.advance(7 * DAY)
    sync(gift)
    assert Donation.objects.get(pk=gift.pk).status == Status.FAILED

    assert found() == []


def test_a_payout_on_its_way_is_no_difference(stripe_account: Sandbox) -> None:
    take(stripe_account, "card")
    while not stripe_account.find("payout"):
        stripe_account.clock.advance(DAY // 2)
    (payout,) = stripe_account.find("payout")
    assert payout["status"] == "in_transit"

    assert found() == []


def test_an_unread_payout_is_named_after_two_days(stripe_account: Sandbox) -> None:
    take(stripe_account, "card")
    stripe_account.clock.advance(5 * DAY)
    (payout,) = stripe_account.find("payout")
    assert payout["status"] == "paid"

    assert found(later=timedelta(days=5)) == []
    (sentence,) = found()

    assert sentence.startswith(f"Payout {payout['id']}: ")
    assert f"differ by -{payout['amount']} cents" in sentence


def test_a_shared_account_is_not_compared_and_says_so(stripe_account: Sandbox, settings: Settings) -> None:
    take(stripe_account, "card")
    stripe_account.bill_fee(70)
    settings.STRIPE_ACCOUNT_SHARED = True

    assert found() == []
    assert "its balance is not compared" in verify()[0]


def test_verify_books_is_red_when_the_balance_is(stripe_account: Sandbox) -> None:
    take(stripe_account, "card")
    stripe_account.clock.advance(HOUR)
    stripe_account.bill_fee(70)

    out, complaints = verify()

    assert "Stripe's line txn_" in complaints
    assert "1 differences in 1 paid gifts" in complaints
    assert "The books are right" not in out


def test_a_balance_that_does_not_answer_proves_nothing(stripe_account: Sandbox) -> None:
    take(stripe_account, "card")
    stripe_account.faults.add("status", status=503, path="/v1/balance", count=99)

    out, complaints = verify()

    assert "Stripe could not be asked (reading the balance): nothing is proven." in complaints
    assert "The books are right" not in out
