"""What people do to monthly gifts at the Dashboard, and what cards do by themselves: see `actions.py`."""

import copy

import stripe

from stripe_sandbox.billing import editing
from stripe_sandbox.billing.answers import OFF_SESSION, set_answer
from stripe_sandbox.billing.collecting import collect, give_up, is_processing
from stripe_sandbox.billing.subscriptions import end, item_of
from stripe_sandbox.billing.wallet import date_card, replace_card
from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.resources.customers import delete_customer
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def _living(world: World, subscription_id: str) -> Obj:
    found = world.get(stripe.Subscription, subscription_id)
    if not _lives(found):
        raise NotNow(f"{subscription_id} has ended")
    return copy.deepcopy(found)


def _card_of(world: World, subscription: Obj) -> str:
    """Its id. A bank account answers by its IBAN instead, and by `settle_debit` or `fail_debit`."""
    method = world.get(stripe.PaymentMethod, subscription["default_payment_method"])
    if method["type"] != "card":
        raise NotNow(f"{subscription['id']} is paid by {method['type']}, not by card")
    return str(method["id"])


def _lives(subscription: Obj) -> bool:
    return bool(subscription["status"] != "canceled")


def _open(invoice: Obj) -> bool:
    return bool(invoice["status"] == "open")


def next_renewal(world: World, subscription: str, outcome: str) -> Obj:
    """From now on the card of this subscription answers so; the clock then brings the renewal."""
    found = _living(world, subscription)
    set_answer(world, _card_of(world, found), outcome)
    return found


def cancel_subscription(world: World, subscription: str) -> Obj:
    return end(world, _living(world, subscription), "cancellation_requested")


def stop_subscription_later(world: World, subscription: str) -> Obj:
    return editing.update(world, _living(world, subscription), {"cancel_at_period_end": True})


def change_subscription(world: World, subscription: str, amount: int) -> Obj:
    """Another amount, in cents, from the next invoice on."""
    found = _living(world, subscription)
    item = item_of(found)
    price = {
        "currency": found["currency"],
        "product": item["price"]["product"],
        "recurring": {"interval": "month"},
        "unit_amount": amount,
    }
    items = [{"id": item["id"], "price_data": price}]
    return editing.update(world, found, {"items": items, "proration_behavior": "none"})


def pause_subscription(world: World, subscription: str) -> Obj:
    """Collect nothing until somebody resumes it: invoices are voided."""
    found = _living(world, subscription)
    return editing.update(world, found, {"pause_collection": {"behavior": "void"}})


def resume_subscription(world: World, subscription: str) -> Obj:
    return editing.update(world, _living(world, subscription), {"pause_collection": ""})


def card_expires(world: World, subscription: str, month: int, year: int) -> Obj:
    return date_card(world, _card_of(world, _living(world, subscription)), month, year)


def card_replaced(world: World, subscription: str) -> Obj:
    return replace_card(world, _card_of(world, _living(world, subscription)))


def collect_invoice(world: World, invoice: str) -> Obj:
    """One more try on the card or the account of the subscription."""
    collect(world, _owed(world, invoice))
    return world.get(stripe.Invoice, invoice)


def void_invoice(world: World, invoice: str) -> Obj:
    return give_up(world, _owed(world, invoice))


def _owed(world: World, invoice_id: str) -> Obj:
    """An open invoice of which no payment is under way."""
    found = world.get(stripe.Invoice, invoice_id)
    if not _open(found) or is_processing(world, found):
        raise NotNow(f"{invoice_id} is {found['status']}, or its payment is processing")
    return found


def remove_customer(world: World, customer: str) -> Obj:
    return delete_customer(world, customer)


def _exists(customer: Obj) -> bool:
    return not customer.get("deleted")


def _paused(subscription: Obj) -> bool:
    return subscription["pause_collection"] is not None


OUTCOMES = tuple(OFF_SESSION)

ACTIONS = {
    "next_renewal": Button(
        "Appliquer aux prochaines échéances",
        "subscription",
        next_renewal,
        _lives,
        choices={"outcome": OUTCOMES},
    ),
    "cancel_subscription": Button("Arrêter tout de suite", "subscription", cancel_subscription, _lives),
    "stop_subscription_later": Button(
        "Arrêter à la fin du mois payé", "subscription", stop_subscription_later, _lives
    ),
    "change_subscription": Button("Changer le montant", "subscription", change_subscription, _lives),
    "pause_subscription": Button(
        "Suspendre les prélèvements",
        "subscription",
        pause_subscription,
        lambda found: _lives(found) and not _paused(found),
    ),
    "resume_subscription": Button(
        "Reprendre les prélèvements",
        "subscription",
        resume_subscription,
        lambda found: _lives(found) and _paused(found),
    ),
    "card_expires": Button("Dater la fin de la carte", "subscription", card_expires, _lives),
    "card_replaced": Button("La banque remplace la carte", "subscription", card_replaced, _lives),
    "collect_invoice": Button("Présenter la carte à nouveau", "invoice", collect_invoice, _open),
    "void_invoice": Button("Annuler la facture", "invoice", void_invoice, _open),
    "delete_customer": Button("Supprimer le client", "customer", remove_customer, _exists),
}
