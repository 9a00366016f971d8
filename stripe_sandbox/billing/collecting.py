"""Take the money of an open invoice from the subscription's card while its owner is away."""

from typing import Any

import stripe

from stripe_sandbox.billing import invoices
from stripe_sandbox.billing.answers import NEEDS_AUTHENTICATION, answer_of
from stripe_sandbox.billing.subscriptions import change, end, invoices_of
from stripe_sandbox.cards import Attempt, Failure, accepted, declined
from stripe_sandbox.charging import charge_to_card
from stripe_sandbox.events import emit
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

DAY = 24 * 60 * 60
RETRIES = (3, 5, 7)
"""Days after the invoice was finalized; after the last one the subscription ends."""


def collect(world: World, invoice: Obj, method_id: str | None = None) -> Failure | None:
    """One try on `method_id`, or on the subscription's own card; answers why it failed."""
    subscription = subscription_of(world, invoice)
    method = world.get(stripe.PaymentMethod, method_id or subscription["default_payment_method"])
    intent = intent_of(world, invoice)
    attempt = answer_of(world, method)
    if attempt.failure is None:
        take(world, invoice, method, attempt)
        return None
    if attempt.failure is NEEDS_AUTHENTICATION:
        _ask_for_the_owner(world, intent, method)
    else:
        refused(world, intent, method, attempt)
    _note_failure(world, invoice, attempt.failure)
    return attempt.failure


def subscription_of(world: World, invoice: Obj) -> Obj:
    return world.get(stripe.Subscription, invoice["parent"]["subscription_details"]["subscription"])


def intent_of(world: World, invoice: Obj) -> Obj:
    """The PaymentIntent of a finalized invoice: the same one at every try."""
    payment = invoices.payment_of(world, invoice["id"])
    return world.get(stripe.PaymentIntent, payment["payment"]["payment_intent"])


def take(world: World, invoice: Obj, method: Obj, attempt: Attempt) -> None:
    """The bank agrees: charge, PaymentIntent, invoice, and a subscription that was late is not any more."""
    intent = intent_of(world, invoice)
    charge = charge_to_card(world, intent, method, attempt, **accepted(intent["amount"]))
    emit(world, "charge.succeeded", charge)
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    emit(world, "payment_intent.succeeded", world.save(intent))
    world.plan("settle", charge["id"], at=world.settles_at())
    invoice["attempt_count"] += 1
    invoices.mark_paid(world, invoice)
    _catch_up(world, invoice)


def give_up(world: World, invoice: Obj) -> Obj:
    """Void an open invoice: nobody owes it any more."""
    invoices.void(world, invoice)
    _catch_up(world, invoice)
    return invoice


def _catch_up(world: World, invoice: Obj) -> None:
    subscription = subscription_of(world, invoice)
    if subscription["status"] == "past_due" and not invoices_of(world, subscription["id"], "open"):
        change(world, subscription, status="active")


def _ask_for_the_owner(world: World, intent: Obj, method: Obj) -> None:
    intent.update(status="requires_action", payment_method=method["id"])
    intent["next_action"] = build(stripe.PaymentIntent.NextAction, {"type": "use_stripe_sdk"})
    emit(world, "payment_intent.requires_action", world.save(intent))


def refused(world: World, intent: Obj, method: Obj, attempt: Attempt) -> None:
    """The bank says no: a failed charge, and a PaymentIntent that waits for another card."""
    failure: Any = attempt.failure
    charge = charge_to_card(world, intent, method, attempt, **declined(failure))
    emit(world, "charge.failed", charge)
    error = {
        "charge": charge["id"],
        "code": failure.code,
        "decline_code": failure.decline_code,
        "message": failure.message,
        "payment_method": method,
        "payment_method_type": "card",
        "type": "card_error",
    }
    intent["last_payment_error"] = build(stripe.PaymentIntent.LastPaymentError, error)
    intent.update(
        latest_charge=charge["id"], next_action=None, payment_method=None, status="requires_payment_method"
    )
    emit(world, "payment_intent.payment_failed", world.save(intent))


def _note_failure(world: World, invoice: Obj, failure: Failure) -> None:
    """Say when the next try is; after the last one the subscription ends and the invoice stays open."""
    subscription = subscription_of(world, invoice)
    again = _next_try(world, invoice) if subscription["status"] != "canceled" else None
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1, next_payment_attempt=again)
    world.save(invoice)
    if again is not None:
        world.plan("collect", invoice["id"], at=again)
    if failure is NEEDS_AUTHENTICATION:
        emit(world, "invoice.payment_action_required", invoice)
    emit(world, "invoice.payment_failed", invoice)
    if subscription["status"] == "active":
        subscription = change(world, subscription, status="past_due")
    if again is None and subscription["status"] == "past_due":
        end(world, subscription, "payment_failed")


def _next_try(world: World, invoice: Obj) -> int | None:
    """The first day of the schedule that is still to come. A try by hand in between changes nothing."""
    finalized: int = invoice["status_transitions"]["finalized_at"]
    days = (finalized + days * DAY for days in RETRIES)
    return next((moment for moment in days if moment > world.now()), None)
