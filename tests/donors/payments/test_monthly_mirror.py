"""The pure rules: what a monthly gift becomes, and what a person hears of, without a clock or a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from donors.gifts.monthly import MonthlyGift
from donors.payments.monthly_facts import InvoiceFacts, SubscriptionFacts
from donors.payments.monthly_mirror import contradicts, crossed, mirrored, news

NOW = datetime(2027, 6, 15, 12, 0, tzinfo=UTC)
OURS = UUID("6f7e4b7a-2f0e-4a75-9d4c-2f2f9a9d7c01")

SUBSCRIPTION = SubscriptionFacts(
    subscription_id="sub_1",
    customer_id="cus_1",
    monthly_uuid=str(OURS),
    livemode=False,
    currency="eur",
    status="active",
    item_id="si_1",
    amount_cents=2000,
    started_at=NOW,
    next_debit_at=NOW + timedelta(days=30),
    card_last4="4242",
    card_expires_on=date(2029, 12, 31),
)
INVOICE = InvoiceFacts(
    invoice_id="in_1",
    first=False,
    status="open",
    amount_cents=2000,
    created_at=NOW,
    paid_at=None,
    tries=1,
    next_try_at=NOW + timedelta(days=3),
    page_url="https://invoice.stripe.com/i/1",
    intent_id="pi_1",
    intent_state="requires_payment_method",
)


def a_promise(**over: Any) -> MonthlyGift:
    """As it stands once it was looked at for the first time."""
    facts = {
        "pk": 7,
        "uuid": OURS,
        "livemode": False,
        "amount_cents": 2000,
        "status": "active",
        "stripe_subscription_id": "sub_1",
        "stripe_customer_id": "cus_1",
        "started_at": NOW,
        "next_debit_at": NOW + timedelta(days=30),
        "card_last4": "4242",
        "card_expires_on": date(2029, 12, 31),
        "synced_at": NOW,
        "sync_version": 3,
    }
    return MonthlyGift(**{**facts, **over})


def heard(promise: MonthlyGift, facts: SubscriptionFacts, *invoices: InvoiceFacts) -> dict[str, str]:
    return {one.kind.value: one.key for one in news(promise, facts, invoices)}


def test_the_subscription_that_we_asked_for_contradicts_nothing() -> None:
    assert contradicts(a_promise(), SUBSCRIPTION) == ""


@pytest.mark.parametrize(
    ("over", "trouble"),
    [
        ({"livemode": True}, "livemode is True, ours False"),
        ({"monthly_uuid": "another"}, "the subscription belongs to another"),
        ({"monthly_uuid": ""}, "the subscription belongs to nobody"),
        ({"currency": "usd"}, "currency is 'usd'"),
        ({"amount_cents": 0}, "amount is 0 cents"),
        ({"amount_cents": -1}, "amount is -1 cents"),
    ],
)
def test_what_is_not_ours_is_said_in_a_sentence(over: dict[str, Any], trouble: str) -> None:
    assert contradicts(a_promise(), replace(SUBSCRIPTION, **over)) == trouble


def test_a_row_that_says_the_same_does_not_change() -> None:
    assert mirrored(a_promise(), SUBSCRIPTION, at=NOW) == {}


def test_only_what_differs_is_written() -> None:
    facts = replace(SUBSCRIPTION, amount_cents=3500, card_last4="1881", ends_at_period_end=True)

    assert mirrored(a_promise(), facts, at=NOW) == {
        "amount_cents": 3500,
        "card_last4": "1881",
        "ends_at_period_end": True,
    }


def test_a_status_that_we_do_not_know_leaves_ours_and_the_rest_is_followed() -> None:
    facts = replace(SUBSCRIPTION, status="on_the_moon", amount_cents=2500)

    assert mirrored(a_promise(status="past_due"), facts, at=NOW) == {"amount_cents": 2500}


def test_a_pause_keeps_the_moment_at_which_it_was_first_seen() -> None:
    paused = replace(SUBSCRIPTION, paused=True)
    seen = mirrored(a_promise(), paused, at=NOW)["paused_at"]

    assert seen == NOW
    assert mirrored(a_promise(paused_at=seen), paused, at=NOW + timedelta(days=1)) == {}
    assert mirrored(a_promise(paused_at=seen), SUBSCRIPTION, at=NOW) == {"paused_at": None}


def test_the_first_look_says_that_it_has_started_once() -> None:
    new = a_promise(started_at=None, synced_at=None, status="created")

    assert heard(new, SUBSCRIPTION) == {"started": "started:7"}
    assert heard(a_promise(), SUBSCRIPTION) == {}


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired"])
def test_one_whose_first_payment_never_came_has_not_started(status: str) -> None:
    new = a_promise(started_at=None, synced_at=None, status="created")

    assert heard(new, replace(SUBSCRIPTION, status=status)) == {}


def test_each_change_of_the_amount_is_told_apart() -> None:
    facts = replace(SUBSCRIPTION, amount_cents=3500)
    (told,) = news(a_promise(), facts, ())

    assert (told.kind, told.key) == ("amount_changed", "amount_changed:7:3")
    assert told.detail == {"from_cents": 2000, "to_cents": 3500}
    assert heard(a_promise(sync_version=9), facts) == {"amount_changed": "amount_changed:7:9"}


def test_pause_and_return_are_told() -> None:
    assert heard(a_promise(), replace(SUBSCRIPTION, paused=True)) == {"paused": "paused:7:3"}
    assert heard(a_promise(paused_at=NOW), SUBSCRIPTION) == {"resumed": "resumed:7:3"}


def test_the_end_is_told_once_with_its_reason_and_nothing_else_of_that_day() -> None:
    over = replace(SUBSCRIPTION, status="canceled", ended_at=NOW, end_reason="payment_failed", paused=True)
    (told,) = news(a_promise(), over, (INVOICE,))

    assert (told.kind, told.key, told.detail) == ("ended", "ended:7", {"reason": "payment_failed"})
    assert heard(a_promise(status="canceled"), over, INVOICE) == {}


def test_an_end_without_a_reason_is_an_end() -> None:
    (told,) = news(a_promise(), replace(SUBSCRIPTION, status="canceled", ended_at=NOW), ())

    assert told.detail == {"reason": "unknown"}


@pytest.mark.parametrize(
    ("over", "kinds"),
    [
        ({"tries": 0}, set()),
        ({"tries": 1}, {"payment_failed"}),
        ({"tries": 2}, {"payment_failed"}),
        ({"tries": 3}, {"last_try"}),
        ({"tries": 4, "next_try_at": None}, set()),
        ({"tries": 1, "intent_state": "requires_action"}, {"action_required"}),
        ({"tries": 3, "intent_state": "requires_action"}, {"action_required", "last_try"}),
        ({"tries": 1, "intent_state": "processing"}, set()),
        ({"tries": 1, "intent_state": "a_new_word"}, {"payment_failed"}),
        ({"status": "paid"}, set()),
        ({"status": "void"}, set()),
        ({"status": "a_new_word"}, set()),
    ],
)
def test_of_a_month_the_first_refusal_and_the_last_try_are_told(
    over: dict[str, Any], kinds: set[str], settings: Settings
) -> None:
    settings.MONTHLY_TRIES = 4

    assert set(heard(a_promise(), SUBSCRIPTION, replace(INVOICE, **over))) == kinds


def test_two_refusals_of_one_month_are_one_piece_of_news() -> None:
    keys = [heard(a_promise(), SUBSCRIPTION, replace(INVOICE, tries=tries)) for tries in (1, 2)]

    assert keys == [{"payment_failed": "payment_failed:in_1"}] * 2


def test_what_to_do_comes_with_the_refusal() -> None:
    (told,) = news(a_promise(), SUBSCRIPTION, (INVOICE,))

    assert told.detail == {
        "cents": 2000,
        "page": "https://invoice.stripe.com/i/1",
        "next_try": (NOW + timedelta(days=3)).isoformat(),
    }


@pytest.mark.parametrize(
    ("minutes", "first", "found"),
    [(-61, False, False), (-59, False, True), (10, False, True), (-10, True, False)],
)
def test_a_month_debited_around_the_end_crossed_it(minutes: int, first: bool, found: bool) -> None:
    over = replace(SUBSCRIPTION, status="canceled", ended_at=NOW)
    paid = replace(INVOICE, status="paid", first=first, paid_at=NOW + timedelta(minutes=minutes))

    assert crossed(over, (paid,)) == ([paid] if found else [])


def test_nothing_crosses_an_end_that_has_not_come() -> None:
    assert crossed(SUBSCRIPTION, (replace(INVOICE, status="paid", paid_at=NOW),)) == []


@pytest.mark.parametrize(
    ("over", "moves", "outside"),
    [
        ({"status": "paid", "paid_intents": ("pi_1",)}, True, False),
        ({"status": "paid"}, False, True),
        ({"status": "paid", "amount_cents": 0}, False, False),
        ({"intent_state": "processing"}, True, False),
        ({"intent_state": "processing", "amount_cents": 0}, False, False),
        ({}, False, False),
        ({"status": "uncollectible"}, False, False),
    ],
)
def test_money_moves_when_a_payment_does(over: dict[str, Any], moves: bool, outside: bool) -> None:
    invoice = replace(INVOICE, **over)

    assert (invoice.money_moves, invoice.paid_outside) == (moves, outside)
