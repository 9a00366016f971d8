"""What the database itself refuses of tries and events."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.gifts.models import Donation
from donors.payments.models import CheckoutAttempt, StripeEvent
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def an_attempt(donation: Donation, number: int = 1, **over: Any) -> CheckoutAttempt:
    now = timezone.now()
    facts: dict[str, Any] = {
        "number": number,
        "amount_cents": donation.amount_cents,
        "email": donation.donor.email,
        "idempotency_key": f"co:{donation.uuid}:{number}",
        "livemode": False,
        "created_at": now,
        "expires_at": now + timedelta(hours=1),
    }
    return CheckoutAttempt.objects.create(donation=donation, **{**facts, **over})


def an_event(**over: Any) -> StripeEvent:
    now = timezone.now()
    facts: dict[str, Any] = {
        "stripe_event_id": "evt_1",
        "type": "charge.succeeded",
        "object_id": "ch_1",
        "livemode": False,
        "payload": {},
        "created_at": now,
        "received_at": now,
        "next_try_at": now,
    }
    return StripeEvent.objects.create(**{**facts, **over})


@pytest.mark.parametrize("state", ["creating", "open"])
def test_one_gift_has_one_living_page(state: str) -> None:
    donation = a_donation()
    an_attempt(donation)

    with pytest.raises(IntegrityError), transaction.atomic():
        an_attempt(donation, 2, state=state)


@pytest.mark.parametrize("state", ["expired", "refused"])
def test_another_try_may_follow_a_dead_one(state: str) -> None:
    donation = a_donation()
    an_attempt(donation, state=state)

    assert an_attempt(donation, 2).number == 2


def test_tries_are_numbered_once() -> None:
    donation = a_donation()
    an_attempt(donation, state="expired")

    with pytest.raises(IntegrityError), transaction.atomic():
        an_attempt(donation, 1, idempotency_key="other")


def test_one_session_belongs_to_one_try() -> None:
    an_attempt(a_donation(), stripe_session_id="cs_1")

    with pytest.raises(IntegrityError), transaction.atomic():
        an_attempt(a_donation(), stripe_session_id="cs_1")


def test_a_key_is_used_once() -> None:
    an_attempt(a_donation(), idempotency_key="k")

    with pytest.raises(IntegrityError), transaction.atomic():
        an_attempt(a_donation(), idempotency_key="k")


def test_an_event_is_one_row() -> None:
    an_event()

    with pytest.raises(IntegrityError), transaction.atomic():
        an_event()


@pytest.mark.parametrize(("state", "constraint"), [("read", "stripe_event_state_known")])
def test_an_event_has_a_known_state(state: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        an_event(state=state)


@pytest.mark.parametrize(("state", "due"), [("new", 1), ("failed", 1), ("done", 0), ("ignored", 0)])
def test_only_what_is_not_handled_is_due(state: str, due: int) -> None:
    an_event(state=state)

    assert StripeEvent.objects.due(timezone.now() + timedelta(seconds=1)).count() == due
