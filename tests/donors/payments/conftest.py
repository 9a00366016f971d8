from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from donors.gifts.models import Donation
from donors.payments.checkout import ReturnAddresses, open_checkout
from donors.payments.inbox import process_event, receive
from stripe_sandbox.core import Sandbox
from tests.factories import a_campaign, a_donation, with_monthly_amounts
from tests.scenarios.monthly import Desk

SECRET = "whsec_for_tests"
BACK = ReturnAddresses(
    success_url="http://testserver/merci/?session_id={CHECKOUT_SESSION_ID}",
    cancel_url="http://testserver/don/",
)


def open_page(donation: Donation) -> str:
    return open_checkout(donation, return_to=BACK, at=timezone.now())


def session_of(donation: Donation) -> str:
    attempt = donation.attempts.last()
    assert attempt
    return attempt.stripe_session_id


@pytest.fixture
def opened(db: None, stripe_account: Sandbox) -> Donation:
    """Amina's gift of 50 €, with her payment page open."""
    donation = a_donation()
    open_page(donation)
    return donation


@pytest.fixture
def paid(opened: Donation, stripe_account: Sandbox) -> Donation:
    """Stripe has Amina's money; nobody has told us yet."""
    stripe_account.pay(session_of(opened), "card")
    return opened


@pytest.fixture
def deliver(stripe_account: Sandbox) -> Callable[[], int]:
    """Take Stripe's pending webhooks through the inbox; answers how many there were."""

    def run() -> int:
        posts = stripe_account.pop_signed_events(SECRET)
        for body, signature in posts:
            now = timezone.now()
            process_event(receive(body, signature, at=now).pk, at=now + timedelta(seconds=1))
        return len(posts)

    return run


@pytest.fixture
def desk(db: None, stripe_account: Sandbox) -> Desk:
    """Amina's gifts of each month, at Stripe's own time."""
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))
