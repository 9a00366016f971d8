"""The first month: since API version basil the subscription is made once Checkout has been paid."""

import stripe

from stripe_sandbox.billing.invoices import draft_invoice, finalize, mark_paid
from stripe_sandbox.billing.subscriptions import make_subscription
from stripe_sandbox.events import emit
from stripe_sandbox.resources.checkout_sessions import line_items_of
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def begin(world: World, session: Obj, intent: Obj) -> None:
    """Make the subscription and its first invoice, and name both on `session`, which the caller saves."""
    customer = session["customer"]
    method = world.get(stripe.PaymentMethod, intent["payment_method"]) | {"customer": customer}
    emit(world, "payment_method.attached", world.save(method))
    (line,) = line_items_of(world, session["id"])
    subscription = make_subscription(
        world,
        customer=customer,
        price=line["price"],
        method=method["id"],
        **world.store.fact(f"subscription_data:{session['id']}"),
    )
    invoice = finalize(world, draft_invoice(world, subscription, "subscription_create"), intent)
    invoice.update(attempted=True, attempt_count=1)
    world.save(subscription | {"latest_invoice": invoice["id"]})
    session.update(subscription=subscription["id"], invoice=invoice["id"])
    if intent["status"] == "succeeded":
        mark_paid(world, invoice)
    else:
        world.save(invoice)
