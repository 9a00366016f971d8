"""Early fraud warnings: the card's bank thinks that the payment was a fraud, before any dispute.

https://docs.stripe.com/disputes/measuring#early-fraud-warnings
"""

import stripe

from stripe_sandbox.buttons import Button, NotNow
from stripe_sandbox.charging import charge_named, is_debit
from stripe_sandbox.events import emit
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

OF_CHARGE = "json_extract(body, '$.charge') = ? and json_extract(body, '$.actionable') = 1"


def warn_of_fraud(world: World, charge: str) -> Obj:
    """Actionable while a refund can still prevent the dispute that usually follows."""
    paid = charge_named(world, charge)
    if not _can_be_warned_of(paid):
        raise NotNow(f"charge {paid['id']} is not a paid charge of a card")
    world.save(paid | {"fraud_details": {"stripe_report": "fraudulent"}})
    warning = world.create(
        stripe.radar.EarlyFraudWarning,
        "issfr",
        actionable=not (paid["disputed"] or paid["refunded"]),
        charge=paid["id"],
        fraud_type="unauthorized_use_of_card",
        payment_intent=paid["payment_intent"],
    )
    emit(world, "radar.early_fraud_warning.created", warning)
    return warning


def close_warnings(world: World, charge_id: str) -> None:
    """The charge is refunded in full or disputed: there is nothing left to do about its warnings."""
    for before in world.store.find(stripe.radar.EarlyFraudWarning.OBJECT_NAME, OF_CHARGE, charge_id):
        after = world.save(before | {"actionable": False})
        emit(world, "radar.early_fraud_warning.updated", after, before=before)


def _can_be_warned_of(charge: Obj) -> bool:
    return bool(charge["status"] == "succeeded" and not is_debit(charge))


ACTIONS = {
    "warn_of_fraud": Button("La banque signale une fraude", "charge", warn_of_fraud, _can_be_warned_of)
}
