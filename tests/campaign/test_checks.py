"""What must never be combined."""

import pytest
from pytest_django import Settings

from campaign.checks import live_money_is_guarded, webhooks_can_be_verified


def ids(messages: object) -> set[str]:
    return {message.id for message in messages}  # type: ignore[attr-defined]


@pytest.fixture
def live(settings: Settings) -> Settings:
    """A site that takes real money, as it must be."""
    settings.STRIPE_LIVEMODE = True
    settings.STRIPE_API_BASE = "https://api.stripe.com"
    settings.DEBUG = settings.DEMO = False
    settings.HTTPS = True
    return settings


def test_a_live_site_that_is_set_up_well_passes(live: Settings) -> None:
    assert live_money_is_guarded(None) == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("STRIPE_API_BASE", "http://127.0.0.1:8420", "campaign.E001"),
        ("DEBUG", True, "campaign.E002"),
        ("HTTPS", False, "campaign.E003"),
        ("DEMO", True, "campaign.E004"),
    ],
)
def test_a_live_key_is_refused_beside_what_is_not_for_real_money(
    live: Settings, name: str, value: object, number: str
) -> None:
    setattr(live, name, value)

    assert ids(live_money_is_guarded(None)) == {number}


def test_a_test_key_may_stand_beside_a_pretend_stripe(settings: Settings) -> None:
    assert settings.STRIPE_LIVEMODE is False
    assert live_money_is_guarded(None) == []


def test_missing_webhook_secrets_are_a_warning(settings: Settings) -> None:
    assert webhooks_can_be_verified(None) == []
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert ids(webhooks_can_be_verified(None)) == {"campaign.W001"}
