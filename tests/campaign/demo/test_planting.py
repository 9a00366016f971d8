"""The demo's past as a whole: every story is there, the books are right, and a kill loses nothing."""

from typing import Any

import pytest
import requests
from django.utils import timezone

from campaign.demo import past_gifts, planting
from campaign.demo.past_gifts import Plan, planted
from campaign.demo.planting import plant_gifts
from campaign.demo.sandbox_control import go_to
from donors.accounting.against_balance import balance_differences
from donors.accounting.verify import stored_differences, stripe_differences
from donors.campaigns.models import Campaign
from donors.gifts.models import Donation, LedgerEntry, Method, Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.returns import Dispute, Refund
from donors.payments.alarms import raise_alarm
from donors.payments.models import Alarm
from donors.payments.payout_models import Payout
from donors.receipts.models import Receipt
from stripe_sandbox.core import Sandbox

pytestmark = pytest.mark.django_db


def plant(
    campaign: Campaign, *, count: int = 2, stories: bool = False, tell: Any = lambda text: None
) -> None:
    plant_gifts(campaign, at=timezone.now(), count=count, stories=stories, tell=tell)


def gift_of(number: int) -> Donation:
    """The gift of a story's visitor."""
    found = planted(Plan(number, timezone.now(), 0, ()))
    assert found is not None
    return found


def counts() -> dict[str, int]:
    models = (Donation, LedgerEntry, Refund, Dispute, MonthlyGift, Receipt, Payout)
    return {model.__name__: model._default_manager.count() for model in models}


def test_planting_ends_with_right_books_and_real_time(campaign: Campaign, sandbox: Sandbox) -> None:
    said: list[str] = []

    plant(campaign, count=4, tell=said.append)

    assert said == ["Création de 4 dons passés, un par un, dans le faux Stripe…"]
    assert list(stored_differences()) == list(stripe_differences()) == []
    paid = Donation.objects.succeeded()
    assert paid.count() == 4
    assert all(donation.ledger.filter(kind="fee").exists() for donation in paid)
    assert sandbox.clock.offset == 0


def test_planting_again_changes_nothing(campaign: Campaign, sandbox: Sandbox) -> None:
    plant(campaign)
    before = set(Donation.objects.values_list("uuid", flat=True))

    plant(campaign, tell=pytest.fail)

    assert set(Donation.objects.values_list("uuid", flat=True)) == before


def test_who_moved_the_clock_ahead_finds_it_there(campaign: Campaign, sandbox: Sandbox) -> None:
    plant(campaign)
    sandbox.clock.advance(86_400)

    plant(campaign)

    assert sandbox.clock.offset == 86_400


def test_a_campaign_may_be_planted_without_gifts(campaign: Campaign) -> None:
    """No sandbox in this test: nothing is asked of it."""
    plant(campaign, count=0, tell=pytest.fail)

    assert not Donation.objects.exists()


def test_time_is_real_again_even_when_a_visit_fails(
    campaign: Campaign, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **facts: object) -> None:
        raise requests.ConnectionError("the pay page is gone")

    monkeypatch.setattr(past_gifts, "open_checkout", fail)

    with pytest.raises(requests.ConnectionError):
        plant(campaign)
    assert sandbox.clock.offset == 0


def test_every_story_is_told_and_the_books_are_right(
    campaign: Campaign, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []

    plant(campaign, count=1, stories=True, tell=said.append)

    assert (
        said[1] == "Deux contestations et une suspicion de fraude en font partie : voyez Trésorerie, Alertes."
    )
    assert Alarm.objects.filter(kind="dispute").count() == 2
    assert not [line for line in caplog.records if line.levelname == "ERROR"]
    raise_alarm(Alarm.Kind.DISPUTE, key="later", text="…", at=timezone.now())
    assert [line.levelname for line in caplog.records if line.msg.startswith("Alarm ")] == ["ERROR"]

    debits = {gift_of(number).status for number in (101, 102, 103)}
    assert debits == {Status.SUCCEEDED, Status.FAILED, Status.PROCESSING}
    assert gift_of(101).method == Method.SEPA
    refunded = {refund.donation_id: refund for refund in Refund.objects.all()}
    assert refunded[gift_of(104).pk].amount_cents == gift_of(104).amount_cents
    assert refunded[gift_of(105).pk].amount_cents < gift_of(105).amount_cents
    assert {refund.status for refund in refunded.values()} == {Refund.Status.SUCCEEDED}
    assert gift_of(106).disputes.get().stage == Dispute.Stage.OPEN
    assert gift_of(107).disputes.get().stage == Dispute.Stage.INQUIRY
    assert sandbox.find("radar.early_fraud_warning")[0]["charge"] == gift_of(108).stripe_charge_id
    promise = MonthlyGift.objects.get()
    assert promise.status == MonthlyGift.Status.ACTIVE
    assert Donation.objects.succeeded().filter(monthly_gift=promise).count() == 4
    assert Payout.objects.filter(state=Payout.State.RECONCILED).exists()
    assert not Payout.objects.filter(state=Payout.State.OPEN).exists()
    assert list(stored_differences()) == list(stripe_differences()) == []
    assert list(balance_differences(at=timezone.now())) == []
    assert sandbox.clock.offset == 0


def test_a_killed_planting_goes_on_where_it_stopped(
    campaign: Campaign, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL runs no `finally`: the clock stays in the past, and what was noted is all there is."""
    real, moves = go_to, []

    class Killed(BaseException):
        """Nobody catches it."""

    def go_or_die(moment: Any) -> None:
        moves.append(moment)
        if len(moves) == 11:
            raise Killed
        real(moment)

    with monkeypatch.context() as dying:
        dying.setattr(planting, "go_to", go_or_die)
        dying.setattr(planting, "leave_the_past", lambda: None)
        with pytest.raises(Killed):
            plant(campaign, stories=True)
    assert sandbox.clock.offset < 0

    plant(campaign, stories=True)
    whole = counts()
    plant(campaign, stories=True, tell=pytest.fail)

    assert counts() == whole
    assert (whole["Refund"], whole["Dispute"], whole["MonthlyGift"]) == (2, 2, 1)
    assert whole["Donation"] == 2 + 8 + 4
    assert list(stored_differences()) == list(stripe_differences()) == []
    assert sandbox.clock.offset == 0
