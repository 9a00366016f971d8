"""Webhooks in any order, late, lost or doubled: the same states, the same books, the same receipts.

`make any-order EXAMPLES=10000` tries more lives than a run of all tests does."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from donors.campaigns.models import Campaign
from donors.payments.gateway import connection as gateway
from donors.payments.models import StripeEvent
from donors.receipts import pdf
from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import SandboxHTTPClient
from tests.donors.lives import (
    CAMPAIGN_DAYS,
    Life,
    Site,
    StillClock,
    fingerprint,
    in_disorder,
    in_order,
    lives,
)
from tests.factories import a_campaign, with_monthly_amounts

EXAMPLES = int(os.environ.get("ANY_ORDER_EXAMPLES", "40"))


class BlankPage:
    """WeasyPrint takes a second for each receipt; what matters here stands in the snapshot."""

    pages = ("one",)

    def __init__(self, **given: Any) -> None:
        self.given = given

    def render(self, **given: Any) -> "BlankPage":
        return self

    def write_pdf(self, **given: Any) -> bytes:
        return b"%PDF-1.7"


@pytest.fixture
def campaign(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Campaign]:
    """Receipts wait for no hold, and no letter is too old: how long a life takes is another test's matter."""
    settings.RECEIPT_HOLD_DAYS_SEPA = 0
    settings.LETTERS_NOT_OLDER_THAN_DAYS = 365
    monkeypatch.setattr(pdf, "HTML", BlankPage)
    logging.disable()
    yield with_monthly_amounts(a_campaign(**CAMPAIGN_DAYS))
    logging.disable(logging.NOTSET)


@contextmanager
def a_world(campaign: Campaign) -> Iterator[Site]:
    """A site and its Stripe, both forgotten afterwards."""
    sandbox = Sandbox(base_url="http://127.0.0.1:8420", clock=StillClock())
    try:
        with pytest.MonkeyPatch.context() as patch, transaction.atomic():
            patch.setattr(gateway, "make_transport", lambda: SandboxHTTPClient(sandbox))
            gateway.client.cache_clear()
            yield Site(sandbox, campaign)
            transaction.set_rollback(True)
    finally:
        gateway.client.cache_clear()
        mail.outbox.clear()
        sandbox.close()


def end_of(campaign: Campaign, play: Callable[[Site], None]) -> tuple[list[str], dict[str, Any]]:
    """What happened at Stripe in this world, and what our rows say in the end."""
    with a_world(campaign) as site:
        play(site)
        note(f"happened: {site.happened}")
        failed = StripeEvent.objects.filter(state=StripeEvent.State.FAILED)
        assert list(failed.values_list("type", "last_error")) == []
        types = [event["type"] for event in site.sandbox.find("event")]
        return types, fingerprint()


@hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="ANY_ORDER_EXAMPLES" not in os.environ,  # every run of all tests tries the same lives
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives(), chance=st.randoms(use_true_random=False))
def test_any_order_of_any_life_ends_as_in_order(campaign: Campaign, life: Life, chance: Random) -> None:
    told_in_order, wanted = end_of(campaign, lambda site: in_order(site, life))
    told_in_disorder, found = end_of(campaign, lambda site: in_disorder(site, life, chance))

    assert told_in_disorder == told_in_order, "both lives were the same at Stripe"
    assert found == wanted
