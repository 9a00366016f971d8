"""Everything that happens outside the API, by name: for tests, the control API and the page of buttons."""

from typing import Any

from stripe_sandbox import debits, disputing, failing, fraud_warnings, payouts, refund_outcomes
from stripe_sandbox.billing import desk
from stripe_sandbox.buttons import Button
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

ACTIONS: dict[str, Button] = {
    **payouts.ACTIONS,
    **refund_outcomes.ACTIONS,
    **disputing.ACTIONS,
    **fraud_warnings.ACTIONS,
    **failing.ACTIONS,
    **debits.ACTIONS,
    **desk.ACTIONS,
}


def run_action(world: World, name: str, **given: Any) -> Obj:
    """Do it and answer the object that it happened to.

    Raises `StripeError` as the API would (404 for an unknown id), `NotNow` when the object's state does not
    allow it, ValueError for an unknown name or parameter. Runs under the caller's lock and transaction.
    """
    button = ACTIONS.get(name)
    if button is None:
        raise ValueError(f"unknown action {name!r}: one of {', '.join(sorted(ACTIONS))}")
    return button.run(world, **button.read(given))


def offered_for(obj: Obj) -> dict[str, Button]:
    """The buttons to show beside `obj` as it stands."""
    return {
        name: button for name, button in ACTIONS.items() if button.on == obj["object"] and button.offered(obj)
    }
