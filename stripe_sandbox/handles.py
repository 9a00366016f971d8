"""The pretend Dashboard in Python: `sandbox.open_dispute(charge_id)` and its like, all of `actions.py`."""

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Any

from stripe_sandbox.actions import run_action
from stripe_sandbox.billing.handles import MonthlyDesk
from stripe_sandbox.due import follow_up_due
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


class Dashboard(MonthlyDesk):
    """What banks, card networks and the people at the Dashboard do. Each answers the object concerned.

    A charge may be named by its own id or by that of its PaymentIntent. Raises `StripeError` for an unknown
    id and `NotNow` for what cannot happen to an object in its state.
    """

    @abstractmethod
    def locked(self) -> AbstractContextManager[World]:
        """The state, alone and all or nothing."""

    def act(self, name: str, **given: Any) -> Obj:
        """Run any action by its name."""
        with self.locked() as world:
            done = run_action(world, name, **given)
            follow_up_due(world)
            return done

    # Refunds

    def refund(self, charge_id: str, amount: int | None = None) -> Obj:
        """Send back `amount` cents, or all that is left, as from the Dashboard."""
        return self.act("refund", charge=charge_id, amount=amount)

    def next_refund(self, status: str) -> None:
        """Have the next refund start as `succeeded`, `pending`, `failed` or `requires_action`."""
        self.act("next_refund", status=status)

    def settle_refund(self, refund_id: str) -> Obj:
        """The donor has the money of a pending refund."""
        return self.act("settle_refund", refund=refund_id)

    def fail_refund(self, refund_id: str) -> Obj:
        """The bank sends the money of a refund back, be it days after it succeeded."""
        return self.act("fail_refund", refund=refund_id)

    def cancel_refund(self, refund_id: str) -> Obj:
        """Somebody stops a refund that waits."""
        return self.act("cancel_refund", refund=refund_id)

    def run_short(self, *, short: bool = True) -> None:
        """While the balance is short, refunds of cards wait and refunds of debits fail."""
        self.act("run_short", short=short)

    # Payouts

    def fail_payout(self, payout_id: str) -> Obj:
        """The bank sends a payout back, be it days after it was paid; it goes out again with the next."""
        return self.act("fail_payout", payout=payout_id)

    def bill_fee(self, amount: int) -> Obj:
        """Stripe takes `amount` cents for a product of its own (Billing), outside any payment."""
        return self.act("bill_fee", amount=amount)

    # Disputes and warnings

    def open_dispute(self, charge_id: str, *, inquiry: bool = False, amount: int | None = None) -> Obj:
        """The donor's bank takes the money back, or as an inquiry only asks; a debit is lost at once."""
        return self.act("open_dispute", charge=charge_id, inquiry=inquiry, amount=amount)

    def prevent_dispute(self, charge_id: str) -> Obj:
        """The card network refunds before there is a dispute."""
        return self.act("prevent_dispute", charge=charge_id)

    def escalate_inquiry(self, dispute_id: str) -> Obj:
        """The bank is not content with an inquiry."""
        return self.act("escalate_inquiry", dispute=dispute_id)

    def close_inquiry(self, dispute_id: str) -> Obj:
        """The bank asks no more."""
        return self.act("close_inquiry", dispute=dispute_id)

    def win_dispute(self, dispute_id: str) -> Obj:
        """The money comes back, without the fee."""
        return self.act("win_dispute", dispute=dispute_id)

    def lose_dispute(self, dispute_id: str) -> Obj:
        """The money stays away."""
        return self.act("lose_dispute", dispute=dispute_id)

    def warn_of_fraud(self, charge_id: str) -> Obj:
        """The card's bank reports a fraud, before any dispute."""
        return self.act("warn_of_fraud", charge=charge_id)

    # Direct debits and late failures

    def settle_debit(self, charge_id: str) -> Obj:
        """The bank answers now what it would have answered in some days."""
        return self.act("settle_debit", charge=charge_id)

    def fail_debit(self, charge_id: str) -> Obj:
        """The bank refuses now."""
        return self.act("fail_debit", charge=charge_id)

    def debit_days(self, days: int) -> None:
        """How many days later banks answer the debits that are submitted from now on."""
        self.act("debit_days", days=days)

    def fail_late(self, charge_id: str) -> Obj:
        """A payment that had succeeded fails after all."""
        return self.act("fail_late", charge=charge_id)
