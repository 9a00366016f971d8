"""Invoices of a subscription: draft, open, paid or void. https://docs.stripe.com/api/invoices/object"""

import stripe

from stripe_sandbox.billing.subscriptions import item_of
from stripe_sandbox.events import emit
from stripe_sandbox.ids import new_id
from stripe_sandbox.listing import list_object
from stripe_sandbox.resources.accounts import the_account
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

HOUR = 60 * 60
"""How long an invoice stays a draft, unless somebody is there and pays at once."""


def draft_invoice(world: World, subscription: Obj, reason: str) -> Obj:
    """The invoice of the month that the subscription's item names; `reason` is a `billing_reason`."""
    invoice_id, item = new_id("in"), item_of(subscription)
    amount = item["price"]["unit_amount"] * item["quantity"]
    line = _line(world, subscription, invoice_id, amount)
    customer = world.get(stripe.Customer, subscription["customer"])
    invoice = world.create(
        stripe.Invoice,
        "in",
        id=invoice_id,
        account_country="FR",
        account_name=the_account(world)["business_profile"]["name"],
        amount_due=amount,
        amount_remaining=amount,
        auto_advance=subscription["pause_collection"] is None,
        automatically_finalizes_at=world.now() + HOUR,
        billing_reason=reason,
        currency=subscription["currency"],
        customer=customer["id"],
        customer_email=customer.get("email"),
        customer_name=customer.get("name"),
        customer_tax_exempt="none",
        lines=list_object(f"/v1/invoices/{invoice_id}/lines", [line], has_more=False),
        metadata={},
        parent=_parent(subscription),
        # An invoice's own period is the month that has passed; the one paid for stands on its line.
        period_start=item["current_period_start"],
        period_end=item["current_period_start"],
        status="draft",
        subtotal=amount,
        subtotal_excluding_tax=amount,
        total=amount,
        total_excluding_tax=amount,
    )
    emit(world, "invoice.created", invoice)
    return invoice


def _line(world: World, subscription: Obj, invoice_id: str, amount: int) -> Obj:
    item = item_of(subscription)
    price = item["price"]
    given = {
        "id": new_id("il"),
        "amount": amount,
        "currency": price["currency"],
        "description": world.get(stripe.Product, price["product"])["name"],
        "discountable": True,
        "invoice": invoice_id,
        "metadata": subscription["metadata"],
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": {
                "proration": False,
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
        },
        "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
        "subtotal": amount,
    }
    return build(stripe.InvoiceLineItem, given)


def _parent(subscription: Obj) -> Obj:
    details = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
    return {"type": "subscription_details", "subscription_details": details}


def finalize(world: World, invoice: Obj, intent: Obj) -> Obj:
    """Give it its number and its page, and tie it to the PaymentIntent that will pay it."""
    issued: int = world.store.fact(f"invoices:{invoice['customer']}", 0) + 1
    world.store.set_fact(f"invoices:{invoice['customer']}", issued)
    invoice.update(
        automatically_finalizes_at=None,
        effective_at=world.now(),
        hosted_invoice_url=f"{world.base_url}/invoice/{invoice['id']}",
        number=f"{invoice['customer'][-8:].upper()}-{issued:04}",
        status="open",
    )
    invoice["status_transitions"]["finalized_at"] = world.now()
    payment = world.create(
        stripe.InvoicePayment,
        "inpay",
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
    )
    for payable in (invoice, intent):
        world.store.set_fact(f"payment_of:{payable['id']}", payment["id"])
    emit(world, "invoice.finalized", world.save(invoice))
    return invoice


def mark_paid(world: World, invoice: Obj) -> Obj:
    """The money is there: the invoice and its payment say so, each with its event."""
    paid = invoice["amount_due"]
    invoice.update(
        amount_paid=paid, amount_remaining=0, attempted=True, next_payment_attempt=None, status="paid"
    )
    invoice["status_transitions"]["paid_at"] = world.now()
    emit(world, "invoice.paid", world.save(invoice))
    emit(world, "invoice.payment_succeeded", invoice)
    payment = payment_of(world, invoice["id"])
    payment.update(amount_paid=paid, status="paid")
    payment["status_transitions"]["paid_at"] = world.now()
    emit(world, "invoice_payment.paid", world.save(payment))
    return invoice


def void(world: World, invoice: Obj) -> Obj:
    """Nobody owes this any more: its PaymentIntent is canceled with it."""
    payment = payment_of(world, invoice["id"])
    payment["status"] = "canceled"
    payment["status_transitions"]["canceled_at"] = world.now()
    world.save(payment)
    intent = world.get(stripe.PaymentIntent, payment["payment"]["payment_intent"])
    intent.update(status="canceled", canceled_at=world.now(), cancellation_reason="void_invoice")
    emit(world, "payment_intent.canceled", world.save(intent))
    invoice.update(auto_advance=False, next_payment_attempt=None, status="void")
    invoice["status_transitions"]["voided_at"] = world.now()
    emit(world, "invoice.voided", world.save(invoice))
    return invoice


def payment_of(world: World, invoice_id: str) -> Obj:
    """The one payment that an invoice has once it is finalized."""
    return world.get(stripe.InvoicePayment, world.store.fact(f"payment_of:{invoice_id}"))


def invoice_paid_by(world: World, intent_id: str) -> Obj | None:
    """The invoice that this PaymentIntent is to pay, if it pays one."""
    payment_id = world.store.fact(f"payment_of:{intent_id}")
    if payment_id is None:
        return None
    return world.get(stripe.Invoice, world.get(stripe.InvoicePayment, payment_id)["invoice"])
