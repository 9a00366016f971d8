"""The restricted key of docs/operations.md does all that the site does, and no right in it is idle."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.management import call_command
from pytest_django import Settings

from donors.accounting.against_balance import balance_differences
from donors.gifts.models import LedgerEntry
from donors.gifts.returns import Refund
from donors.payments.drift import watch_drift
from donors.payments.errors import NotAllowed, UnknownObject
from donors.payments.facts import RefundOrder
from donors.payments.gateway import connection
from donors.payments.gateway.balance import fetch_balance, list_lines_of
from donors.payments.gateway.checkout import expire_checkout
from donors.payments.gateway.customers import create_customer
from donors.payments.gateway.monthly_orders import open_card_page, stop_subscription
from donors.payments.gateway.payments import (
    create_refund,
    fetch_disputes,
    fetch_fraud_warning,
    fetch_payment,
    find_success,
)
from donors.payments.gateway.payouts import fetch_payout
from donors.payments.gateway.subscriptions import fetch_invoice_subscription, mandate_holds
from donors.payments.payouts import reconcile_recent
from donors.payments.refunds import RefundWish, request_refund
from stripe_sandbox import permissions
from stripe_sandbox.core import Sandbox
from tests.factories import a_campaign, claire, with_monthly_amounts
from tests.scenarios.monthly import Desk, again, booked
from tests.test_docs import rows_of

pytestmark = pytest.mark.django_db

KEY = "rk_test_site1234567890"
DAY = 86400


def documented() -> dict[str, str]:
    """The table of rights: Stripe's resource and its level."""
    return {row[1].strip("`"): row[2].lower() for row in rows_of("Rights of the key")}


RIGHTS = documented()
ONLY_TO_EXPAND = {"payment_methods"}  # read inside a subscription, never by an address of its own


def give(sandbox: Sandbox, settings: Settings, rights: dict[str, str]) -> None:
    with sandbox.locked() as world:
        permissions.set_key(world, {"key": KEY, "permissions": rights})
    settings.STRIPE_API_KEY = KEY
    connection.client.cache_clear()


@pytest.fixture
def desk(stripe_account: Sandbox, settings: Settings) -> Desk:
    give(stripe_account, settings, RIGHTS)
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))


def test_a_monthly_gift_a_refund_and_a_payout_need_no_other_right(desk: Desk) -> None:
    promise = desk.start(2000)
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()
    assert booked(again(promise)) == 4000
    gift = promise.donations.earliest("pk")
    wish = RefundWish(amount_cents=500, reason=Refund.Reason.DUPLICATE, seen_cents=2000)
    request_refund(gift.pk, wish, by=claire(), at=desk.now)
    desk.deliver()
    assert booked(again(promise)) == 3500
    desk.sandbox.clock.advance(5 * DAY)
    desk.deliver()
    reconcile_recent(at=desk.now)
    assert LedgerEntry.objects.filter(kind="payout").exists()

    assert watch_drift(at=desk.now) == 0
    assert list(balance_differences(at=desk.now)) == []


def test_without_the_right_to_the_balance_the_books_are_compared_and_that_is_said(
    desk: Desk, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.start(2000)
    give(desk.sandbox, settings, {**RIGHTS, "balance": "none"})

    call_command("verify_books")

    told = capsys.readouterr()
    assert "Stripe's balance is not compared (reading the balance: the key has no right to it)" in told.err
    assert "The books are right: 1 paid gifts" in told.out


NOBODY = RefundOrder(refund_uuid="x", intent_id="pi_nobody", amount_cents=100)
CALLS: dict[str, Callable[[Desk], object]] = {
    "balance": lambda desk: fetch_balance(),
    "balance_transactions": lambda desk: list_lines_of("ch_nobody"),
    "billing_portal": lambda desk: open_card_page("cus_nobody", return_url="http://testserver/"),
    "charges": lambda desk: create_refund(NOBODY, idempotency_key="one"),
    "checkout_sessions": lambda desk: expire_checkout("cs_test_nobody"),
    "customers": lambda desk: create_customer("a@example.org", "A", idempotency_key="three"),
    "disputes": lambda desk: fetch_disputes("pi_nobody"),
    "events": lambda desk: find_success("ch_nobody", since=desk.now - timedelta(days=1)),
    "invoices": lambda desk: fetch_invoice_subscription("in_nobody"),
    "mandates": lambda desk: mandate_holds("mandate_nobody"),
    "payment_intents": lambda desk: fetch_payment("pi_nobody"),
    "payouts": lambda desk: fetch_payout("po_nobody"),
    "radar": lambda desk: fetch_fraud_warning("issfr_nobody"),
    "subscriptions": lambda desk: stop_subscription("sub_nobody", idempotency_key="two"),
}


def test_each_right_of_the_table_is_used_by_one_of_these_calls() -> None:
    assert set(RIGHTS) == set(CALLS) | ONLY_TO_EXPAND


@pytest.mark.parametrize("resource", CALLS)
def test_the_right_is_enough_and_less_is_too_little(resource: str, desk: Desk, settings: Settings) -> None:
    call = CALLS[resource]
    with suppress(UnknownObject):  # Stripe looked for it: the right was enough
        call(desk)
    less = "read" if RIGHTS[resource] == "write" else "none"

    give(desk.sandbox, settings, {**RIGHTS, resource: less})

    with pytest.raises(NotAllowed, match="the key has no right to it"):
        call(desk)
