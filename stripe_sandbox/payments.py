"""A donor tries to pay a Checkout Session: what the pay page and the tests' `sandbox.pay` both do."""

from dataclasses import dataclass
from typing import Any

import stripe

from stripe_sandbox.billing.beginning import begin
from stripe_sandbox.cards import ATTEMPTS, Attempt, Failure, accepted, declined, method_card
from stripe_sandbox.charging import charge_to_card, intent_so_far, make_intent, year_of
from stripe_sandbox.events import emit
from stripe_sandbox.resources.customers import make_customer
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

ANONYMOUS = "donateur@example.org"


class NotPayable(Exception):
    """The session is expired, or the outcome is not one that this page offers."""


@dataclass(frozen=True)
class Payer:
    """What the donor typed on the pay page."""

    email: str = ""
    name: str = ""


@dataclass(frozen=True)
class Outcome:
    """Where the donor goes next, and the sentence shown when the page comes back."""

    redirect: str
    message: str = ""
    paid: bool = False


def play(world: World, session: Obj, outcome: str, payer: Payer) -> Outcome:
    """Play one button of the pay page. Idempotent once paid. Raises `NotPayable`."""
    if outcome == "walk_away":
        return Outcome(session["cancel_url"] or _pay_page(world, session))
    if outcome not in ATTEMPTS:
        raise NotPayable(outcome)
    if session["status"] == "complete":
        return Outcome(_success_url(session), paid=True)
    if session["status"] != "open":
        raise NotPayable("expired")
    attempt = ATTEMPTS[outcome]
    intent, method = _prepare(world, session, attempt, payer)
    if attempt.failure is not None:
        _fail(world, intent, method, attempt, attempt.failure)
        return Outcome(_pay_page(world, session), message=attempt.failure.french)
    _succeed(world, session, intent, method, attempt)
    return Outcome(_success_url(session), paid=True)


def tries(world: World, session_id: str) -> int:
    """How often the donor has tried to pay, the successful try included."""
    count: int = world.store.fact(f"tries:{session_id}", 0)
    return count


def _pay_page(world: World, session: Obj) -> str:
    return f"{world.base_url}/pay/{session['id']}"


def _success_url(session: Obj) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _prepare(world: World, session: Obj, attempt: Attempt, payer: Payer) -> tuple[Obj, Obj]:
    """Count the try; make the PaymentIntent at the first one, and a fresh payment method at each."""
    world.store.set_fact(f"tries:{session['id']}", tries(world, session["id"]) + 1)
    session["customer_details"] = details = _details(session, payer)
    intent = _intent_of(world, session)
    world.save(session)
    method = world.create(
        stripe.PaymentMethod,
        "pm",
        type="card",
        allow_redisplay="limited",
        metadata={},
        billing_details={"email": details["email"], "name": details["name"], "address": {}},
        card=method_card(attempt, year_of(world)),
    )
    if attempt.challenge is not None:
        intent.update(status="requires_action", payment_method=method["id"])
        intent["next_action"] = build(stripe.PaymentIntent.NextAction, {"type": "use_stripe_sdk"})
        emit(world, "payment_intent.requires_action", world.save(intent))
    return intent, method


def _details(session: Obj, payer: Payer) -> Obj:
    """What the page has collected: the address that the site gave wins over the one typed here."""
    known = session["customer_details"] or {"tax_exempt": "none"}
    email = known.get("email") or payer.email or ANONYMOUS
    details = {**known, "email": email, "name": known.get("name") or payer.name or None}
    return build(stripe.checkout.Session.CustomerDetails, details)


def _intent_of(world: World, session: Obj) -> Obj:
    """The session's PaymentIntent, made when first needed; one of a subscription does not stand on it."""
    intent = intent_so_far(world, session)
    if intent is None:
        data: dict[str, Any] = world.store.fact(f"intent_data:{session['id']}", {})
        names = ("currency", "customer", "payment_method_types")
        given = {name: session[name] for name in names}
        intent = make_intent(world, amount=session["amount_total"], **given, **data)
        world.store.set_fact(f"intent:{session['id']}", intent["id"])
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"]
    return intent


def _fail(world: World, intent: Obj, method: Obj, attempt: Attempt, failure: Failure) -> None:
    """The bank said no: a failed charge, except that a failed 3-D Secure never reaches the charge."""
    error = {
        "code": failure.code,
        "decline_code": failure.decline_code,
        "doc_url": f"https://docs.stripe.com/error-codes#{failure.code.replace('_', '-')}",
        "message": failure.message,
        "payment_method": method,
        "payment_method_type": "card",
        "type": "invalid_request_error",
    }
    if attempt.challenge is None:
        charge = charge_to_card(world, intent, method, attempt, **declined(failure))
        emit(world, "charge.failed", charge)
        intent["latest_charge"] = charge["id"]
        error |= {"charge": charge["id"], "type": "card_error"}
    intent["last_payment_error"] = build(stripe.PaymentIntent.LastPaymentError, error)
    intent.update(status="requires_payment_method", next_action=None, payment_method=None)
    emit(world, "payment_intent.payment_failed", world.save(intent))


def _succeed(world: World, session: Obj, intent: Obj, method: Obj, attempt: Attempt) -> None:
    """Money moves, in pretence: customer if wanted, charge, intent, session; the fee follows later."""
    if session["customer_creation"] == "always" and session["customer"] is None:
        details = session["customer_details"]
        session["customer"] = make_customer(world, email=details["email"], name=details["name"])["id"]
        intent["customer"] = session["customer"]
    charge = charge_to_card(world, intent, method, attempt, **accepted(intent["amount"]))
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    world.save(intent)
    session.update(status="complete", payment_status="paid", url=None)
    if session["mode"] == "subscription":
        begin(world, session, intent)
    emit(world, "charge.succeeded", charge)
    emit(world, "payment_intent.succeeded", world.save(intent))
    emit(world, "checkout.session.completed", world.save(session))
    world.plan("settle", charge["id"], at=world.settles_at())
