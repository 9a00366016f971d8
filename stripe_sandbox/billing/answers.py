"""How the card of a subscription answers when nobody is there: well, until somebody says otherwise."""

from datetime import UTC, datetime

from stripe_sandbox.cards import ATTEMPTS, Attempt, Failure
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

EXPIRED = Failure(
    "expired_card",
    "expired_card",
    "Your card has expired.",
    "Votre carte a expiré. Rien n’a été débité. Essayez avec une autre carte.",
)
NEEDS_AUTHENTICATION = Failure(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "Votre banque demande une confirmation. Rien n’a été débité.",
)
OFF_SESSION = {
    "card": ATTEMPTS["card"],
    "card_declined": ATTEMPTS["card_declined"],
    "expired_card": Attempt("0069", "visa", failure=EXPIRED),
    "needs_authentication": Attempt("3184", "visa", failure=NEEDS_AUTHENTICATION),
}


def set_answer(world: World, method_id: str, outcome: str) -> None:
    """From now on the card answers so, whoever asks it. Raises ValueError for an unknown outcome."""
    if outcome not in OFF_SESSION:
        raise ValueError(f"unknown outcome {outcome!r}: one of {', '.join(OFF_SESSION)}")
    world.store.set_fact(f"answer:{method_id}", outcome)


def answer_of(world: World, method: Obj) -> Attempt:
    """What the bank says now; a card that is past its date has expired, whatever was set."""
    last = method["card"]["exp_year"], method["card"]["exp_month"]
    today = datetime.fromtimestamp(world.now(), UTC)
    if (today.year, today.month) > last:
        return OFF_SESSION["expired_card"]
    return OFF_SESSION[world.store.fact(f"answer:{method['id']}", "card")]
