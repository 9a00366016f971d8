"""Plan, sign and record webhook deliveries; `deliverer.py` posts them. https://docs.stripe.com/webhooks"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import stripe

from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

IN_PROCESS = "in_process"
"""The endpoint of a sandbox without endpoints: its deliveries wait until a test takes them."""
LONGEST_WAIT = 60 * 60
TRIED_FOR = 3 * 24 * 60 * 60


@dataclass(frozen=True)
class WebhookPolicy:
    """How badly the network treats us. `on=False` holds deliveries back until it is on again.

    `drop` loses the next events, `drop_share` as many of a hundred; `delay` is in seconds of the sandbox's
    clock; `seed` makes losses and order repeatable; `api_version`, if given, is what every event bears.
    """

    on: bool = True
    drop: int = 0
    drop_share: int = 0
    copies: int = 1
    shuffle: bool = False
    delay: float = 0
    seed: int | None = None
    api_version: str = ""


CHECKS: dict[str, Callable[[Any], bool]] = {
    "on": lambda value: isinstance(value, bool),
    "drop": lambda value: _whole(value) and value >= 0,
    "drop_share": lambda value: _whole(value) and 0 <= value <= 100,
    "copies": lambda value: _whole(value) and 1 <= value <= 100,
    "shuffle": lambda value: isinstance(value, bool),
    "delay": lambda value: (_whole(value) or isinstance(value, float)) and value >= 0,
    "seed": lambda value: value is None or _whole(value),
    "api_version": lambda value: isinstance(value, str),
}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one endpoint."""

    seq: int
    event: str
    endpoint: str
    type: str
    state: str
    copies: int
    attempts: int
    due_at: float
    last_status: int | None
    last_error: str


def read_policy(world: World) -> WebhookPolicy:
    return WebhookPolicy(**world.store.fact("webhook_policy", {}))


def change_policy(world: World, **changes: Any) -> WebhookPolicy:
    """Set the named parts of the policy. Raises ValueError for a part or value that does not exist."""
    current = asdict(read_policy(world))
    for name, value in changes.items():
        if name not in current:
            raise ValueError(f"unknown policy: {name}")
        if not CHECKS[name](value):
            raise ValueError(f"{name}: {value!r} is not allowed")
        current[name] = value
    world.store.set_fact("webhook_policy", current)
    return WebhookPolicy(**current)


def plan_deliveries(world: World, event: Obj) -> int:
    """One row for each enabled endpoint that wants this event; answers how many are pending."""
    policy = read_policy(world)
    wanted = [
        endpoint["id"]
        for endpoint in _endpoints(world)
        if endpoint["status"] == "enabled" and {"*", event["type"]} & set(endpoint["enabled_events"])
    ]
    targets = wanted if wanted or _endpoints(world) else [IN_PROCESS]
    dropped = bool(targets) and _lost(world, policy)
    for target in targets:
        world.store.run(
            "insert into deliveries (event, endpoint, type, state, copies, due_at) values (?, ?, ?, ?, ?, ?)",
            *(event["id"], target, event["type"]),
            *("dropped" if dropped else "pending", policy.copies, world.clock.now() + policy.delay),
        )
    return len(wanted)


def _lost(world: World, policy: WebhookPolicy) -> bool:
    if policy.drop > 0:
        change_policy(world, drop=policy.drop - 1)
        return True
    if policy.drop_share == 0:
        return False
    (last,) = world.store.run("select coalesce(max(seq), 0) from deliveries").fetchone()
    return _dice(policy, last).randrange(100) < policy.drop_share


def _dice(policy: WebhookPolicy, turn: int) -> random.Random:
    """The same throws for the same seed and turn; without a seed, any."""
    return random.Random(None if policy.seed is None else f"{policy.seed}:{turn}")  # noqa: S311 - no secret


def _endpoints(world: World) -> list[Obj]:
    return world.store.find("webhook_endpoint", "json_extract(body, '$.deleted') is null")


def deliveries(world: World, state: str | None = None, *, limit: int = -1) -> list[Delivery]:
    """Newest first."""
    rows = world.store.rows(
        "select * from deliveries where ?1 is null or state = ?1 order by seq desc limit ?2", state, limit
    )
    return [Delivery(**dict(row)) for row in rows]


