"""What must never be combined."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from pytest_django import Settings

from campaign import checks
from campaign.checks import (
    key_and_database_agree,
    live_money_is_guarded,
    seal_can_be_used,
    stripes_version_is_pinned_on_purpose,
    tax_rules_were_checked_within_a_year,
    webhooks_can_be_verified,
)
from donors.receipts.tax.checked import GOOD_FOR, rows_in_force
from donors.receipts.tax.rows import CHECKED_ON
from tests.donors.receipts.sealing import give_a_seal
from tests.factories import a_donation


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


def test_the_pinned_version_is_the_packages() -> None:
    assert stripes_version_is_pinned_on_purpose(None) == []


def test_a_package_of_another_version_stops_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "sdk_api_version", lambda: "2027-03-31.later")

    (message,) = stripes_version_is_pinned_on_purpose(None)

    assert message.id == "campaign.E005"
    assert "2027-03-31.later" in message.msg


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key_is_live", "modes", "found"),
    [
        (False, [], set()),
        (True, [], set()),
        (False, [False], set()),
        (True, [True], set()),
        (True, [True, False], set()),  # tried out first, then opened
        (True, [False], {"campaign.W002"}),
        (False, [True], {"campaign.E006"}),
        (False, [True, False], {"campaign.E006"}),
    ],
)
def test_scenario_49_key_and_database_are_of_one_mode(
    settings: Settings, *, key_is_live: bool, modes: list[bool], found: set[str]
) -> None:
    for mode in modes:
        a_donation(livemode=mode)
    settings.STRIPE_LIVEMODE = key_is_live

    assert ids(key_and_database_agree(None, databases=["default"])) == found


def test_the_database_is_read_only_by_a_check_that_names_it() -> None:
    """No database mark on this test: a query would fail it."""
    assert key_and_database_agree(None, databases=None) == []


@pytest.mark.django_db
def test_a_database_without_tables_has_no_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)

    assert key_and_database_agree(None, databases=["default"]) == []


@pytest.mark.django_db
def test_django_runs_it_with_the_checks_of_the_database(settings: Settings) -> None:
    a_donation(livemode=True)

    with pytest.raises(SystemCheckError, match="E006"):
        call_command("check", databases=["default"])

    call_command("check")  # without the database it says nothing


def test_an_upgrade_says_that_the_tax_rules_were_checked_too_long_ago() -> None:
    last_good_day = CHECKED_ON + GOOD_FOR
    with time_machine.travel(f"{last_good_day}T12:00:00+01:00"):
        assert tax_rules_were_checked_within_a_year(None, databases=["default"]) == []
    day_after = last_good_day + timedelta(days=1)
    with time_machine.travel(f"{day_after}T12:00:00+01:00"):
        [warning] = tax_rules_were_checked_within_a_year(None, databases=["default"])
        assert tax_rules_were_checked_within_a_year(None, databases=None) == []

    assert warning.id == "campaign.W003"
    assert f"{len(rows_in_force(day_after))} tax rules in force" in warning.msg


def test_a_site_without_a_seal_may_start() -> None:
    assert seal_can_be_used(None) == []


def test_a_seal_that_holds_for_long_is_no_news(settings: Settings, tmp_path: Path) -> None:
    give_a_seal(settings, tmp_path)

    assert seal_can_be_used(None) == []


def test_a_seal_that_ends_soon_is_a_warning_with_its_day(settings: Settings, tmp_path: Path) -> None:
    seal = give_a_seal(settings, tmp_path, life=timedelta(days=59))

    [warning] = seal_can_be_used(None)

    assert warning.id == "campaign.W004"
    assert f"until {seal.valid_until:%Y-%m-%d}" in warning.msg


@pytest.mark.django_db
def test_a_seal_that_has_ended_stops_every_command(settings: Settings, tmp_path: Path) -> None:
    give_a_seal(settings, tmp_path, life=timedelta(minutes=-1))

    with pytest.raises(SystemCheckError, match="and not today"):
        call_command("check")


@pytest.mark.django_db
def test_a_seal_with_another_password_stops_every_command(settings: Settings, tmp_path: Path) -> None:
    give_a_seal(settings, tmp_path)
    settings.RECEIPT_SEAL_PASSWORD = "autre"

    with pytest.raises(SystemCheckError, match="RECEIPT_SEAL_PASSWORD is not its password"):
        call_command("check")
