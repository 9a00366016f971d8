"""The pure rule that decides a donation's status."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donors.gifts.models import Donation, Status
from donors.gifts.status import ALLOWED_MOVES
from donors.payments.facts import PaymentFacts
from donors.payments.reduce import contradicts, next_status

CHARGED = datetime(2027, 6, 3, 12, tzinfo=UTC)


def facts(**over: Any) -> PaymentFacts:
    values: dict[str, Any] = {
        "session_id": "cs_1",
        "url": "https://pay.example/cs_1",
        "state": "open",
        "payment_state": "unpaid",
        "amount_cents": 5000,
        "currency": "eur",
        "livemode": False,
        "donation_uuid": "",
        **over,
    }
    return PaymentFacts(**values)


PAID = facts(
    state="complete", payment_state="paid", intent_state="succeeded", charge_id="ch_1", charged_at=CHARGED
)
OPEN = facts()
DECLINED = facts(intent_state="requires_payment_method")
EXPIRED = facts(state="expired", intent_state="canceled")
PROCESSING = facts(state="complete", intent_state="processing")


@pytest.mark.parametrize(
    ("current", "seen", "wanted"),
    [
        (Status.CREATED, OPEN, Status.OPEN),
        (Status.OPEN, OPEN, Status.OPEN),
        (Status.OPEN, DECLINED, Status.OPEN),
        (Status.OPEN, PAID, Status.SUCCEEDED),
        (Status.CREATED, PAID, Status.SUCCEEDED),
        (Status.OPEN, PROCESSING, Status.PROCESSING),
        (Status.PROCESSING, PAID, Status.SUCCEEDED),
        (Status.OPEN, facts(state="expired"), Status.EXPIRED),
        (Status.OPEN, EXPIRED, Status.EXPIRED),
        (Status.OPEN, facts(state="complete", intent_state="canceled"), Status.CANCELED),
        (
            Status.PROCESSING,
            facts(state="complete", intent_state="requires_payment_method"),
            Status.FAILED,
        ),
        (Status.EXPIRED, PAID, Status.SUCCEEDED),
        (Status.FAILED, PAID, Status.SUCCEEDED),
        (Status.FAILED, facts(state="", intent_state="canceled"), Status.CANCELED),
        (Status.CANCELED, PAID, Status.SUCCEEDED),
        (Status.EXPIRED, OPEN, Status.OPEN),
        (Status.EXPIRED, facts(state="expired"), Status.EXPIRED),
        (Status.REVERSED, PAID, Status.REVERSED),
    ],
)
def test_what_follows_from_what_stripe_says(current: Status, seen: PaymentFacts, wanted: Status) -> None:
    assert next_status(current, seen) == wanted


@pytest.mark.parametrize("seen", [OPEN, DECLINED, EXPIRED, PROCESSING])
def test_nothing_that_stripe_says_moves_a_paid_gift_back(seen: PaymentFacts) -> None:
    assert next_status(Status.SUCCEEDED, seen) == Status.SUCCEEDED


def test_any_order_of_readings_that_ends_paid_ends_succeeded() -> None:
    for order in permutations([OPEN, DECLINED, EXPIRED, PROCESSING, PAID]):
        status = Status.CREATED
        for seen in order:
            status = next_status(status, seen)
        assert status == Status.SUCCEEDED, order


@given(
    current=st.sampled_from(list(Status)),
    state=st.sampled_from(["open", "complete", "expired", "new_word"]),
    intent=st.sampled_from(
        ["", "requires_payment_method", "requires_action", "processing", "succeeded", "canceled", "new_word"]
    ),
    charged=st.booleans(),
)
def test_every_reading_leads_to_an_allowed_move_and_is_stable(
    current: Status, state: str, intent: str, charged: bool
) -> None:
    seen = facts(
        state=state,
        intent_state=intent,
        payment_state="paid" if charged else "unpaid",
        charged_at=CHARGED if charged else None,
    )

    after = next_status(current, seen)

    assert after == current or after in ALLOWED_MOVES[current]
    assert next_status(after, seen) == after


def test_a_session_that_fits_does_not_contradict() -> None:
    donation = Donation(amount_cents=5000, livemode=False)

    named = str(donation.uuid)
    assert contradicts(donation, facts(donation_uuid=named), asked_for=named, asked_cents=5000) == ""


@pytest.mark.parametrize(
    ("over", "word"),
    [
        ({"livemode": True}, "livemode"),
        ({"currency": "usd"}, "currency"),
        ({"donation_uuid": "someone-else"}, "belongs to someone-else"),
        ({"donation_uuid": ""}, "belongs to nobody"),
        (
            {
                "amount_cents": 1,
                "payment_state": "paid",
                "charged_at": CHARGED,
            },
            "amount",
        ),
    ],
)
def test_a_session_that_is_not_ours_is_named(over: dict[str, Any], word: str) -> None:
    donation = Donation(amount_cents=5000, livemode=False)
    named = str(donation.uuid)
    values = {"donation_uuid": named, **over}

    assert word in contradicts(donation, facts(**values), asked_for=named, asked_cents=5000)
