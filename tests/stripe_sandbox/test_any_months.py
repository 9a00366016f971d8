"""Whatever happens to monthly gifts, in whatever order: no month is charged twice, and the objects agree."""

import random
from typing import Any

import pytest
import stripe

from stripe_sandbox.actions import offered_for, run_action
from stripe_sandbox.billing.answers import OFF_SESSION
from stripe_sandbox.billing.paying import CHOICES, NotOwed
from stripe_sandbox.buttons import NotNow
from stripe_sandbox.core import Sandbox
from stripe_sandbox.schema.objects import Obj
from tests.stripe_sandbox.conftest import monthly_params

Client = stripe.StripeClient
KINDS = ("subscription", "invoice", "charge")
LEFT_OUT = {"refund", "open_dispute", "open_inquiry", "prevent_dispute", "warn_of_fraud", "fail_late"}
HOURS = (1, 5, 24, 24 * 3, 24 * 9, 24 * 31)


def begin_two(sandbox: Sandbox, client: Client) -> None:
    """Amina gives by card, Bruno by debit."""
    for email, outcome in (("amina@example.org", "card"), ("bruno@example.org", "sepa")):
        customer = client.v1.customers.create({"email": email})
        session = client.v1.checkout.sessions.create(monthly_params(customer.id))  # type: ignore[arg-type]
        sandbox.pay(session.id, outcome)


def press_something(sandbox: Sandbox, chance: random.Random) -> None:
    """Any button of any object; one that does not fit changes nothing."""
    objects = [obj for kind in KINDS for obj in sandbox.find(kind)]
    obj = chance.choice(objects)
    names = sorted(set(offered_for(obj)) - LEFT_OUT)
    if obj["object"] == "invoice" and chance.random() < 0.4:
        try:
            sandbox.pay_invoice(obj["id"], chance.choice(CHOICES))
        except NotOwed:
            assert obj["status"] != "open" or intent_of(sandbox, obj)["status"] == "processing"
    elif names:
        name = chance.choice(names)
        given: dict[str, Any] = {obj["object"]: obj["id"], **parameters(name, chance)}
        try:
            with sandbox.locked() as world:
                run_action(world, name, **given)
        except NotNow:
            assert name in (
                "card_expires",
                "card_replaced",
                "next_renewal",
                "collect_invoice",
                "void_invoice",
            )


def parameters(name: str, chance: random.Random) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = {
        "next_renewal": {"outcome": chance.choice(list(OFF_SESSION))},
        "change_subscription": {"amount": chance.randint(500, 5000)},
        "card_expires": {"month": 1, "year": chance.choice([2020, 2090])},
    }
    return known.get(name, {})


def intent_of(sandbox: Sandbox, invoice: Obj) -> Obj:
    (payment,) = [found for found in sandbox.find("invoice_payment") if found["invoice"] == invoice["id"]]
    wanted = payment["payment"]["payment_intent"]
    (intent,) = [found for found in sandbox.find("payment_intent") if found["id"] == wanted]
    assert payment["status"] == {"paid": "paid", "void": "canceled"}.get(invoice["status"], "open")
    return intent


def check_invoice(sandbox: Sandbox, invoice: Obj) -> None:
    if invoice["status"] == "draft":
        assert invoice["number"] is None
        return
    intent = intent_of(sandbox, invoice)
    assert (invoice["status"] == "paid") == (intent["status"] == "succeeded")
    assert (invoice["status"] == "void") == (intent["status"] == "canceled")
    assert (
        invoice["amount_paid"]
        == intent["amount_received"]
        == invoice["amount_due"] - invoice["amount_remaining"]
    )
    charges = [charge for charge in sandbox.find("charge") if charge["payment_intent"] == intent["id"]]
    taken = [charge for charge in charges if charge["status"] != "failed"]
    assert len(taken) == (intent["status"] in ("succeeded", "processing"))
    if invoice["next_payment_attempt"] is not None:
        assert invoice["status"] == "open"
        assert invoice["next_payment_attempt"] > sandbox.clock.now() - 5


def check_subscription(sandbox: Sandbox, subscription: Obj) -> None:
    mine = [
        invoice
        for invoice in sandbox.find("invoice")
        if invoice["parent"]["subscription_details"]["subscription"] == subscription["id"]
    ]
    months = [invoice["lines"]["data"][0]["period"]["start"] for invoice in mine]
    assert len(months) == len(set(months))
    late = [invoice for invoice in mine if invoice["status"] == "open" and invoice["next_payment_attempt"]]
    assert (subscription["status"] == "canceled") == (subscription["ended_at"] is not None)
    if late:
        assert subscription["status"] == "past_due"
    if subscription["status"] == "past_due":
        assert any(invoice["status"] == "open" for invoice in mine)
    assert subscription["latest_invoice"] in {invoice["id"] for invoice in mine}


@pytest.mark.parametrize("seed", range(8))
def test_no_month_is_charged_twice(sandbox: Sandbox, client: Client, seed: int) -> None:
    chance = random.Random(seed)
    begin_two(sandbox, client)
    for _ in range(25):
        press_something(sandbox, chance)
        sandbox.advance(hours=chance.choice(HOURS))
        for invoice in sandbox.find("invoice"):
            check_invoice(sandbox, invoice)
        for subscription in sandbox.find("subscription"):
            check_subscription(sandbox, subscription)
    deleted = [
        event["data"]["object"]["id"] for event in sandbox.find("event") if event["type"].endswith("deleted")
    ]
    assert len(deleted) == len(set(deleted))
