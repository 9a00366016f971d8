"""The demo's past gifts: played on a real pretend Stripe, so that its books and ours agree."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaign.demo.past_gifts import Plan, give, is_given, plan_gifts
from campaign.demo.sandbox_control import go_to
from donors.campaigns.models import Campaign
from donors.gifts.models import Donation, Status
from donors.receipts.models import Receipt
from stripe_sandbox.core import Sandbox

pytestmark = pytest.mark.django_db


def play(plan: Plan, campaign: Campaign) -> Donation:
    go_to(plan.at)
    return give(plan, campaign)


def a_plan(*outcomes: str, days_ago: int = 3, **over: object) -> Plan:
    at = timezone.now() - timedelta(days=days_ago)
    facts = {"number": 0, "at": at, "amount_cents": 5000, "outcomes": outcomes or ("card",), **over}
    return Plan(**facts)  # type: ignore[arg-type]


def test_a_past_gift_is_dated_in_the_past_at_stripe_and_here(campaign: Campaign, sandbox: Sandbox) -> None:
    plan = a_plan()

    donation = play(plan, campaign)

    donation.refresh_from_db()
    assert donation.status == Status.SUCCEEDED
    assert donation.credited_at is not None
    assert abs(donation.credited_at - plan.at) < timedelta(minutes=5)
    assert sandbox.find("charge")[0]["created"] == int(donation.credited_at.timestamp())
    assert Receipt.objects.get().issued_at - plan.at < timedelta(minutes=5)


def test_a_declined_card_and_then_a_good_one_are_one_gift(campaign: Campaign, sandbox: Sandbox) -> None:
    play(a_plan("card_declined", "card"), campaign)

    assert Donation.objects.get().is_paid
    assert sorted(charge["status"] for charge in sandbox.find("charge")) == ["failed", "succeeded"]


def test_a_visit_that_was_broken_off_goes_on(campaign: Campaign, sandbox: Sandbox) -> None:
    """The page was opened, then the planting was killed: at the next start it is paid, once."""
    play(a_plan("walk_away"), campaign)
    assert not is_given(a_plan())

    play(a_plan(), campaign)
    play(a_plan(), campaign)

    assert is_given(a_plan())
    assert Donation.objects.get().is_paid
    assert len(sandbox.find("charge")) == 1


def test_a_visit_that_was_paid_but_not_noted_is_noted(campaign: Campaign, sandbox: Sandbox) -> None:
    donation = play(a_plan("walk_away"), campaign)
    sandbox.pay(donation.attempts.get().stripe_session_id, "card")

    play(a_plan(), campaign)

    assert Donation.objects.get().is_paid
    assert len(sandbox.find("charge")) == 1


def test_who_walked_away_paid_nothing(campaign: Campaign, sandbox: Sandbox) -> None:
    play(a_plan("walk_away"), campaign)

    assert Donation.objects.get().status == Status.OPEN
    assert sandbox.find("charge") == []


def test_who_wants_no_receipt_leaves_no_address(campaign: Campaign, sandbox: Sandbox) -> None:
    play(a_plan(wants_receipt=False), campaign)

    assert Donation.objects.get().donor.has_address is False
    assert not Receipt.objects.exists()


def test_an_organisation_gives_under_its_name(campaign: Campaign, sandbox: Sandbox) -> None:
    play(a_plan(organisation="Le Fournil"), campaign)

    donor = Donation.objects.get().donor
    assert (donor.is_organisation, donor.display_name, donor.siren) == (True, "Le Fournil", "732829320")


def test_the_large_gifts_make_a_gauge_worth_looking_at() -> None:
    now = timezone.now()

    plans = plan_gifts(count=42, first=now - timedelta(days=12), last=now)

    paid = sum(plan.amount_cents for plan in plans if plan.outcomes != ("walk_away",))
    assert 1_000_000 < paid < 2_000_000
