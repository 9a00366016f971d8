"""What people can do to a month at the real Dashboard, and the pretend one has no button for."""

from copy import deepcopy
from typing import Any

import stripe

from donors.gifts.monthly import MonthlyGift
from stripe_sandbox.billing.invoices import payment_of
from stripe_sandbox.core import Sandbox
from stripe_sandbox.schema.objects import Obj
from tests.scenarios.monthly import Desk


def change(sandbox: Sandbox, object_id: str, **columns: Any) -> None:
    with sandbox.locked() as world:
        world.save({**(world.store.get(object_id) or {}), **columns})


def a_debited_promise(desk: Desk) -> MonthlyGift:
    """By direct debit, the first month credited."""
    gift = desk.begin(2000)
    desk.pay(gift, "sepa")
    desk.deliver()
    desk.sandbox.act("settle_debit", charge=intent_of(desk.sandbox, newest_invoice(desk.sandbox)))
    desk.deliver()
    return MonthlyGift.objects.latest("pk")


def newest_invoice(sandbox: Sandbox) -> str:
    return str(sandbox.find("invoice")[0]["id"])


def intent_of(sandbox: Sandbox, invoice_id: str) -> str:
    with sandbox.locked() as world:
        return str(payment_of(world, invoice_id)["payment"]["payment_intent"])


def mark_paid_outside(sandbox: Sandbox, invoice_id: str) -> None:
    """ "Encaissé hors de Stripe": the invoice is paid, and its payment is canceled."""
    with sandbox.locked() as world:
        payment = payment_of(world, invoice_id)
    change(sandbox, payment["id"], status="canceled")
    change(sandbox, payment["payment"]["payment_intent"], status="canceled")
    _say_paid(sandbox, invoice_id)


def pay_by_another(sandbox: Sandbox, invoice_id: str, *, like: str, number: int = 1) -> str:
    """A payment of its own is attached to the invoice and goes through, as the PaymentIntent `like` did."""
    names = {"intent": f"pi_another_{number}", "charge": f"ch_another_{number}"}
    with sandbox.locked() as world:
        intent: Obj = deepcopy(world.get(stripe.PaymentIntent, like))
        charge: Obj = deepcopy(world.get(stripe.Charge, intent["latest_charge"]))
        payment: Obj = deepcopy(payment_of(world, invoice_id))
        world.save(
            {**charge, "id": names["charge"], "payment_intent": names["intent"], "balance_transaction": None}
        )
        world.save({**intent, "id": names["intent"], "latest_charge": names["charge"]})
        by = {"type": "payment_intent", "payment_intent": names["intent"]}
        world.save({**payment, "id": f"inpay_{number}", "payment": by, "status": "paid", "is_default": False})
    _say_paid(sandbox, invoice_id)
    return names["intent"]


def _say_paid(sandbox: Sandbox, invoice_id: str) -> None:
    with sandbox.locked() as world:
        times = {**world.get(stripe.Invoice, invoice_id)["status_transitions"], "paid_at": world.now()}
    change(sandbox, invoice_id, status="paid", status_transitions=times)
