"""Once or each month: the part of the form that no error may guess at."""

from typing import Any

import pytest
from django.test import Client

from donors.campaigns.models import Campaign, GiftPreset
from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from tests.donors.giving.conftest import Post, tag_of, the_gift, words_of
from tests.factories import with_monthly_amounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def monthly(campaign: Campaign) -> Campaign:
    return with_monthly_amounts(campaign)


def refusal(page: Any, field: str) -> str:
    assert page.status_code == 200
    assert not Donation.objects.exists()
    return str(page.context["form"].errors[field][0])


def test_a_gift_of_each_month_is_a_promise_with_its_first_month(send: Post, monthly: Campaign) -> None:
    assert send(frequency="monthly", amount="30").status_code == 303

    promise = MonthlyGift.objects.get()
    assert (promise.amount_cents, promise.status, promise.campaign) == (3000, "created", monthly)
    assert (the_gift().monthly_gift, the_gift().amount_cents) == (promise, 3000)


@pytest.mark.parametrize("frequency", ["once", "", None])
def test_who_says_nothing_gives_once(send: Post, monthly: Campaign, frequency: str | None) -> None:
    assert send(frequency=frequency).status_code == 303

    assert not MonthlyGift.objects.exists()
    assert the_gift().monthly_gift is None


@pytest.mark.parametrize("frequency", ["weekly", "MONTHLY", "monthly "])
def test_another_rhythm_is_never_guessed_at(send: Post, monthly: Campaign, frequency: str) -> None:
    page = send(frequency=frequency, amount="30")

    if frequency.strip() == "monthly":  # Django trims what was typed
        assert MonthlyGift.objects.exists() == (page.status_code == 303)
    else:
        assert "en une fois ou chaque mois" in refusal(page, "frequency")


def test_an_amount_ticked_for_the_other_rhythm_is_asked_for_again(send: Post, monthly: Campaign) -> None:
    assert "Choisissez un montant" in refusal(send(frequency="monthly", amount="150"), "amount")
    assert "Choisissez un montant" in refusal(send(frequency="once", amount="10"), "amount")


def test_an_amount_of_ones_own_goes_with_either(send: Post, monthly: Campaign) -> None:
    assert send(frequency="monthly", amount="other", other_amount="12,50").status_code == 303

    assert MonthlyGift.objects.get().amount_cents == 1250


def test_the_bounds_are_the_same_each_month(send: Post, monthly: Campaign) -> None:
    page = send(frequency="monthly", amount="other", other_amount="4,99")

    assert "Le don minimum est de 5\u00a0€." in refusal(page, "other_amount")


def test_after_an_error_the_rhythm_is_still_the_one_that_was_ticked(send: Post, monthly: Campaign) -> None:
    page = send(frequency="monthly", amount="30", email="nonsense")

    assert refusal(page, "email")
    assert "checked" in tag_of(page, "input", name="frequency", value="monthly")
    assert "checked" not in tag_of(page, "input", name="frequency", value="once")


@pytest.mark.parametrize(("asked", "shown"), [("monthly", "monthly"), ("once", "once"), ("weekly", "once")])
def test_a_link_may_ask_for_a_rhythm(client: Client, monthly: Campaign, asked: str, shown: str) -> None:
    names = {"monthly": "mensuel", "once": "unique", "weekly": "hebdomadaire"}
    page = client.get(f"/don/juin/?frequence={names[asked]}")

    assert "checked" in tag_of(page, "input", name="frequency", value=shown)


def test_amounts_beyond_the_campaigns_bounds_offer_no_monthly_gift(
    client: Client, campaign: Campaign
) -> None:
    GiftPreset.objects.create(campaign=campaign, frequency="monthly", amount_cents=100)

    assert "Chaque mois" not in words_of(client.get("/don/juin/"))
