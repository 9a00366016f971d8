"""Take the money of an open invoice from the subscription's card or account while its owner is away."""

from typing import Any

import stripe

from stripe_sandbox.billing import invoices
from stripe_sandbox.billing.answers import NEEDS_AUTHENTICATION, answer_of
from stripe_sandbox.billing.subscriptions import change, end, invoices_of
from stripe_sandbox.cards import Attempt, Failure, accepted, declined
from stripe_sandbox.charging import charge_to_card
from stripe_sandbox.debits import submit_debit
from stripe_sandbox.events import emit
from stripe_sandbox.mandates import mandate_of
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

DAY = 24 * 60 * 60
RETRIES = (3, 5, 7)
"""Days after the first failure; after the last one the subscription ends."""
NO_MANDATE = Failure(
    "payment_intent_mandate_invalid",
    None,
    "The provided mandate is invalid for this PaymentIntent: it is inactive.",
    "L’autorisation de prélèvement n’est plus valable. Rien n’a été débité.",
)


def collect(
    world: World, invoice: Obj, method_id: str | None = None, *, automatic: bool = False
) -> Failure | None:
    """One try on `method_id`, or on the subscription's own method; answers why it failed.

    A debit has not failed as long as its bank has not answered: see `hear_of`. Only the first try and the
    automatic ones count as attempts.
    """
    subscription = subscription_of(world, invoice)
    method = world.get(stripe.PaymentMethod, method_id or subscription["default_payment_method"])
    if automatic or invoice["attempt_count"] == 0:
        invoice["attempt_count"] += 1
    invoice["attempted"] = True
    if method["type"] == "sepa_debit":
        return _debit(world, invoice, method)
    attempt = answer_of(world, method)
    if attempt.failure is None:
        take(world, invoice, method, attempt)
        return None
    intent = intent_of(world, invoice)
    if attempt.failure is NEEDS_AUTHENTICATION:
        _ask_for_the_owner(world, intent, method)
    else:
        refused(world, intent, method, attempt)
    _note_failure(world, invoice, attempt.failure)
    return attempt.failure


def _debit(world: World, invoice: Obj, method: Obj) -> Failure | None:
    """Submit a debit under the mandate signed at the first one; days pass until the bank answers."""
    intent = intent_of(world, invoice)
    if mandate_of(world, method)["status"] != "active":
        _explain(world, intent, method, NO_MANDATE)
        _note_failure(world, invoice, NO_MANDATE)
        return NO_MANDATE
    invoice["next_payment_attempt"] = None
    world.save(invoice)
    submit_debit(world, intent, method)
    return None


def hear_of(world: World, intent_id: str) -> None:
    """The bank has answered a debit: its invoice, if it has one, is paid, or late from now on."""
    invoice = invoices.invoice_paid_by(world, intent_id)
    if invoice is None or invoice["status"] != "open":
        return
    if intent_of(world, invoice)["status"] == "succeeded":
        invoices.mark_paid(world, invoice)
        _catch_up(world, invoice)
    else:
        _note_failure(world, invoice, None)


def is_processing(world: World, invoice: Obj) -> bool:
    """A debit is under way: another try would take the money twice."""
    return bool(invoice["status"] == "open" and intent_of(world, invoice)["status"] == "processing")


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
    intent["latest_charge"] = charge["id"]
    _explain(world, intent, method, failure)


def _explain(world: World, intent: Obj, method: Obj, failure: Failure) -> None:
    by_card = method["type"] == "card"
    error = {
        "charge": intent["latest_charge"] if by_card else None,
        "code": failure.code,
        "decline_code": failure.decline_code,
        "message": failure.message,
        "payment_method": method,
        "payment_method_type": method["type"],
        "type": "card_error" if by_card else "invalid_request_error",
    }
    intent["last_payment_error"] = build(stripe.PaymentIntent.LastPaymentError, error)
    intent.update(next_action=None, payment_method=None, status="requires_payment_method")
    emit(world, "payment_intent.payment_failed", world.save(intent))


def _note_failure(world: World, invoice: Obj, failure: Failure | None) -> None:
    """Say when the next try is; after the last one the subscription ends and the invoice stays open."""
    subscription = subscription_of(world, invoice)
    again = _next_try(world, invoice) if invoice["auto_advance"] else None
    if again is not None and again != invoice["next_payment_attempt"]:
        world.plan("collect", invoice["id"], at=again)
    invoice["next_payment_attempt"] = again
    world.save(invoice)
    if failure is NEEDS_AUTHENTICATION:
        emit(world, "invoice.payment_action_required", invoice)
    emit(world, "invoice.payment_failed", invoice)
    if subscription["status"] == "active":
        subscription = change(world, subscription, status="past_due")
    if again is None and subscription["status"] == "past_due":
        end(world, subscription, "payment_failed")


def _next_try(world: World, invoice: Obj) -> int | None:
    """The first day of the schedule that is still to come; a try in between changes nothing in it."""
    name = f"first_failure:{invoice['id']}"
    first: int = world.store.fact(name, world.now())
    world.store.set_fact(name, first)
    return next((first + days * DAY for days in RETRIES if first + days * DAY > world.now()), None)
