"""A payment that does not last: the bank takes the money back. https://docs.stripe.com/payments/late-failures"""

import copy

import stripe

from stripe_sandbox.balance import Line, write_line
from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.charging import charge_named
from stripe_sandbox.events import emit
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.settlement import settle_charge
from stripe_sandbox.world import World

REASONS = {
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "generic_could_not_process": "This payment could not be processed.",
}


def fail_charge(world: World, charge: Obj, code: str) -> Obj:
    """Write the money off, which stood in the balance since the charge was submitted; answers the charge.

    The PaymentIntent asks for another payment method. Stripe keeps its fee.
    """
    line = Line(
        "payment_failure_refund",
        -charge["amount"],
        charge["currency"],
        charge["id"],
        description="Payment failure refund",
        wait=0,
    )
    failed = copy.deepcopy(charge) | {
        "failure_balance_transaction": write_line(world, line)["id"],
        "failure_code": code,
        "failure_message": REASONS[code],
        "paid": False,
        "status": "failed",
    }
    emit(world, "charge.failed", world.save(failed))
    intent = world.get(stripe.PaymentIntent, charge["payment_intent"])
    intent["last_payment_error"] = _error(world, failed)
    intent.update(amount_received=0, payment_method=None, status="requires_payment_method")
    emit(world, "payment_intent.payment_failed", world.save(intent))
    return failed


def _error(world: World, charge: Obj) -> Obj:
    known = charge["failure_code"] == "insufficient_funds"
    error = {
        "charge": charge["id"],
        "code": charge["failure_code"] if known else "payment_intent_payment_attempt_failed",
        "message": charge["failure_message"],
        "payment_method": world.store.get(charge["payment_method"]),
        "payment_method_type": charge["payment_method_details"]["type"],
        "type": "card_error"
        if charge["payment_method_details"]["type"] == "card"
        else "invalid_request_error",
    }
    return build(stripe.PaymentIntent.LastPaymentError, error)


def fail_late(world: World, charge: str) -> Obj:
    """Days after its success the bank finds that the money was not there."""
    paid = charge_named(world, charge)
    if not _can_fail(paid):
        raise NotNow(f"charge {paid['id']} is not paid, or refunded or disputed already")
    return fail_charge(world, settle_charge(world, paid["id"]), "insufficient_funds")


def _can_fail(charge: Obj) -> bool:
    return bool(charge["status"] == "succeeded" and not charge["disputed"] and charge["amount_refunded"] == 0)


ACTIONS = {"fail_late": Button("Échouer après coup", "charge", fail_late, _can_fail)}
