"""The event log: what happened, as it was then. https://docs.stripe.com/api/events"""

import copy

import stripe

from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.webhooks import plan_deliveries
from stripe_sandbox.world import API_VERSION, World


def emit(world: World, kind: str, obj: Obj, *, before: Obj | None = None) -> Obj:
    """Record that `kind` happened to `obj` and plan its deliveries; `before` is `obj` before an update."""
    previous = None if before is None else {k: v for k, v in before.items() if obj.get(k) != v}
    event = world.create(
        stripe.Event,
        "evt",
        api_version=API_VERSION,
        data=_data(obj, previous),
        pending_webhooks=0,
        request={"id": world.origin.request_id, "idempotency_key": world.origin.idempotency_key},
        type=kind,
    )
    event["pending_webhooks"] = plan_deliveries(world, event)
    return world.save(event)


def _data(obj: Obj, previous: Obj | None) -> Obj:
    data: Obj = {"object": copy.deepcopy(obj)}
    if previous is not None:
        data["previous_attributes"] = previous
    return data
