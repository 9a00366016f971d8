"""A pretend Stripe over HTTP, as the demo has it."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from campaign.demo.people import plant_campaign
from donors.campaigns.models import Campaign
from donors.payments.gateway import connection as gateway
from stripe_sandbox.core import Sandbox
from stripe_sandbox.server import serve


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
