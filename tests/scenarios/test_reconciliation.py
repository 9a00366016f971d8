"""Scenarios 10 and 32 to 34: what must come right by itself, and what the treasurer must be told."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.models import Donation, LedgerEntry, Status
from donors.payments.models import Alarm, StripeEvent
from donors.payments.payout_models import Payout, PayoutLine
from donors.payments.sync import sync_donation
from donors.receipts.models import Receipt
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import SECRET, open_page, session_of
from tests.factories import a_campaign, a_donation
from tests.scenarios.conftest import post_webhook, work

pytestmark = pytest.mark.django_db

DAY = 86400


def command(name: str, *options: str) -> str:
    out = StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


def gifts_of_all_kinds(sandbox: Sandbox) -> dict[str, Donation]:
    """What donors, banks and the Dashboard did while nobody told us."""
    campaign = a_campaign()
    outcomes = {
        "paid": "card",
        "refunded": "card",
        "partly": "card",
        "disputed": "card",
        "won": "card",
        "debit": "sepa",
        "declined": "card_declined",
        "abandoned": "walk_away",
    }
    gifts = {name: a_donation(campaign=campaign) for name in outcomes}
    for name, outcome in outcomes.items():
        open_page(gifts[name])
        sandbox.pay(session_of(gifts[name]), outcome)
    sessions = {session["id"]: session["payment_intent"] for session in sandbox.find("checkout.session")}
    intents = {name: sessions[session_of(gift)] for name, gift in gifts.items()}
    sandbox.clock.advance(600)
    sandbox.refund(intents["refunded"])
    sandbox.refund(intents["partly"], 2000)
    sandbox.open_dispute(intents["disputed"])
    sandbox.win_dispute(sandbox.open_dispute(intents["won"])["id"])
    return gifts


def test_scenario_10_with_webhooks_off_for_three_days_everything_converges(stripe_account: Sandbox) -> None:
    stripe_account.change_webhooks(on=False)
    gifts = gifts_of_all_kinds(stripe_account)
    stripe_account.clock.advance(3 * DAY)
    paid_on = timezone.now().date()

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        stripe_account.clock.reset()
        told = command("sync_stripe", "--dry-run")
        assert not StripeEvent.objects.exists()
        command("sync_stripe")
        again = command("sync_stripe")

    status = {name: Donation.objects.get(pk=gift.pk).status for name, gift in gifts.items()}
    assert status == {
        **dict.fromkeys(["paid", "refunded", "partly", "disputed", "won"], Status.SUCCEEDED),
        "debit": Status.PROCESSING,
        "declined": Status.EXPIRED,
        "abandoned": Status.EXPIRED,
    }
    kept = {name: gift.ledger.collected().total_cents() for name, gift in gifts.items()}
    assert kept == {
        "paid": 5000,
        "refunded": 0,
        "partly": 3000,
        "disputed": 0,
        "won": 5000,
        "debit": 0,
        "declined": 0,
        "abandoned": 0,
    }
    assert "payment_intent.succeeded : 5" in told
    assert "Événements repris : 0" in again
    receipt = Receipt.objects.get(lines__donation=gifts["paid"])
    assert receipt.lines.get().donation.credited_on == paid_on
    assert any("bien arrivé" in message.subject for message in mail.outbox)


def test_scenario_10_the_dry_run_writes_nothing(stripe_account: Sandbox) -> None:
    stripe_account.change_webhooks(on=False)
    gifts = gifts_of_all_kinds(stripe_account)
    before = LedgerEntry.objects.count()

    told = command("sync_stripe", "--dry-run")

    assert "Rien n’a été écrit" in told
    assert "charge.refunded : 2" in told
    assert (LedgerEntry.objects.count(), StripeEvent.objects.count(), mail.outbox) == (before, 0, [])
    assert not Donation.objects.filter(pk__in=[gift.pk for gift in gifts.values()]).exclude(
        status=Status.OPEN
    )


def test_scenario_10_what_is_older_than_a_week_is_booked_and_not_written_about(
    stripe_account: Sandbox,
) -> None:
    stripe_account.change_webhooks(on=False)
    gift = a_donation()
    open_page(gift)
    stripe_account.pay(session_of(gift), "card")

    with time_machine.travel(timezone.now() + timedelta(days=10)):
        stripe_account.run_due()
        command("sync_stripe")
        assert Receipt.objects.count() == 1
        assert mail.outbox == []
        assert Alarm.objects.get(kind="late_letter").donation == gift
        assert "retenues envoyées : 1" in command("sync_stripe", "--letters")

    assert len(mail.outbox) == 1


def test_scenario_10_a_silent_stripe_is_said_and_the_next_run_completes(stripe_account: Sandbox) -> None:
    gift = a_donation()
    open_page(gift)
    stripe_account.pay(session_of(gift), "card")
    stripe_account.faults.add("status", status=503, path="/v1/events", count=3)

    with pytest.raises(CommandError, match="Relancez"):
        command("sync_stripe")
    command("sync_stripe")

    gift.refresh_from_db()
    assert gift.is_paid


def a_paid_gift(sandbox: Sandbox, cents: int = 5000) -> Donation:
    gift = a_donation(amount_cents=cents)
    open_page(gift)
    sandbox.pay(session_of(gift), "card")
    return sync_donation(gift.pk, because="test", at=timezone.now())


def test_scenario_32_a_fee_that_is_not_known_at_once_is_filled_in_later(stripe_account: Sandbox) -> None:
    gift = a_paid_gift(stripe_account)
    assert not gift.ledger.filter(kind="fee").exists()
    stripe_account.clock.advance(600)

    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert "Frais à venir : 0" in command("sync_stripe"), "the event charge.updated told of it first"

    assert gift.ledger.get(kind="fee").amount_cents == -100


def test_scenario_33_an_unknown_line_of_a_payout_is_listed_and_nothing_is_dropped(
    stripe_account: Sandbox, settings: Settings
) -> None:
    known = a_paid_gift(stripe_account)
    settings.SITE_URL = "http://another.example"
    stranger = a_donation(amount_cents=7000)
    open_page(stranger)
    stripe_account.pay(session_of(stranger), "card")
    settings.SITE_URL = "http://testserver"
    stripe_account.clock.advance(5 * DAY)

    with pytest.raises(CommandError, match="à vérifier"):
        command("reconcile_payouts")

    payout = Payout.objects.get()
    assert (payout.state, payout.difference_cents) == (Payout.State.OPEN, 0)
    listed = dict(payout.lines.exclude(type="payout").values_list("amount_cents", "state"))
    assert listed == {5000: "matched", 7000: "unmatched"}
    alarm = Alarm.objects.get(kind="payout")
    assert payout.lines.get(amount_cents=7000).transaction_id in alarm.text
    assert PayoutLine.objects.get(amount_cents=5000).donation == known


def test_scenario_34_a_payout_that_fails_after_it_was_paid_is_opened_again(stripe_account: Sandbox) -> None:
    a_paid_gift(stripe_account)
    stripe_account.clock.advance(5 * DAY)
    command("reconcile_payouts")
    first = Payout.objects.get()
    assert first.state == Payout.State.RECONCILED

    stripe_account.fail_payout(first.stripe_payout_id)
    command("reconcile_payouts")

    first.refresh_from_db()
    assert (first.state, first.reconciled_at) == (Payout.State.FAILED, None)
    assert LedgerEntry.objects.filter(kind="payout").total_cents() == 0
    assert "revenu de la banque" in Alarm.objects.get(kind="payout").text
    stripe_account.clock.advance(3 * DAY)
    command("reconcile_payouts")
    second = Payout.objects.exclude(pk=first.pk).get()
    assert (second.state, second.amount_cents) == (Payout.State.RECONCILED, first.amount_cents)
    assert LedgerEntry.objects.total_cents() == 0


def test_scenario_34_webhooks_tell_of_it_as_well(stripe_account: Sandbox) -> None:
    a_paid_gift(stripe_account)
    stripe_account.clock.advance(5 * DAY)
    deliver(stripe_account)
    assert Payout.objects.get().state == Payout.State.RECONCILED

    stripe_account.fail_payout(Payout.objects.get().stripe_payout_id)
    deliver(stripe_account)

    assert Payout.objects.get().state == Payout.State.FAILED


def test_reconciling_can_be_tried_dry_and_for_one_payout(stripe_account: Sandbox) -> None:
    a_paid_gift(stripe_account)
    stripe_account.clock.advance(5 * DAY)
    payout_id = stripe_account.find("payout")[0]["id"]

    assert f"{payout_id} 49\u00a0€ : serait rapproché" in command("reconcile_payouts", "--dry-run")
    assert not Payout.objects.exists()
    assert f"{payout_id} 49\u00a0€ : Rapproché" in command("reconcile_payouts", "--payout", payout_id)
    assert command("reconcile_payouts", "--since", "2020-01-01") == ""


def deliver(sandbox: Sandbox) -> None:
    for body, signature in sandbox.pop_signed_events(SECRET):
        assert post_webhook(body, signature) == 200
    work()
