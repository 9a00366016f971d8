"""The pretend cards behind the buttons of the pay page: Stripe's own test numbers, by their last digits."""

from dataclasses import dataclass
from typing import Any

from stripe_sandbox.schema.objects import Obj

CHECKS = {"cvc_check": "pass"}


@dataclass(frozen=True)
class Failure:
    """Why a try failed: what the API says, and what the donor reads."""

    code: str
    decline_code: str | None
    message: str
    french: str


@dataclass(frozen=True)
class Attempt:
    """One way of trying to pay: the card, its 3-D Secure result, and its failure if there is one."""

    last4: str
    brand: str
    challenge: str | None = None
    failure: Failure | None = None


ATTEMPTS = {
    "card": Attempt("4242", "visa"),
    "card_declined": Attempt(
        "0002",
        "visa",
        failure=Failure(
            "card_declined",
            "generic_decline",
            "Your card was declined.",
            "Votre carte a été refusée par la banque. Rien n’a été débité. Essayez avec une autre carte.",
        ),
    ),
    "challenge_passed": Attempt("3155", "visa", challenge="authenticated"),
    "challenge_failed": Attempt(
        "3155",
        "visa",
        challenge="failed",
        failure=Failure(
            "payment_intent_authentication_failure",
            None,
            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a"
            " new PaymentMethod to attempt to fulfill this PaymentIntent again.",
            "La vérification de sécurité de votre banque (3-D Secure) n’a pas abouti. Rien n’a été débité."
            " Vous pouvez réessayer.",
        ),
    ),
}


def accepted(amount: int) -> Obj:
    """What a Charge says when the bank agrees."""
    return {
        "amount_captured": amount,
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "outcome": {
            "network_status": "approved_by_network",
            "risk_level": "normal",
            "risk_score": 12,
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
    }


def declined(failure: Failure) -> Obj:
    """What a Charge says when the bank refuses."""
    return {
        "failure_code": failure.code,
        "failure_message": failure.message,
        "status": "failed",
        "outcome": {
            "network_status": "declined_by_network",
            "reason": failure.decline_code,
            "risk_level": "normal",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
    }


def method_card(attempt: Attempt, year: int) -> Obj:
    """The `card` part of a PaymentMethod."""
    return {
        **_common(attempt, year),
        "display_brand": attempt.brand,
        "networks": {"available": [attempt.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
    }


def charge_card(attempt: Attempt, year: int, amount: int) -> Obj:
    """The `payment_method_details` of a Charge."""
    card: dict[str, Any] = {
        **_common(attempt, year),
        "amount_authorized": amount,
        "network": attempt.brand,
        "three_d_secure": _three_d_secure(attempt),
    }
    return {"type": "card", "card": card}


def _common(attempt: Attempt, year: int) -> Obj:
    return {
        "brand": attempt.brand,
        "checks": CHECKS,
        "country": "FR",
        "exp_month": 12,
        "exp_year": year + 3,
        "fingerprint": f"sandbox{attempt.last4}",
        "funding": "credit",
        "last4": attempt.last4,
    }


def _three_d_secure(attempt: Attempt) -> Obj | None:
    if attempt.challenge is None:
        return None
    return {"authentication_flow": "challenge", "result": attempt.challenge, "version": "2.2.0"}
