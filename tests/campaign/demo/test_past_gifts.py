"""The demo's past gifts: played on a real pretend Stripe, so that its books and ours agree."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from django.utils import timezone
from pytest_django import Settings

from campaign.demo import past_gifts
from campaign.demo.past_gifts import Plan, give, plan_gifts, plant_gifts
from campaign.demo.people import plant_campaign
from donors.accounting.verify import stored_differences, stripe_differences
from donors.campaigns.models import Campaign
from donors.gifts.models import Donation, Status
from donors.payments.gateway import connection as gateway
from donors.receipts.models import Receipt
from stripe_sandbox.core import Sandbox
from stripe_sandbox.server import serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    stripe = Sandbox()
    running = serve(stripe, 0)
    settings.STRIPE_API_BASE = running.url
    gateway.client.cache_clear()
    yield stripe
    gateway.client.cache_clear()
    running.close()
    stripe.close()


@pytest.fixture
def campaign() -> Campaign:
    return plant_campaign(at=timezone.now())


def a_plan(*outcomes: str, days_ago: int = 3, **over: object) -> Plan:
    at = timezone.now() - timedelta(days=days_ago)
    facts = {"number": 0, "at": at, "amount_cents": 5000, "outcomes": outcomes or ("card",), **over}
    return Plan(**facts)  # type: ignore[arg-type]


def test_a_past_gift_is_dated_in_the_past_at_stripe_and_here(campaign: Campaign, sandbox: Sandbox) -> None:
    plan = a_plan()

    donation = give(plan, campaign)

    donation.refresh_from_db()
    assert donation.status == Status.SUCCEEDED
    assert donation.credited_at is not None
    assert abs(donation.credited_at - plan.at) < timedelta(minutes=5)
    assert sandbox.find("charge")[0]["created"] == int(donation.credited_at.timestamp())
    assert Receipt.objects.get().issued_at - plan.at < timedelta(minutes=5)


def test_a_declined_card_and_then_a_good_one_are_one_gift(campaign: Campaign, sandbox: Sandbox) -> None:
    give(a_plan("card_declined", "card"), campaign)

    assert Donation.objects.get().is_paid
    assert sorted(charge["status"] for charge in sandbox.find("charge")) == ["failed", "succeeded"]


def test_who_walked_away_paid_nothing(campaign: Campaign, sandbox: Sandbox) -> None:
    give(a_plan("walk_away"), campaign)

    assert Donation.objects.get().status == Status.OPEN
    assert sandbox.find("charge") == []


def test_who_wants_no_receipt_leaves_no_address(campaign: Campaign, sandbox: Sandbox) -> None:
    give(a_plan(wants_receipt=False), campaign)

    assert Donation.objects.get().donor.has_address is False
    assert not Receipt.objects.exists()


def test_an_organisation_gives_under_its_name(campaign: Campaign, sandbox: Sandbox) -> None:
    give(a_plan(organisation="Le Fournil"), campaign)

    donor = Donation.objects.get().donor
    assert (donor.is_organisation, donor.display_name, donor.siren) == (True, "Le Fournil", "732829320")


def test_planting_ends_with_right_books_and_real_time(campaign: Campaign, sandbox: Sandbox) -> None:
    said: list[str] = []

    plant_gifts(campaign, at=timezone.now(), count=4, tell=said.append)

    assert said == ["Création de 4 dons passés, un par un, dans le faux Stripe…"]
    assert list(stored_differences()) == list(stripe_differences()) == []
    paid = Donation.objects.succeeded()
    assert paid.count() == 4
    assert all(donation.ledger.filter(kind="fee").exists() for donation in paid)
    assert sandbox.clock.offset == 0


def test_planting_again_changes_nothing(campaign: Campaign, sandbox: Sandbox) -> None:
    plant_gifts(campaign, at=timezone.now(), count=2, tell=lambda text: None)
    before = set(Donation.objects.values_list("uuid", flat=True))

    plant_gifts(campaign, at=timezone.now(), count=2, tell=pytest.fail)

    assert set(Donation.objects.values_list("uuid", flat=True)) == before


def test_a_campaign_may_be_planted_without_gifts(campaign: Campaign) -> None:
    """No sandbox in this test: nothing is asked of it."""
    plant_gifts(campaign, at=timezone.now(), count=0, tell=pytest.fail)

    assert not Donation.objects.exists()


def test_time_is_real_again_even_when_a_visit_fails(
    campaign: Campaign, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **facts: object) -> None:
        raise requests.ConnectionError("the pay page is gone")

    monkeypatch.setattr(past_gifts, "open_checkout", fail)

    with pytest.raises(requests.ConnectionError):
        plant_gifts(campaign, at=timezone.now(), count=2, tell=lambda text: None)
    assert sandbox.clock.offset == 0


def test_the_large_gifts_make_a_gauge_worth_looking_at() -> None:
    now = timezone.now()

    plans = plan_gifts(count=42, first=now - timedelta(days=12), last=now)

    paid = sum(plan.amount_cents for plan in plans if plan.outcomes != ("walk_away",))
    assert 1_000_000 < paid < 2_000_000
