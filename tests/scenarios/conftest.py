"""What goes wrong with payments, one test for each way, named by its number in docs/life-of-a-gift.md.

A scenario goes in through the front door: form, webhook address, worker's turn, return page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation
from donors.giving.links import thanks_path
from donors.payments.inbox import process_event
from donors.payments.models import StripeEvent
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import amina, campaign, send
from tests.donors.payments.conftest import SECRET, session_of

__all__ = ["amina", "campaign", "send"]

SOON = timedelta(seconds=30)

type Post = tuple[bytes, str]


def post_webhook(body: bytes, signature: str, *, client: Client | None = None) -> int:
    answer = (client or Client()).post(
        reverse("stripe_webhook"),
        data=body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    return answer.status_code


def work(later: timedelta = SOON) -> None:
    """One worker's turn over everything that is due, events first, then what follows from them."""
    at = timezone.now() + later
    for pk in list(StripeEvent.objects.due(at).values_list("pk", flat=True)):
        process_event(pk, at=at)
    follow_due_events(at=at)


class Story:
    """One gift, and the steps that happen to it."""

    def __init__(self, sandbox: Sandbox, client: Client) -> None:
        self.sandbox = sandbox
        self.client = client

    @property
    def gift(self) -> Donation:
        gift: Donation = Donation.objects.select_related("donor", "campaign__organisation").earliest("pk")
        return gift

    def pay(self, outcome: str = "card") -> None:
        self.sandbox.pay(session_of(self.gift), outcome)

    def webhooks(self) -> list[Post]:
        """What Stripe would send now, taken out of its hands."""
        return self.sandbox.pop_signed_events(SECRET)

    def tell(self, posts: list[Post] | None = None) -> None:
        """Deliver webhooks and let the worker work."""
        for body, signature in self.webhooks() if posts is None else posts:
            assert post_webhook(body, signature) == 200
        work()

    def come_back(self, session_id: str = "") -> Any:
        """The donor's browser opens the return page."""
        query = {"session_id": session_id or session_of(self.gift)}
        return self.client.get(thanks_path(self.gift), query)

    def books(self) -> list[tuple[str, int]]:
        lines = self.gift.ledger.exclude(kind="fee").order_by("pk")
        return [(line.kind, line.amount_cents) for line in lines]


@pytest.fixture
def story(client: Client, stripe_account: Sandbox, db: None) -> Story:
    return Story(stripe_account, client)


@pytest.fixture
def started(story: Story, send: Callable[..., Any]) -> Story:
    """Amina has sent the form: her payment page is open."""
    assert send().status_code == 303
    return story


@pytest.fixture
def paid(started: Story) -> Story:
    """Stripe has Amina's 50 €; nobody has told us."""
    started.pay()
    return started
