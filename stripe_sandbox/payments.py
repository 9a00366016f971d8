"""A donor tries to pay a Checkout Session: what the pay page and the tests' `sandbox.pay` both do."""

from dataclasses import dataclass
from typing import Any

import stripe

from stripe_sandbox.bank_accounts import account_with, make_debit_method
from stripe_sandbox.billing.beginning import begin
from stripe_sandbox.cards import ATTEMPTS, Attempt, Failure, accepted, declined, method_card
from stripe_sandbox.charging import charge_to_card, intent_so_far, make_intent, year_of
from stripe_sandbox.debits import submit_debit
from stripe_sandbox.events import emit
from stripe_sandbox.resources.customers import make_customer
from stripe_sandbox.schema.objects import Obj, build
from stripe_sandbox.world import World

ANONYMOUS = "donateur@example.org"
SEPA = "sepa"
UNKNOWN_IBAN = "Cet IBAN n’est pas l’un des comptes d’essai proposés. N’écrivez jamais ici un véritable IBAN."


class NotPayable(Exception):
    """The session is expired, or the outcome is not one that this page offers."""


@dataclass(frozen=True)
class Payer:
    """What the donor typed on the pay page."""

    email: str = ""
    name: str = ""
    iban: str = ""


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
    if outcome not in (*ATTEMPTS, SEPA):
        raise NotPayable(outcome)
    if session["status"] == "complete":
        return Outcome(_success_url(session), paid=True)
    if session["status"] != "open":
        raise NotPayable("expired")
    if ("sepa_debit" if outcome == SEPA else "card") not in session["payment_method_types"]:
        raise NotPayable(outcome)
    if outcome == SEPA:
        return _debit(world, session, payer)
    attempt = ATTEMPTS[outcome]
    intent = _note_try(world, session, payer)
    method = _card(world, session, intent, attempt)
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


def _note_try(world: World, session: Obj, payer: Payer) -> Obj:
    """Count the try and keep what was typed; answers the PaymentIntent, made at the first try."""
    world.store.set_fact(f"tries:{session['id']}", tries(world, session["id"]) + 1)
    session["customer_details"] = _details(session, payer)
    intent = _intent_of(world, session)
    world.save(session)
    return intent


def _billing_details(session: Obj) -> Obj:
    details = session["customer_details"]
    return {"email": details["email"], "name": details["name"], "address": {}}


def _card(world: World, session: Obj, intent: Obj, attempt: Attempt) -> Obj:
    """A fresh payment method at each try, confirmed by its bank if it asks to."""
    method = world.create(
        stripe.PaymentMethod,
        "pm",
        type="card",
        allow_redisplay="limited",
        metadata={},
        billing_details=_billing_details(session),
        card=method_card(attempt, year_of(world)),
    )
    if attempt.challenge is not None:
        intent.update(status="requires_action", payment_method=method["id"])
        intent["next_action"] = build(stripe.PaymentIntent.NextAction, {"type": "use_stripe_sdk"})
        emit(world, "payment_intent.requires_action", world.save(intent))
    return method


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
    _keep_customer(world, session, intent)
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


def _keep_customer(world: World, session: Obj, intent: Obj) -> None:
    if session["customer_creation"] == "always" and session["customer"] is None:
        details = session["customer_details"]
        session["customer"] = make_customer(world, email=details["email"], name=details["name"])["id"]
        intent["customer"] = session["customer"]


def _debit(world: World, session: Obj, payer: Payer) -> Outcome:
    """The session is complete at once, but unpaid: the bank answers days later."""
    account = account_with(payer.iban)
    if account is None:
        return Outcome(_pay_page(world, session), message=UNKNOWN_IBAN)
    intent = _note_try(world, session, payer)
    _keep_customer(world, session, intent)
    submit_debit(world, intent, make_debit_method(world, account, _billing_details(session)))
    session.update(status="complete", payment_status="unpaid", url=None)
    if session["mode"] == "subscription":
        begin(world, session, intent)
    world.store.set_fact(f"session_of:{intent['id']}", session["id"])
    emit(world, "checkout.session.completed", world.save(session))
    return Outcome(_success_url(session))


def _tell_session(world: World, intent_id: str) -> None:
    """The bank has answered. A session that failed stays complete and unpaid."""
    session_id = world.store.fact(f"session_of:{intent_id}")
    if session_id is None:
        return
    session = world.get(stripe.checkout.Session, session_id)
    if world.get(stripe.PaymentIntent, intent_id)["status"] == "succeeded":
        session["payment_status"] = "paid"
        emit(world, "checkout.session.async_payment_succeeded", world.save(session))
    else:
        emit(world, "checkout.session.async_payment_failed", session)


JOBS = {"tell_session": _tell_session}
