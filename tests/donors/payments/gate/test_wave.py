"""A wave of tries with stolen cards, from thousands of addresses, with real donors in the middle of it.

`WAVE_TRIES=2000` plays all of it; without it, the wave is shorter."""

import os

import pytest
from django.test import Client
from pytest_django import Settings

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation
from donors.payments.gate.attack import current_attack
from donors.payments.gate.models import AttackEpisode, AttackStep
from donors.payments.models import Alarm
from stripe_sandbox.core import Sandbox
from tests.donors.payments.gate.wave import Wave
from tests.factories import a_campaign

TRIES = int(os.environ.get("WAVE_TRIES", "160"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> Campaign:
    return a_campaign(code="juin")


def test_scenario_46_a_wave_of_stolen_cards_is_held_off_and_donors_get_through(
    client: Client, campaign: Campaign, stripe_account: Sandbox, settings: Settings
) -> None:
    settings.BEHIND_PROXY = True
    settings.GATE_IN_ALL, settings.GATE_DECLINES = 60, 10
    wave = Wave(client, stripe_account)

    wave.tries(TRIES, donor_every=TRIES // 4)

    assert wave.donors == 4
    assert Donation.objects.filter(status="succeeded").count() == wave.donors
    attack = current_attack()
    assert attack
    assert Alarm.objects.filter(kind=Alarm.Kind.ATTACK).count() == 1
    # Before the attack is noticed: as many pages as declines make an attack. Afterwards: those with a proof.
    opened_by_thieves = wave.calls["POST /v1/checkout/sessions"] - wave.donors
    assert opened_by_thieves <= settings.GATE_DECLINES
    # Each declined card is told by two events, and each event re-reads its page once.
    assert wave.all_calls <= 4 * (settings.GATE_DECLINES + wave.donors) + 3 * wave.donors
    assert wave.turned_away >= TRIES - settings.GATE_DECLINES - wave.donors

    wave.goes_quiet()

    assert current_attack() is None
    assert AttackEpisode.objects.count() == 1
    assert AttackStep.objects.filter(text__startswith="Mode attaque terminé").count() == 1
    assert Alarm.objects.count() == 1


def test_a_patient_wave_that_calculates_is_bounded_by_the_sites_limit(
    client: Client, campaign: Campaign, stripe_account: Sandbox, settings: Settings
) -> None:
    """Thieves may buy machines; every page costs them a calculation, and there are only so many pages."""
    settings.BEHIND_PROXY = True
    settings.GATE_IN_ALL, settings.GATE_DECLINES = 6, 2
    wave = Wave(client, stripe_account, thieves_calculate=True)

    wave.tries(8, donor_every=0)

    assert current_attack()
    assert wave.calls["POST /v1/checkout/sessions"] <= settings.GATE_DECLINES + settings.GATE_IN_ALL // 3
