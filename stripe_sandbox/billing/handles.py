"""Monthly gifts in Python, for tests: `sandbox.renew(subscription_id, "card_declined")` and its like."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import Any

import stripe

from stripe_sandbox.billing.invoices import HOUR
from stripe_sandbox.billing.paying import pay_in_person
from stripe_sandbox.billing.subscriptions import item_of
from stripe_sandbox.cards import Failure
from stripe_sandbox.clock import Clock
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

DAY = 24 * HOUR


class MonthlyDesk(ABC):
    """What time, donors, their banks and the people at the Dashboard do to subscriptions."""

    clock: Clock

    @abstractmethod
    def locked(self) -> AbstractContextManager[World]:
        """The state, alone and all or nothing."""

    @abstractmethod
    def act(self, name: str, **given: Any) -> Obj:
        """Run any action by its name."""

    def advance(self, *, days: int = 0, hours: int = 0) -> int:
        """Let time pass, with all that falls due in it; answers the new time."""
        return self.clock.advance(days * DAY + hours * HOUR)

    def next_renewal(self, subscription_id: str, outcome: str) -> None:
        """From now on its card answers `card`, `card_declined`, `expired_card` or `needs_authentication`.

        The clock stays where it is; retries answer the same until another outcome is chosen.
        """
        self.act("next_renewal", subscription=subscription_id, outcome=outcome)

    def renew(self, subscription_id: str, outcome: str | None = None) -> Obj:
        """Go to the next renewal and an hour on, when it is collected; answers its invoice."""
        if outcome is not None:
            self.next_renewal(subscription_id, outcome)
        with self.locked() as world:
            until = item_of(world.get(stripe.Subscription, subscription_id))["current_period_end"]
        self.clock.set(until + HOUR)
        with self.locked() as world:
            subscription = world.get(stripe.Subscription, subscription_id)
            return world.get(stripe.Invoice, subscription["latest_invoice"])

    def pay_invoice(self, invoice_id: str, outcome: str) -> Failure | None:
        """Press a button of the invoice page: `card`, `challenge_passed` or `card_declined`."""
        with self.locked() as world:
            return pay_in_person(world, world.get(stripe.Invoice, invoice_id), outcome)

    def cancel_subscription(self, subscription_id: str) -> Obj:
        """Somebody ends it at the Dashboard, at once."""
        return self.act("cancel_subscription", subscription=subscription_id)

    def change_subscription(self, subscription_id: str, amount: int) -> Obj:
        """Somebody sets another amount, in cents, from the next month on."""
        return self.act("change_subscription", subscription=subscription_id, amount=amount)

    def stop_subscription_later(self, subscription_id: str) -> Obj:
        """Somebody lets it end when the month that is paid is over."""
        return self.act("stop_subscription_later", subscription=subscription_id)

    def pause_subscription(self, subscription_id: str) -> Obj:
        """Somebody suspends its collection until further notice."""
        return self.act("pause_subscription", subscription=subscription_id)

    def resume_subscription(self, subscription_id: str) -> Obj:
        """Its collection goes on."""
        return self.act("resume_subscription", subscription=subscription_id)

    def collect_invoice(self, invoice_id: str) -> Obj:
        """One more try, outside the schedule."""
        return self.act("collect_invoice", invoice=invoice_id)

    def void_invoice(self, invoice_id: str) -> Obj:
        """Somebody decides that nobody owes it any more."""
        return self.act("void_invoice", invoice=invoice_id)

    def delete_customer(self, customer_id: str) -> Obj:
        """Somebody deletes the customer; its subscriptions end with it."""
        return self.act("delete_customer", customer=customer_id)

    def card_expires(self, subscription_id: str, month: int, year: int) -> Obj:
        """The card of the subscription ends with this month; nobody is told."""
        return self.act("card_expires", subscription=subscription_id, month=month, year=year)

    def card_replaced(self, subscription_id: str) -> Obj:
        """The card network tells Stripe the new card's number: `payment_method.automatically_updated`."""
        return self.act("card_replaced", subscription=subscription_id)
