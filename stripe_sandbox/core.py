"""The sandbox: one state, one door for API calls, and the handles that tests use."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import stripe

from stripe_sandbox import payments, webhooks
from stripe_sandbox.answers import ConnectionDropped, Response, gateway_page
from stripe_sandbox.api import Incoming, answer_call, refuse
from stripe_sandbox.clock import Clock
from stripe_sandbox.due import expire_due, run_due
from stripe_sandbox.errors import StripeError, fault_error
from stripe_sandbox.faults import Fault, Faults
from stripe_sandbox.handles import Dashboard
from stripe_sandbox.idempotency import KeysInUse
from stripe_sandbox.ids import new_id
from stripe_sandbox.keys import check_key
from stripe_sandbox.permissions import check_permission
from stripe_sandbox.resources.webhook_endpoints import keep_endpoint, secret_of
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.store import Store
from stripe_sandbox.webhooks import Delivery, WebhookPolicy
from stripe_sandbox.world import World

ORGANISATION = "Association de démonstration"


class Sandbox(Dashboard):
    """A pretend Stripe account.

    With `state_path` every answered call survives a kill; without it all lives in memory. Calls from
    several threads are served one after the other. `wait` is how faults let time pass: not at all,
    unless a server sets it.
    """

    def __init__(
        self,
        *,
        state_path: Path | None = None,
        base_url: str = "http://127.0.0.1:8420",
        clock: Clock | None = None,
        organisation: str = ORGANISATION,
    ) -> None:
        store = Store(state_path)
        self.clock = clock or Clock(offset=store.fact("clock_offset", 0))
        self.world = World(store, self.clock, base_url.rstrip("/"), organisation)
        self.clock.on_move(self._clock_moved)
        self.faults = Faults()
        self.wait: Callable[[float], None] = lambda seconds: None
        self._keys = KeysInUse()
        self._kept_endpoint: tuple[str, str] | None = None

    @contextmanager
    def locked(self) -> Iterator[World]:
        """The state, alone and all or nothing."""
        with self.world.lock, self.world.store.transaction():
            yield self.world

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes | str = b"") -> Response:
        """Answer one API call; `path` may carry a query. Raises `ConnectionDropped` when a fault says so."""
        named = {name.lower(): value for name, value in headers.items()}
        request_id = new_id("req")
        bare_path, _, query = path.partition("?")
        fault = self.faults.take(method, bare_path)
        if fault is not None and fault.kind == "html":
            return gateway_page(fault.status)
        try:
            with self._keys.claim(named.get("idempotency-key") if method == "POST" else None):
                self._before(fault, request_id)
                key = check_key(named)
                text = query if method in ("GET", "DELETE") else _text(body)
                with self.locked() as world:
                    check_permission(world, key, method, bare_path)
                    expire_due(world)
                answer = answer_call(self.world, _incoming(method, bare_path, text, request_id, named))
        except StripeError as error:
            answer = refuse(error, request_id)
        self._after(fault)
        return answer

    def _before(self, fault: Fault | None, request_id: str) -> None:
        if fault is None:
            return
        if fault.kind in ("slow", "timeout"):
            self.wait(fault.seconds)
        if fault.kind in ("timeout", "drop"):
            raise ConnectionDropped(timed_out=fault.kind == "timeout")
        if fault.kind == "status":
            raise fault_error(fault.status)

    def _after(self, fault: Fault | None) -> None:
        if fault is not None and fault.kind.startswith("commit_then_"):
            if fault.kind == "commit_then_timeout":
                self.wait(fault.seconds)
            raise ConnectionDropped(timed_out=fault.kind == "commit_then_timeout")

    # What donors do

    def pay(self, session_id: str, outcome: str, *, email: str = "", name: str = "", iban: str = "") -> str:
        """Press a button of the pay page; answers the address that the browser goes to next.

        `iban` goes with "sepa": one of `bank_accounts.ACCOUNTS`, else the one that pays.

        Raises `StripeError` (404) for an unknown session, `payments.NotPayable` for an expired one.
        """
        return self.play(session_id, outcome, payments.Payer(email=email, name=name, iban=iban)).redirect

    def play(self, session_id: str, outcome: str, payer: payments.Payer) -> payments.Outcome:
        """As `pay`, with the sentence that the page shows."""
        with self.locked() as world:
            expire_due(world)
            session = world.get(stripe.checkout.Session, session_id)
            return payments.play(world, session, outcome, payer)

    # What time does

    def run_due(self) -> int:
        """Let fees arrive, refunds be confirmed and sessions expire, up to the sandbox's now."""
        with self.locked() as world:
            return run_due(world)

    def _clock_moved(self) -> None:
        with self.locked() as world:
            world.store.set_fact("clock_offset", self.clock.offset)
            webhooks.keep_in_reach(world)
        self.run_due()

    def set_settlement_delay(self, seconds: int) -> None:
        """How long the balance transaction of a charge made from now on lets wait for itself."""
        with self.locked() as world:
            world.store.set_fact("settlement_delay", seconds)

    # What the network does

    @property
    def webhook_policy(self) -> WebhookPolicy:
        with self.locked() as world:
            return webhooks.read_policy(world)

    def change_webhooks(self, **changes: Any) -> WebhookPolicy:
        """Set any part of `WebhookPolicy`; raises ValueError for anything else."""
        with self.locked() as world:
            return webhooks.change_policy(world, **changes)

    def keep_endpoint(self, url: str, secret: str) -> None:
        """Have one endpoint of our own with this address and secret, moved if need be, also after a reset."""
        self._kept_endpoint = (url, secret)
        with self.locked() as world:
            keep_endpoint(world, url=url, secret=secret)

    def deliveries(self) -> list[Delivery]:
        """Every planned delivery, newest first."""
        with self.locked() as world:
            return webhooks.deliveries(world)

    def pop_signed_events(self, secret: str) -> list[tuple[bytes, str]]:
        """Take what is pending as (body, `Stripe-Signature`), ordered and copied as the policy says."""
        with self.locked() as world:
            due = webhooks.due_deliveries(world)
            posts = [
                webhooks.signed(world, delivery, secret) for delivery in due for _ in range(delivery.copies)
            ]
            for delivery in due:
                webhooks.record_success(world, delivery, 200)
        return posts

    def signing_secret(self, endpoint_id: str) -> str:
        with self.locked() as world:
            return secret_of(world, endpoint_id)

    # What tests look at

    def find(self, kind: str) -> list[Obj]:
        """All objects of one kind ("charge", "checkout.session" …), newest first."""
        with self.locked() as world:
            return world.store.find(kind)

    def tries(self, session_id: str) -> int:
        with self.locked() as world:
            return payments.tries(world, session_id)

    def reset(self) -> None:
        """Forget everything: objects, keys, faults, policy and clock. The kept endpoint is set up again."""
        self.faults.clear()
        self.clock.reset()
        with self.locked() as world:
            world.store.wipe()
        if self._kept_endpoint is not None:
            self.keep_endpoint(*self._kept_endpoint)

    def close(self) -> None:
        with self.world.lock:
            self.world.store.close()


def _incoming(method: str, path: str, text: str, request_id: str, headers: Mapping[str, str]) -> Incoming:
    key = headers.get("idempotency-key") if method == "POST" else None
    return Incoming(method, path, text, request_id, headers.get("stripe-version"), key)


def _text(body: bytes | str) -> str:
    return body if isinstance(body, str) else body.decode("utf-8", errors="replace")
