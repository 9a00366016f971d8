"""Payouts: every line of what Stripe sent to the bank is explained, or named."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.models import Donation, LedgerEntry
from donors.payments.errors import StripeUnavailable, UnknownObject
from donors.payments.models import Alarm
from donors.payments.payout_models import Payout, PayoutLine
from donors.payments.payouts import payouts_to_reconcile, reconcile_payout
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_campaign, a_donation

pytestmark = pytest.mark.django_db

DAY = 86400


def sync(donation: Donation, sandbox: Sandbox) -> None:
    sync_donation(donation.pk, because="test", at=timezone.now(), thorough=True)


def paid_gifts(sandbox: Sandbox, *cents: int) -> list[Donation]:
    campaign = a_campaign()
    gifts = [a_donation(amount_cents=amount, campaign=campaign) for amount in cents]
    for gift in gifts:
        open_page(gift)
        sandbox.pay(session_of(gift), "card")
        sync(gift, sandbox)
    return [Donation.objects.get(pk=gift.pk) for gift in gifts]


def newest_payout(sandbox: Sandbox) -> str:
    return str(sandbox.find("payout")[0]["id"])


def reconcile(payout_id: str) -> Payout:
    payout = reconcile_payout(payout_id, at=timezone.now())
    assert payout
    return payout


def explained(payout: Payout) -> dict[str, str]:
    """Type of each line → its state."""
    return dict(payout.lines.values_list("type", "state"))


def test_a_payout_of_gifts_is_explained_to_the_cent(stripe_account: Sandbox) -> None:
    gifts = paid_gifts(stripe_account, 2000, 5000)
    stripe_account.clock.advance(5 * DAY)

    payout = reconcile(newest_payout(stripe_account))

    assert (payout.state, payout.difference_cents) == (Payout.State.RECONCILED, 0)
    assert explained(payout) == {"charge": "matched", "payout": "matched"}
    lines = payout.lines.filter(type="charge")
    assert {line.donation_id for line in lines} == {gift.pk for gift in gifts}
    assert payout.amount_cents == sum(line.net_cents for line in lines)
    assert LedgerEntry.objects.get(kind="payout").amount_cents == -payout.amount_cents
    assert LedgerEntry.objects.total_cents() == 0
    assert not Alarm.objects.exists()


def test_fees_that_nobody_had_told_are_booked_with_the_payout(stripe_account: Sandbox) -> None:
    (gift,) = paid_gifts(stripe_account, 5000)
    assert not gift.ledger.filter(kind="fee").exists()
    stripe_account.clock.advance(5 * DAY)

    reconcile(newest_payout(stripe_account))

    assert gift.ledger.get(kind="fee").amount_cents == -100


def test_reconciling_again_changes_nothing(stripe_account: Sandbox) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(5 * DAY)
    first = reconcile(newest_payout(stripe_account))

    second = reconcile(first.stripe_payout_id)

    assert second.reconciled_at == first.reconciled_at
    assert (PayoutLine.objects.count(), LedgerEntry.objects.count()) == (2, 3)


def test_refunds_disputes_and_what_comes_back_are_explained(stripe_account: Sandbox) -> None:
    gifts = paid_gifts(stripe_account, 2000, 5000, 8000, 40000)
    charges = [gift.stripe_charge_id for gift in gifts]
    stripe_account.clock.advance(600)
    failed = stripe_account.refund(charges[0])
    stripe_account.refund(charges[3], 500)
    dispute = stripe_account.open_dispute(charges[1])
    stripe_account.win_dispute(dispute["id"])
    stripe_account.open_dispute(charges[2])
    stripe_account.fail_refund(failed["id"])
    for gift in gifts:
        sync(gift, stripe_account)
    stripe_account.clock.advance(5 * DAY)

    for payout in stripe_account.find("payout"):
        assert reconcile(payout["id"]).state == Payout.State.RECONCILED

    assert {"charge", "refund", "refund_failure", "adjustment", "payout"} <= set(
        PayoutLine.objects.values_list("type", flat=True)
    )
    assert not PayoutLine.objects.exclude(state="matched").exists()
    assert not Alarm.objects.filter(kind="payout").exists()
    assert LedgerEntry.objects.total_cents() == 0


def test_a_fee_of_stripes_own_stands_in_the_ledger_without_a_gift(stripe_account: Sandbox) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.bill_fee(70)
    stripe_account.clock.advance(5 * DAY)

    for payout in stripe_account.find("payout"):
        assert reconcile(payout["id"]).state == Payout.State.RECONCILED

    own = LedgerEntry.objects.get(kind="fee", donation=None)
    assert own.amount_cents == -70
    assert LedgerEntry.objects.total_cents() == 0


def test_a_payment_that_nobody_noticed_is_looked_up_and_booked(stripe_account: Sandbox) -> None:
    gift = a_donation()
    open_page(gift)
    stripe_account.pay(session_of(gift), "card")
    stripe_account.clock.advance(5 * DAY)

    payout = reconcile(newest_payout(stripe_account))

    gift.refresh_from_db()
    assert (gift.is_paid, payout.state) == (True, Payout.State.RECONCILED)


def test_on_the_way_to_the_bank_nothing_is_booked(stripe_account: Sandbox) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(3 * DAY)
    while not stripe_account.find("payout"):
        stripe_account.clock.advance(3600)

    payout = reconcile(newest_payout(stripe_account))

    assert (payout.state, payout.stripe_status) == (Payout.State.WAITING, "in_transit")
    assert not LedgerEntry.objects.filter(kind="payout").exists()


def test_a_payout_that_fails_before_it_arrives_leaves_no_trace_in_the_ledger(stripe_account: Sandbox) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(3 * DAY)
    while not stripe_account.find("payout"):
        stripe_account.clock.advance(3600)
    first = newest_payout(stripe_account)
    stripe_account.fail_payout(first)

    assert reconcile(first).state == Payout.State.FAILED
    stripe_account.clock.advance(5 * DAY)
    again = reconcile(newest_payout(stripe_account))

    assert again.stripe_payout_id != first
    assert (again.state, explained(again)) == (
        Payout.State.RECONCILED,
        {"payout_failure": "matched", "payout": "matched"},
    )
    assert LedgerEntry.objects.filter(kind="payout").count() == 1


def test_on_a_shared_account_foreign_money_is_listed_apart(
    stripe_account: Sandbox, settings: Settings
) -> None:
    (ours,) = paid_gifts(stripe_account, 5000)
    stripe_account.bill_fee(10)
    settings.SITE_URL = "http://another.example"
    theirs = a_donation(amount_cents=3000)
    open_page(theirs)
    stripe_account.pay(session_of(theirs), "card")
    settings.SITE_URL, settings.STRIPE_ACCOUNT_SHARED = "http://testserver", True
    stripe_account.clock.advance(5 * DAY)

    payouts = [reconcile(payout["id"]) for payout in stripe_account.find("payout")]

    assert {payout.state for payout in payouts} == {Payout.State.RECONCILED}
    foreign = PayoutLine.objects.filter(state="foreign")
    assert set(foreign.values_list("type", flat=True)) == {"charge", "stripe_fee"}
    assert not Alarm.objects.exists()
    left = -LedgerEntry.objects.filter(kind="payout").total_cents()
    assert left == 5000 - 100 == ours.ledger.total_cents()


def test_a_foreign_line_on_an_account_of_ours_alone_is_named(
    stripe_account: Sandbox, settings: Settings
) -> None:
    settings.SITE_URL = "http://another.example"
    theirs = a_donation(amount_cents=3000)
    open_page(theirs)
    stripe_account.pay(session_of(theirs), "card")
    settings.SITE_URL = "http://testserver"
    stripe_account.clock.advance(5 * DAY)

    payout = reconcile(newest_payout(stripe_account))

    unknown = payout.lines.get(state="unmatched")
    assert (payout.state, payout.difference_cents) == (Payout.State.OPEN, 0)
    assert unknown.reason == "Aucun don ni aucune écriture ne correspond."
    alarm = Alarm.objects.get(kind="payout")
    assert unknown.transaction_id in alarm.text
    assert theirs.donor.email not in alarm.text


def test_a_payout_of_another_currency_or_mode_is_not_ours(
    stripe_account: Sandbox, settings: Settings
) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(5 * DAY)
    settings.STRIPE_LIVEMODE = True

    assert reconcile_payout(newest_payout(stripe_account), at=timezone.now()) is None
    assert not Payout.objects.exists()


def test_silence_from_stripe_leaves_what_is_right_and_the_next_try_completes(stripe_account: Sandbox) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(5 * DAY)
    payout_id = newest_payout(stripe_account)
    stripe_account.faults.add("status", status=503, path="/v1/balance_transactions", count=3)

    with pytest.raises(StripeUnavailable):
        reconcile_payout(payout_id, at=timezone.now())

    assert Payout.objects.get().state == Payout.State.WAITING
    assert reconcile(payout_id).state == Payout.State.RECONCILED


def test_an_unknown_payout_is_refused(stripe_account: Sandbox) -> None:
    with pytest.raises(UnknownObject):
        reconcile_payout("po_nobody", at=timezone.now())


def test_only_what_is_not_reconciled_is_asked_for_again(stripe_account: Sandbox) -> None:
    paid_gifts(stripe_account, 5000)
    stripe_account.clock.advance(5 * DAY)
    since = timezone.now() - timedelta(days=1)
    (waiting,) = payouts_to_reconcile(since=since)

    reconcile(waiting.payout_id)

    assert list(payouts_to_reconcile(since=since)) == []
    stripe_account.fail_payout(waiting.payout_id)
    assert [facts.status for facts in payouts_to_reconcile(since=since)] == ["failed"]