def due_deliveries(world: World) -> list[Delivery]:
    """What a test may take now, in the order of the policy; nothing while webhooks are off."""
    return _due(world, "1", -1)


def postable_deliveries(world: World, *, limit: int) -> list[Delivery]:
    """As `due_deliveries`, but only what has an address to go to."""
    return _due(world, f"endpoint <> '{IN_PROCESS}'", limit)


def _due(world: World, where: str, limit: int) -> list[Delivery]:
    policy = read_policy(world)
    if not policy.on:
        return []
    rows = world.store.rows(
        f"select * from deliveries where state = 'pending' and due_at <= ? and {where}"  # noqa: S608 - ours
        " order by due_at, seq limit ?",
        world.clock.now(),
        limit,
    )
    due = [Delivery(**dict(row)) for row in rows]
    if policy.shuffle and due:
        _dice(policy, due[0].seq).shuffle(due)
    return due


def signed(world: World, delivery: Delivery, secret: str) -> tuple[bytes, str]:
    """Body and `Stripe-Signature` header; it is signed in real time, whatever the sandbox's clock says."""
    event = world.store.get(delivery.event)
    if event is None:
        raise LookupError(delivery.event)
    endpoint = world.store.get(delivery.endpoint) or {}
    event["api_version"] = (
        read_policy(world).api_version or endpoint.get("api_version") or event["api_version"]
    )
    text = json.dumps(event, indent=2, ensure_ascii=False)
    header: str = stripe.WebhookSignature.generate_signature_header(text, secret, int(time.time()))
    return text.encode(), header


def record_success(world: World, delivery: Delivery, status: int) -> None:
    world.store.run(
        "update deliveries set state = 'delivered', attempts = attempts + 1, last_status = ?, last_error = ''"
        " where seq = ?",
        *(status, delivery.seq),
    )
    _count_pending(world, delivery.event)


def record_failure(world: World, delivery: Delivery, status: int | None, error: str) -> None:
    """Try again after 1, 2, 4 … seconds, at most an hour; give up after three days, all by the clock."""
    attempts = delivery.attempts + 1
    tried_for = sum(_wait(attempt) for attempt in range(attempts))
    world.store.run(
        "update deliveries set state = ?, attempts = ?, due_at = ?, last_status = ?, last_error = ?"
        " where seq = ?",
        *("failed" if tried_for > TRIED_FOR else "pending", attempts),
        *(world.clock.now() + _wait(delivery.attempts), status, error[:200], delivery.seq),
    )
    _count_pending(world, delivery.event)


def _wait(attempt: int) -> int:
    return min(1 << min(attempt, 20), LONGEST_WAIT)


def keep_in_reach(world: World) -> None:
    """After the clock went back, what waits is due no later than if it had been planned now."""
    longest = max(LONGEST_WAIT, read_policy(world).delay)
    latest = world.clock.now() + longest
    world.store.run("update deliveries set due_at = ?1 where state = 'pending' and due_at > ?1", latest)


def pending(world: World) -> int:
    """How many deliveries are still to come."""
    (number,) = world.store.run("select count(*) from deliveries where state = 'pending'").fetchone()
    return int(number)


def resend(world: World, event_id: str) -> None:
    """Deliver an event once more, now; one that nobody wanted when it happened is planned anew."""
    event = world.store.get(event_id)
    if event is None or event["object"] != "event":
        return
    again = world.store.run(
        "update deliveries set state = 'pending', due_at = ? where event = ?", world.clock.now(), event_id
    )
    if again.rowcount == 0:
        plan_deliveries(world, event)
    _count_pending(world, event_id)


def _count_pending(world: World, event_id: str) -> None:
    event = world.store.get(event_id)
    if event is None:
        return
    row = world.store.run(
        "select count(*) from deliveries where event = ? and state = 'pending' and endpoint <> ?",
        event_id,
        IN_PROCESS,
    ).fetchone()
    event["pending_webhooks"] = row[0]
    world.save(event)
