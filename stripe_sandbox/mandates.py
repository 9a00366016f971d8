"""SEPA mandates: what the donor has signed. https://docs.stripe.com/payments/sepa-debit"""

import secrets

import stripe

from stripe_sandbox.events import emit
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def mandate_of(world: World, method: Obj) -> Obj:
    """The mandate that the pay page has collected for this payment method, made when first asked for."""
    known = world.store.fact(f"mandate:{method['id']}")
    if known is not None:
        return world.get(stripe.Mandate, known)
    mandate = _make(world, method)
    world.store.set_fact(f"mandate:{method['id']}", mandate["id"])
    return mandate


def _make(world: World, method: Obj) -> Obj:
    reference = secrets.token_hex(8).upper()
    return world.create(
        stripe.Mandate,
        "mandate",
        customer_acceptance={
            "accepted_at": world.now(),
            "online": {"ip_address": "127.0.0.1", "user_agent": "stripe_sandbox"},
            "type": "online",
        },
        multi_use={},
        payment_method=method["id"],
        payment_method_details={
            "type": "sepa_debit",
            "sepa_debit": {"reference": reference, "url": f"{world.base_url}/mandate/{reference}"},
        },
        status="active",
        type="multi_use",
    )


def revoke_mandate(world: World, charge: Obj) -> None:
    """The bank takes no more debits under the mandate of this charge."""
    before = world.get(stripe.Mandate, charge["payment_method_details"]["sepa_debit"]["mandate"])
    if before["status"] == "active":
        emit(world, "mandate.updated", world.save(before | {"status": "inactive"}), before=before)
