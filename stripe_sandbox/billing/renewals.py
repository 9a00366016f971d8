"""What the clock does to subscriptions: months end, invoices become final, tries are repeated, pauses end."""

import copy

import stripe

from stripe_sandbox.billing import invoices
from stripe_sandbox.billing.collecting import collect, hear_of, subscription_of
from stripe_sandbox.billing.periods import next_month
from stripe_sandbox.billing.subscriptions import LIVING, change, end, item_of
from stripe_sandbox.charging import make_intent
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def renew(world: World, subscription_id: str) -> None:
    """The month is over: end if that was wished, else begin the next one with a draft invoice."""
    subscription = world.get(stripe.Subscription, subscription_id)
    over = item_of(subscription)["current_period_end"]
    if subscription["status"] not in LIVING or over != world.now():
        return
    if subscription["cancel_at_period_end"]:
        end(world, subscription, "cancellation_requested")
        return
    begin_period(world, subscription, until=next_month(over, subscription["billing_cycle_anchor"]))


def begin_period(world: World, before: Obj, *, until: int, reason: str = "subscription_cycle") -> Obj:
    """A new period from now, its draft invoice, and the plans for both; answers the subscription."""
    items = copy.deepcopy(before["items"])
    items["data"][0].update(current_period_start=world.now(), current_period_end=until)
    invoice = invoices.draft_invoice(world, before | {"items": items}, reason)
    world.plan("finalize", invoice["id"], at=invoice["automatically_finalizes_at"])
    world.plan("renew", before["id"], at=until)
    return change(world, before, items=items, latest_invoice=invoice["id"])


def finalize(world: World, invoice_id: str) -> None:
    """The draft becomes final and is collected at once, or voided while collection is paused.

    It stays a draft for good when the subscription has ended since: nobody is asked for a month not begun.
    """
    invoice = world.get(stripe.Invoice, invoice_id)
    subscription = subscription_of(world, invoice)
    if invoice["status"] != "draft" or subscription["status"] == "canceled":
        return
    method = world.get(stripe.PaymentMethod, subscription["default_payment_method"])
    collected = invoice["auto_advance"]
    intent = make_intent(
        world,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        description="Subscription update",
        payment_method_types=[method["type"]],
        setup_future_usage="off_session",
    )
    invoices.finalize(world, invoice, intent)
    if collected:
        collect(world, invoice, automatic=True)
    else:
        invoices.void(world, invoice)


def collect_again(world: World, invoice_id: str) -> None:
    """A planned try; none if the invoice was paid, given up or planned anew in the meantime."""
    invoice = world.get(stripe.Invoice, invoice_id)
    if invoice["status"] == "open" and invoice["next_payment_attempt"] == world.now():
        collect(world, invoice, automatic=True)


def resume_collection(world: World, subscription_id: str) -> None:
    subscription = world.get(stripe.Subscription, subscription_id)
    paused = subscription["pause_collection"]
    if paused is not None and paused["resumes_at"] == world.now():
        change(world, subscription, pause_collection=None)


JOBS = {
    "renew": renew,
    "finalize": finalize,
    "collect": collect_again,
    "tell_invoice": hear_of,
    "resume_collection": resume_collection,
}
