"""The control API under `/_sandbox/`, in JSON: time, network and faults, for tests and demonstrations."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from stripe_sandbox import permissions, webhooks
from stripe_sandbox.actions import ACTIONS
from stripe_sandbox.answers import Response, json_answer
from stripe_sandbox.core import Sandbox
from stripe_sandbox.errors import StripeError
from stripe_sandbox.world import CLASSES

DELIVERIES_SHOWN = 50


def answer(sandbox: Sandbox, method: str, path: str, body: bytes) -> Response:
    """One control call. Bad input answers 400 with `{"error": …}` and changes nothing."""
    handler = HANDLERS.get((method, path.rstrip("/")))
    if handler is None:
        return json_answer(404, {"error": f"no control {method} {path}; see docs/sandbox.md"})
    try:
        wanted = json.loads(body or b"{}")
        return json_answer(200, handler(sandbox, wanted))
    except (StripeError, ValueError, TypeError, KeyError) as error:
        return json_answer(400, {"error": f"{error}"})


def _clock(sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    del wanted
    return {"now": sandbox.clock.now(), "offset": sandbox.clock.offset}


def _move_clock(sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    known = {"advance", "set", "settlement_delay"}
    if not wanted or set(wanted) - known or {"advance", "set"} <= set(wanted):
        raise ValueError(
            'give one of `advance` (seconds) and `set` (timestamp, or "real"), or `settlement_delay`'
        )
    if wanted.get("set") == "real":
        wanted = {**wanted, "advance": -sandbox.clock.offset}
        del wanted["set"]
    for name, value in wanted.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{name}: whole seconds, not {value!r}")
    if "settlement_delay" in wanted:
        sandbox.set_settlement_delay(wanted["settlement_delay"])
    if "advance" in wanted:
        sandbox.clock.advance(wanted["advance"])
    if "set" in wanted:
        sandbox.clock.set(wanted["set"])
    return _clock(sandbox, {})


def _webhooks(sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    return asdict(sandbox.change_webhooks(**wanted) if wanted else sandbox.webhook_policy)


def _faults(sandbox: Sandbox, wanted: Any) -> Any:
    del wanted
    return sandbox.faults.as_json()


def _set_faults(sandbox: Sandbox, wanted: Any) -> Any:
    """A list replaces what is there (an empty one clears it); a single fault is added."""
    if isinstance(wanted, list):
        sandbox.faults.clear()
    for fault in wanted if isinstance(wanted, list) else [wanted]:
        sandbox.faults.add(**fault)
    return sandbox.faults.as_json()


def _state(sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    del wanted
    with sandbox.locked() as world:
        rows = world.store.rows("select type, count(*) as number from objects group by type")
        last = {kind: world.store.find(kind, limit=1) for kind in CLASSES}
        posts = webhooks.deliveries(world, limit=DELIVERIES_SHOWN)
        waiting = webhooks.pending(world)
        tries = world.store.rows(
            "select substr(name, 7) as session, value from facts where name like 'tries:%'"
        )
    return {
        "now": sandbox.clock.now(),
        "counts": {row["type"]: row["number"] for row in rows},
        "last": {kind: found[0] for kind, found in last.items() if found},
        "tries": {row["session"]: int(row["value"]) for row in tries},
        "deliveries": [asdict(post) for post in posts],
        "pending_deliveries": waiting,
    }


def _actions(sandbox: Sandbox, wanted: Any) -> Any:
    """What `POST` takes as `action`, with the parameters of each."""
    del sandbox, wanted
    return {
        name: {"on": button.on, "label": button.label, "parameters": list(button.parameters)}
        for name, button in ACTIONS.items()
    }


def _act(sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    return sandbox.act(wanted.pop("action"), **wanted)


def _keys(sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    with sandbox.locked() as world:
        return permissions.set_key(world, wanted) if wanted else permissions.keys(world)


def _reset(sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    del wanted
    sandbox.reset()
    return {"reset": True}


HANDLERS: dict[tuple[str, str], Callable[[Sandbox, Any], Any]] = {
    ("GET", "/_sandbox/clock"): _clock,
    ("POST", "/_sandbox/clock"): _move_clock,
    ("GET", "/_sandbox/webhooks"): _webhooks,
    ("POST", "/_sandbox/webhooks"): _webhooks,
    ("GET", "/_sandbox/faults"): _faults,
    ("POST", "/_sandbox/faults"): _set_faults,
    ("GET", "/_sandbox/keys"): _keys,
    ("POST", "/_sandbox/keys"): _keys,
    ("GET", "/_sandbox/state"): _state,
    ("GET", "/_sandbox/actions"): _actions,
    ("POST", "/_sandbox/actions"): _act,
    ("POST", "/_sandbox/reset"): _reset,
}
