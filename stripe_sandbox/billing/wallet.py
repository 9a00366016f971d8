"""The cards that a customer has left with Stripe for the months to come."""

import copy

import stripe

from stripe_sandbox.billing.answers import set_answer
from stripe_sandbox.cards import Attempt, method_card
from stripe_sandbox.charging import year_of
from stripe_sandbox.events import emit
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

ANOTHER = Attempt("4444", "mastercard")
"""The card that somebody takes out when the first one does not do any more."""


def add_card(world: World, customer_id: str, attempt: Attempt = ANOTHER) -> Obj:
    """A new card of this customer, attached."""
    customer = world.get(stripe.Customer, customer_id)
    method = world.create(
        stripe.PaymentMethod,
        "pm",
        type="card",
        allow_redisplay="always",
        billing_details={"email": customer.get("email"), "name": customer.get("name"), "address": {}},
        card=method_card(attempt, year_of(world)),
        customer=customer_id,
        metadata={},
    )
    emit(world, "payment_method.attached", method)
    return method


def replace_card(world: World, method_id: str) -> Obj:
    """The bank has sent a new card and the network has told Stripe: same method, new number and date."""
    before = world.get(stripe.PaymentMethod, method_id)
    after = copy.deepcopy(before)
    after["card"].update(last4=ANOTHER.last4, exp_month=12, exp_year=year_of(world) + 3)
    set_answer(world, method_id, "card")
    emit(world, "payment_method.automatically_updated", world.save(after), before=before)
    return after


def date_card(world: World, method_id: str, month: int, year: int) -> Obj:
    """The card ends with this month; after it, it is refused as expired. Raises ValueError for no month."""
    if not 1 <= month <= 12:
        raise ValueError(f"month: {month!r} is not one of 1 to 12")
    method = world.get(stripe.PaymentMethod, method_id)
    method["card"].update(exp_month=month, exp_year=year)
    return world.save(method)
