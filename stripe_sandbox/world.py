"""What every resource works on: the store, the clock, and the few verbs that keep objects whole."""

import threading
from dataclasses import dataclass, field
from typing import Any

import stripe
from stripe._api_version import _ApiVersion

from stripe_sandbox.clock import Clock
from stripe_sandbox.errors import resource_missing
from stripe_sandbox.ids import new_id
from stripe_sandbox.schema.objects import Obj, build, check
from stripe_sandbox.store import Store

API_VERSION: str = _ApiVersion.CURRENT

CLASSES: dict[str, type] = {
    cls.OBJECT_NAME: cls
    for cls in (
        stripe.Account,
        stripe.Balance,
        stripe.BalanceTransaction,
        stripe.Charge,
        stripe.Customer,
        stripe.Dispute,
        stripe.Event,
        stripe.Invoice,
        stripe.InvoiceLineItem,
        stripe.InvoicePayment,
        stripe.LineItem,
        stripe.Mandate,
        stripe.PaymentIntent,
        stripe.PaymentMethod,
        stripe.Payout,
        stripe.Price,
        stripe.Product,
        stripe.Refund,
        stripe.Subscription,
        stripe.SubscriptionItem,
        stripe.WebhookEndpoint,
        stripe.billing_portal.Configuration,
        stripe.billing_portal.Session,
        stripe.checkout.Session,
        stripe.radar.EarlyFraudWarning,
    )
}


@dataclass
class Origin:
    """Which API request an event comes from; both empty when the donor or the clock caused it."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass
class World:
    """The one state of a sandbox. Everything here runs under `lock`."""

    store: Store
    clock: Clock
    base_url: str
    organisation: str
    settlement_delay: int = 3
    lock: threading.RLock = field(default_factory=threading.RLock)
    origin: Origin = field(default_factory=Origin)
    moment: int | None = None

    def now(self) -> int:
        """The sandbox's time; while something overdue is caught up on, the time when it fell due."""
        return self.clock.now() if self.moment is None else self.moment

    def create(self, cls: type, prefix: str, **given: Any) -> Obj:
        """Store a new object of `cls`, completed from the SDK's types and checked against them."""
        known = stamped(cls, {"id": new_id(prefix), "created": self.now(), "livemode": False})
        return self.save(build(cls, {**known, **given}))

    def save(self, obj: Obj) -> Obj:
        check(CLASSES[obj["object"]], obj)
        self.store.put(obj)
        return obj

    def plan(self, job: str, target: str, *, at: int) -> None:
        """Have `due.py` do `job` to `target` once the clock shows `at`."""
        self.store.run("insert into due (at, job, target) values (?, ?, ?)", at, job, target)

    def settles_at(self) -> int:
        """When what is captured now reaches the balance."""
        delay: int = self.store.fact("settlement_delay", self.settlement_delay)
        return self.now() + delay

    def get(self, cls: type, object_id: str, *, param: str = "id") -> Obj:
        """The stored object; raises 404 `resource_missing` in Stripe's words."""
        kind: str = cls.OBJECT_NAME  # type: ignore[attr-defined]
        found = self.store.get(object_id)
        if found is None or found["object"] != kind:
            noun = "checkout.session" if kind == "checkout.session" else kind.replace("_", " ")
            raise resource_missing(noun, object_id, param=param, status=404 if param == "id" else 400)
        return found


def stamped(cls: type, stamps: Obj) -> Obj:
    """Only the stamps that `cls` has: a refund, for one, has no `livemode`."""
    known = cls.__annotations__
    return {name: value for name, value in stamps.items() if name in known}
