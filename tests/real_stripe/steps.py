"""What Stripe has to confirm: each step plays something and reads it through the site's own gateway."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from donors.payments.errors import StripeRefused
from donors.payments.facts import RefundOrder
from donors.payments.gateway.balance import fetch_balance, list_lines_of
from donors.payments.gateway.checkout import create_checkout, expire_checkout, fetch_checkout
from donors.payments.gateway.connection import client
from donors.payments.gateway.endpoints import create_endpoint, update_endpoint
from donors.payments.gateway.payments import create_refund, fetch_disputes, fetch_payment, fetch_refunds
from donors.payments.gateway.payouts import list_payouts
from donors.payments.gateway.subscriptions import fetch_invoices, fetch_subscription
from donors.payments.reduce import dispute_stage
from donors.payments.webhook_setup import WANTED
from tests.real_stripe.givers import AMOUNT, Giver, a_customer, an_order

LOOKS = 20


def until[T](giver: Giver, look: Callable[[], T | None]) -> T:
    """What a look finds as soon as it finds something, after at most 20 looks."""
    for _ in range(LOOKS):
        found = look()
        if found:
            return found
        giver.wait()
    raise AssertionError("Stripe never showed it")


def a_payment_page_opens_and_closes(giver: Giver) -> None:
    """Every parameter that we send is accepted; the same key gives the same page."""
    order, key = an_order(), f"real:{uuid4()}"
    page = create_checkout(order, idempotency_key=key)
    assert create_checkout(order, idempotency_key=key).session_id == page.session_id
    assert (page.state, page.amount_cents, page.currency) == ("open", AMOUNT, "eur")
    assert (page.url != "", page.livemode) == (True, False)
    expire_checkout(page.session_id)
    found = fetch_checkout(page.session_id)
    assert (found.state, found.donation_uuid) == ("expired", order.donation_uuid)


def a_monthly_page_opens(giver: Giver) -> None:
    order = an_order(customer_id=a_customer())
    page = create_checkout(order, idempotency_key=f"real:{uuid4()}")
    assert (page.state, page.amount_cents, page.donation_uuid) == ("open", AMOUNT, order.donation_uuid)
    expire_checkout(page.session_id)


def a_card_pays_and_its_fee_follows(giver: Giver) -> None:
    intent = giver.pay("card")
    paid = fetch_payment(intent)
    assert (paid.is_paid, paid.method, paid.amount_cents) == (True, "card", AMOUNT)
    fee = until(giver, lambda: fetch_payment(intent).fee)
    line = next(line for line in list_lines_of(paid.charge_id) if line.transaction_id == fee.transaction_id)
    assert (line.fee_cents, line.net_cents) == (fee.fee_cents, line.amount_cents - fee.fee_cents)
    assert line.intent_id == intent


def a_refused_card_pays_nothing(giver: Giver) -> None:
    refused = fetch_payment(giver.pay("declined"))
    assert (refused.is_paid, refused.intent_state) == (False, "requires_payment_method")
    assert refused.failure == "card_declined"


def a_debit_is_on_its_way(giver: Giver) -> None:
    """Stripe's test bank answers within minutes; both moments are right."""
    debit = fetch_payment(giver.pay("debit"))
    assert debit.intent_state in {"processing", "succeeded"}
    assert debit.is_paid is (debit.intent_state == "succeeded")


def a_payment_goes_back_in_two_parts_and_no_further(giver: Giver) -> None:
    intent = giver.pay("card")

    def refund(cents: int, key: str) -> str:
        order = RefundOrder(refund_uuid=str(uuid4()), intent_id=intent, amount_cents=cents)
        first = create_refund(order, idempotency_key=key)
        assert create_refund(order, idempotency_key=key).refund_id == first.refund_id
        return first.refund_id

    wanted = {refund(cents, f"real:{uuid4()}") for cents in (2000, AMOUNT - 2000)}
    found = fetch_refunds(intent)
    assert ({one.refund_id for one in found}, sum(one.amount_cents for one in found)) == (wanted, AMOUNT)
    assert fetch_payment(intent).went_back
    try:
        refund(100, f"real:{uuid4()}")
    except StripeRefused:
        return
    raise AssertionError("Stripe gave back more than was paid")


def a_dispute_takes_the_money(giver: Giver) -> None:
    intent = giver.pay("disputed")
    dispute = until(giver, lambda: [one for one in fetch_disputes(intent) if one.lines])[0]
    assert sum(line.amount_cents for line in dispute.lines) == -AMOUNT
    assert dispute_stage(None, dispute.state).value in {"open", "lost"}
    assert fetch_payment(intent).went_back


def a_month_is_debited_again(giver: Giver) -> None:
    promise = giver.begin_monthly()
    subscription = fetch_subscription(promise)
    assert (subscription.status, subscription.amount_cents) == ("active", AMOUNT)
    giver.next_month(promise)
    paid = until(giver, lambda: [one for one in fetch_invoices(promise) if one.status == "paid"][1:])
    assert (paid[0].amount_cents, paid[0].first) == (AMOUNT, False)
    assert fetch_payment(paid[0].intent_id).is_paid


def an_endpoint_takes_every_event_that_we_act_on(giver: Giver) -> None:
    endpoint, secret = create_endpoint("https://dons.example.org/stripe/webhook/", WANTED)
    try:
        assert secret.startswith("whsec_")
        assert endpoint.misses(WANTED) == frozenset()
        assert update_endpoint(endpoint.endpoint_id, WANTED).enabled
    finally:
        client().v1.webhook_endpoints.delete(endpoint.endpoint_id)


def events_can_be_listed_afterwards(giver: Giver) -> None:
    intent = giver.pay("card")
    wanted: Any = ["payment_intent.succeeded", "charge.succeeded"]

    def of_this_payment() -> list[Any]:
        found = client().v1.events.list({"types": wanted, "limit": 20}).data
        return [event for event in found if intent in (event.data.object["id"], _intent_of(event))]

    assert until(giver, of_this_payment)


def _intent_of(event: Any) -> Any:
    return getattr(event.data.object, "payment_intent", None)


def balance_and_payouts_can_be_read(giver: Giver) -> None:
    assert isinstance(fetch_balance()["eur"], int)
    for payout in list_payouts(since=timezone.now() - timedelta(days=30)):
        assert (payout.livemode, payout.currency) == (False, "eur")


STEPS: list[Callable[[Giver], None]] = [
    a_payment_page_opens_and_closes,
    a_monthly_page_opens,
    a_card_pays_and_its_fee_follows,
    a_refused_card_pays_nothing,
    a_debit_is_on_its_way,
    a_payment_goes_back_in_two_parts_and_no_further,
    a_dispute_takes_the_money,
    a_month_is_debited_again,
    an_endpoint_takes_every_event_that_we_act_on,
    events_can_be_listed_afterwards,
    balance_and_payouts_can_be_read,
]
