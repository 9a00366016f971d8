"""Stripe's balance and the ledger must tell the same story; whatever one of them alone tells is named."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.ledger import book_payout
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.payments.drift import watch_drift
from donors.payments.errors import StripeUnavailable
from donors.payments.models import Alarm
from donors.payments.payouts import reconcile_recent
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_campaign, a_donation

pytestmark = pytest.mark.django_db

DAY = 86400
TOMORROW = timedelta(days=1)


def watch(later: timedelta = TOMORROW) -> int:
    return watch_drift(at=timezone.now() + later)


def sync(gift: Donation) -> Donation:
    return sync_donation(gift.pk, because="test", at=timezone.now(), thorough=True)


def pay(sandbox: Sandbox, *outcomes: str) -> list[Donation]:
    campaign = a_campaign()
    gifts = [a_donation(campaign=campaign) for _ in outcomes]
    for gift, outcome in zip(gifts, outcomes, strict=True):
        open_page(gift)
        sandbox.pay(session_of(gift), outcome)
        sync(gift)
    sandbox.clock.advance(600)
    return [Donation.objects.get(pk=gift.pk) for gift in gifts]


def a_strange_payment(sandbox: Sandbox, settings: Settings) -> None:
    """Somebody else's payment on our account."""
    ours, settings.SITE_URL = settings.SITE_URL, "http://another.example"
    gift = a_donation(amount_cents=7000)
    open_page(gift)
    sandbox.pay(session_of(gift), "card")
    sandbox.clock.advance(600)
    settings.SITE_URL = ours


def an_extra_line() -> LedgerEntry:
    now = timezone.now()
    return book_payout(key="payout:po_nobody", cents=-4200, livemode=False, occurred_at=now, at=now)


def test_gifts_refunds_disputes_fees_and_debits_are_no_drift(stripe_account: Sandbox) -> None:
    gifts = pay(stripe_account, "card", "card", "card", "card", "sepa")
    refunded = stripe_account.refund(gifts[0].stripe_charge_id)
    stripe_account.refund(gifts[1].stripe_charge_id, 500)
    stripe_account.fail_refund(refunded["id"])
    stripe_account.open_dispute(gifts[2].stripe_charge_id)
    stripe_account.win_dispute(stripe_account.open_dispute(gifts[3].stripe_charge_id)["id"])
    stripe_account.bill_fee(70)
    for gift in gifts:
        sync(gift)

    assert watch() == 0
    assert Donation.objects.get(pk=gifts[4].pk).status == Status.PROCESSING
    assert not Alarm.objects.filter(kind="drift").exists()
    assert LedgerEntry.objects.get(kind="fee", donation=None).amount_cents == -70


def test_a_payout_is_no_drift(stripe_account: Sandbox) -> None:
    pay(stripe_account, "card")
    stripe_account.clock.advance(5 * DAY)
    reconcile_recent(at=timezone.now())
    assert LedgerEntry.objects.filter(kind="payout").exists()

    assert watch(timedelta(days=6)) == 0


def test_a_payout_that_came_back_is_no_drift(stripe_account: Sandbox) -> None:
    pay(stripe_account, "card")
    stripe_account.clock.advance(5 * DAY)
    reconcile_recent(at=timezone.now())
    stripe_account.fail_payout(stripe_account.find("payout")[0]["id"])
    reconcile_recent(at=timezone.now())

    assert watch(timedelta(days=6)) == 0


def test_a_payment_that_nobody_noticed_is_booked_and_no_drift(
    paid: Donation, stripe_account: Sandbox
) -> None:
    stripe_account.clock.advance(600)
    assert not paid.ledger.exists()

    assert watch() == 0
    assert paid.ledger.filter(kind="gift").exists()


def test_a_line_that_only_stripe_has_is_named_once(stripe_account: Sandbox, settings: Settings) -> None:
    a_strange_payment(stripe_account, settings)

    assert (watch(), watch()) == (1, 1)

    alarm = Alarm.objects.get(kind="drift")
    assert alarm.key.startswith("drift:txn_")
    assert "Aucun don ni aucune écriture ne correspond." in alarm.text
    assert "70" in alarm.text


def test_what_belongs_to_others_on_a_shared_account_is_no_drift(
    stripe_account: Sandbox, settings: Settings
) -> None:
    a_strange_payment(stripe_account, settings)
    settings.STRIPE_ACCOUNT_SHARED = True

    assert watch() == 0


def test_a_line_that_only_the_ledger_has_is_named_once(stripe_account: Sandbox) -> None:
    entry = an_extra_line()

    assert (watch(), watch()) == (1, 1)

    alarm = Alarm.objects.get(kind="drift")
    assert alarm.key == "drift:ledger:payout:po_nobody"
    assert f"n° {entry.pk}" in alarm.text


def test_the_newest_line_may_still_be_on_its_way_to_stripes_list(stripe_account: Sandbox) -> None:
    an_extra_line()

    assert watch(timedelta(minutes=59)) == 0


def test_an_old_line_is_not_looked_for_again(stripe_account: Sandbox) -> None:
    an_extra_line()

    assert watch(timedelta(days=20)) == 0


def test_a_wrong_fee_is_named(stripe_account: Sandbox) -> None:
    (gift,) = pay(stripe_account, "card")
    transaction = stripe_account.find("balance_transaction")[0]["id"]
    now = timezone.now()
    LedgerEntry.objects.create(
        kind="fee",
        donation=gift,
        amount_cents=-99,
        livemode=False,
        key=f"fee:{transaction}",
        occurred_at=now,
        booked_at=now,
    )

    assert watch() == 1
    assert "Les frais ne sont pas ceux de l’écriture." in Alarm.objects.get(kind="drift").text


def test_a_wrong_amount_is_named(stripe_account: Sandbox) -> None:
    pay(stripe_account, "card")
    stripe_account.clock.advance(5 * DAY)
    payout = stripe_account.find("payout")[0]["id"]
    now = timezone.now()
    book_payout(key=f"payout:{payout}", cents=-1, livemode=False, occurred_at=now, at=now)

    assert watch(timedelta(days=6)) == 1
    assert "Le montant n’est pas celui de l’écriture." in Alarm.objects.get(kind="drift").text


def test_an_alarm_is_withdrawn_when_the_line_is_explained(
    stripe_account: Sandbox, settings: Settings
) -> None:
    a_strange_payment(stripe_account, settings)
    watch()
    assert Alarm.objects.standing().filter(kind="drift").exists()

    settings.STRIPE_ACCOUNT_SHARED = True
    watch()

    assert not Alarm.objects.standing().filter(kind="drift").exists()


def test_silence_from_stripe_is_no_drift(stripe_account: Sandbox) -> None:
    an_extra_line()
    stripe_account.faults.add("status", status=503, path="/v1/balance_transactions", count=3)

    with pytest.raises(StripeUnavailable):
        watch()
    assert not Alarm.objects.exists()
