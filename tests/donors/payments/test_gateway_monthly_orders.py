"""What we ask Stripe to do with a monthly gift, each under a key of our own."""

from datetime import timedelta

import pytest

from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.gateway.monthly_orders import (
    change_subscription,
    open_card_page,
    pause_subscription,
    resume_subscription,
    stop_subscription,
)
from donors.payments.gateway.subscriptions import fetch_subscription
from tests.scenarios.monthly import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(desk: Desk) -> str:
    return desk.start(2000).stripe_subscription_id


def test_stopping_ends_it_at_once_and_asks_for_nothing(desk: Desk, subscription: str) -> None:
    stop_subscription(subscription, idempotency_key="stop-1")

    assert fetch_subscription(subscription).status == "canceled"
    assert len(desk.sandbox.find("invoice")) == 1


def test_stopping_what_has_ended_is_refused(desk: Desk, subscription: str) -> None:
    desk.sandbox.cancel_subscription(subscription)

    with pytest.raises(StripeRefused):
        stop_subscription(subscription, idempotency_key="stop-1")


def test_a_pause_has_its_end_and_can_be_lifted(desk: Desk, subscription: str) -> None:
    until = (desk.now + timedelta(days=60)).replace(microsecond=0)
    pause_subscription(subscription, until=until, idempotency_key="pause-1")
    paused = fetch_subscription(subscription)
    assert (paused.paused, paused.resumes_at) == (True, until)

    resume_subscription(subscription, idempotency_key="resume-1")
    assert fetch_subscription(subscription).paused is False


def test_another_amount_asks_for_nothing_today(desk: Desk, subscription: str) -> None:
    change_subscription(subscription, amount_cents=3500, idempotency_key="amount-1")

    assert fetch_subscription(subscription).amount_cents == 3500
    assert [invoice["amount_due"] for invoice in desk.sandbox.find("invoice")] == [2000]
    assert desk.sandbox.renew(subscription)["amount_due"] == 3500


def test_a_change_whose_answer_was_lost_is_done_once(desk: Desk, subscription: str) -> None:
    desk.sandbox.faults.add("commit_then_drop", method="POST", path="/v1/subscriptions", count=9)
    with pytest.raises(StripeUnavailable):
        change_subscription(subscription, amount_cents=3500, idempotency_key="amount-1")

    desk.sandbox.faults.clear()
    change_subscription(subscription, amount_cents=3500, idempotency_key="amount-1")

    assert fetch_subscription(subscription).amount_cents == 3500


def test_a_key_that_comes_back_with_another_wish_is_refused(desk: Desk, subscription: str) -> None:
    change_subscription(subscription, amount_cents=3500, idempotency_key="amount-1")

    with pytest.raises(StripeRefused):
        change_subscription(subscription, amount_cents=4500, idempotency_key="amount-1")
    assert fetch_subscription(subscription).amount_cents == 3500


def test_the_page_for_another_card_is_stripes_own(desk: Desk, subscription: str) -> None:
    customer = fetch_subscription(subscription).customer_id

    url = open_card_page(customer, return_url="http://testserver/don/")

    assert url.startswith("http://127.0.0.1:8420/portal/bps_")
    with pytest.raises(StripeRefused):
        open_card_page("cus_nobody", return_url="http://testserver/don/")
