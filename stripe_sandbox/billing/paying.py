"""The owner of a late subscription pays its invoice, on the page that the invoice links to."""

import stripe

from stripe_sandbox.billing.collecting import (
    collect,
    intent_of,
    is_processing,
    refused,
    subscription_of,
    take,
)
from stripe_sandbox.billing.subscriptions import change
from stripe_sandbox.billing.wallet import add_card
from stripe_sandbox.cards import ATTEMPTS, Failure
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

CHOICES = ("card", "challenge_passed", "card_declined")


class NotOwed(Exception):
    """The invoice is not open, or the outcome is not one that its page offers."""


def pay_in_person(world: World, invoice: Obj, outcome: str) -> Failure | None:
    """Play one button of the invoice page; answers why it failed. Raises `NotOwed`.

    `challenge_passed` confirms the card on file at its bank, or has an account debited; `card` takes another
    card, which then stays that of the subscription.
    """
    if outcome not in CHOICES:
        raise NotOwed(outcome)
    if invoice["status"] != "open" or is_processing(world, invoice):
        raise NotOwed(invoice["status"])
    attempt = ATTEMPTS[outcome]
    subscription = subscription_of(world, invoice)
    if attempt.failure is not None:
        card = add_card(world, invoice["customer"], attempt)
        refused(world, intent_of(world, invoice), card, attempt)
        return attempt.failure
    if outcome == "challenge_passed":
        method = world.get(stripe.PaymentMethod, subscription["default_payment_method"])
        if method["type"] != "card":
            return collect(world, invoice)
        take(world, invoice, method, attempt)
        return None
    card = add_card(world, invoice["customer"])
    if subscription["status"] != "canceled":
        change(world, subscription, default_payment_method=card["id"])
    take(world, invoice, card, attempt)
    return None
