"""A payment that is tried again: each try is told by events of the payment, not by a page of ours."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from donors.gifts.models import Donation, Status
from donors.payments.models import StripeEvent
from donors.payments.sync import sync_donation
from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import form_key_of
from tests.donors.payments.conftest import open_page, session_of
from tests.factories import a_donation
from tests.scenarios.conftest import Story

pytestmark = pytest.mark.django_db

Send = Callable[..., Any]


def test_the_payment_is_known_as_soon_as_a_page_has_one(started: Story) -> None:
    started.pay("card_declined")
    started.tell()

    (intent,) = started.sandbox.find("payment_intent")
    assert (started.gift.status, started.gift.stripe_payment_intent_id) == (Status.OPEN, intent["id"])
    assert started.gift.stripe_charge_id == ""


def test_a_debit_under_way_is_found_by_its_payment(started: Story) -> None:
    started.pay("sepa")
    started.tell()

    (intent,) = started.sandbox.find("payment_intent")
    assert (started.gift.status, started.gift.stripe_payment_intent_id) == (Status.PROCESSING, intent["id"])


def test_a_new_page_of_the_same_gift_brings_its_own_payment(story: Story, send: Send, client: Any) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key)
    story.pay("card_declined")
    story.tell()
    first = story.gift.stripe_payment_intent_id
    send(form_key=key, amount="80")
    story.sandbox.pay(session_of(story.gift), "card")

    story.tell()

    gift = story.gift
    assert (gift.status, gift.amount_cents) == (Status.SUCCEEDED, 8000)
    assert gift.stripe_payment_intent_id not in {"", first}
    assert story.books() == [("gift", 8000)]


def test_a_paid_gift_keeps_its_payment_whatever_another_page_says(paid: Story) -> None:
    """An unpaid page beside the paid one, newer than it: reading it changes nothing of the gift."""
    paid.tell()
    kept = paid.gift.stripe_payment_intent_id
    other = a_donation()
    open_page(other)
    paid.sandbox.pay(session_of(other), "card_declined")
    attempt = other.attempts.get()
    attempt.donation, attempt.number = paid.gift, 2
    attempt.save(update_fields=["donation", "number"])

    gift = sync_donation(
        paid.gift.pk, because="test", at=timezone.now(), session_id=attempt.stripe_session_id
    )

    assert (gift.status, gift.stripe_payment_intent_id) == (Status.SUCCEEDED, kept)
    assert paid.books() == [("gift", 5000)]


def test_a_debit_that_failed_can_be_given_again_from_the_same_gift(
    story: Story, send: Send, client: Any
) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key)
    story.pay("sepa")
    story.tell()
    story.sandbox.fail_debit(story.sandbox.find("charge")[0]["id"])
    story.tell()
    assert story.gift.status == Status.FAILED

    assert send(form_key=key).status_code == 303
    story.sandbox.pay(session_of(story.gift), "card")
    story.tell()

    assert story.gift.status == Status.SUCCEEDED
    assert story.books() == [("gift", 5000)]
    assert Donation.objects.count() == 1


@pytest.mark.parametrize("days", [1, 6])
def test_events_of_a_payment_find_its_gift_without_its_metadata(started: Story, days: int) -> None:
    """Subscriptions' payments carry none of ours; a one-off payment could lose them in the dashboard."""
    started.pay("sepa")
    started.tell()
    with started.sandbox.locked() as world:
        intent = world.store.find("payment_intent")[0]
        world.save({**intent, "metadata": {}})
    started.sandbox.clock.advance(int(timedelta(days=days).total_seconds()))

    started.tell()

    expected = Status.SUCCEEDED if days > 5 else Status.PROCESSING
    assert started.gift.status == expected
    assert not StripeEvent.objects.filter(state=StripeEvent.State.FAILED).exists()


def test_a_payment_that_is_settled_cannot_be_failed_by_a_late_button(
    started: Story, stripe_account: Sandbox
) -> None:
    started.pay("sepa")
    charge = stripe_account.find("charge")[0]["id"]
    stripe_account.settle_debit(charge)

    with pytest.raises(NotNow):
        stripe_account.fail_debit(charge)
    started.tell()

    assert started.gift.status == Status.SUCCEEDED
