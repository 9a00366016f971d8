"""Whatever is pressed, in whatever order: the objects agree with each other and the balance adds up."""

import random
from collections.abc import Iterator

import pytest
import stripe

from stripe_sandbox.actions import ACTIONS, offered_for, run_action
from stripe_sandbox.core import Sandbox
from stripe_sandbox.schema.objects import Obj
from tests.stripe_sandbox.conftest import OpenSession

DAY = 24 * 3600
KINDS = ("charge", "refund", "dispute")
GONE = ("failed", "canceled")


def possible(sandbox: Sandbox) -> Iterator[tuple[str, dict[str, str]]]:
    """Every button that stands beside an object now, with the parameters that press it."""
    for kind in KINDS:
        for obj in sandbox.find(kind):
            for name, button in offered_for(obj).items():
                yield name, {next(iter(button.parameters)): obj["id"]}


def press_something(sandbox: Sandbox, chance: random.Random) -> None:
    name, given = chance.choice(list(possible(sandbox)))
    if name == "refund" and chance.random() < 0.7:
        given["amount"] = str(chance.randint(1, 300))
    with sandbox.locked() as world:
        run_action(world, name, **given)


def of_charge(sandbox: Sandbox, kind: str, charge: Obj) -> list[Obj]:
    return [obj for obj in sandbox.find(kind) if obj["charge"] == charge["id"]]


def moved_for(sandbox: Sandbox, source: str) -> int:
    """Cents that the balance gained or lost because of one object, fees aside."""
    return sum(line["amount"] for line in sandbox.find("balance_transaction") if line["source"] == source)


def check_charge(sandbox: Sandbox, charge: Obj) -> None:
    refunds = of_charge(sandbox, "refund", charge)
    live = [refund for refund in refunds if refund["status"] not in GONE]
    assert charge["amount_refunded"] == sum(refund["amount"] for refund in live) <= charge["amount"]
    assert charge["refunded"] == (charge["amount_refunded"] == charge["amount"])
    assert moved_for(sandbox, charge["id"]) == (0 if charge["status"] == "failed" else charge["amount"])
    disputes = of_charge(sandbox, "dispute", charge)
    assert charge["disputed"] == bool(disputes)
    for dispute in disputes:
        withdrawn = dispute["status"] in ("needs_response", "lost")
        assert moved_for(sandbox, dispute["id"]) == (-dispute["amount"] if withdrawn else 0)
    for refund in refunds:
        done = refund["status"] == "succeeded"
        assert moved_for(sandbox, refund["id"]) == (-refund["amount"] if done else 0)


@pytest.mark.parametrize("seed", range(12))
def test_the_books_agree_after_any_twelve_presses(
    sandbox: Sandbox, open_session: OpenSession, seed: int
) -> None:
    chance = random.Random(seed)
    for outcome in ("card", "sepa"):
        sandbox.pay(open_session().id, outcome)
    sandbox.clock.advance(5)
    for _ in range(12):
        if chance.random() < 0.4:
            sandbox.next_refund(chance.choice(["pending", "failed", "requires_action"]))
        press_something(sandbox, chance)
        sandbox.clock.advance(chance.choice([5, DAY]))
        for charge in sandbox.find("charge"):
            check_charge(sandbox, charge)
        if not list(possible(sandbox)):
            break


def test_what_is_offered_is_never_refused_at_once(
    sandbox: Sandbox, open_session: OpenSession, client: stripe.StripeClient
) -> None:
    sandbox.pay(open_session().id, "card")
    sandbox.clock.advance(5)
    (charge,) = sandbox.find("charge")
    offered = set(offered_for(charge))
    assert {"refund", "open_dispute", "prevent_dispute", "warn_of_fraud", "fail_late"} <= offered
    sandbox.refund(charge["id"], 1)
    assert "fail_late" not in offered_for(sandbox.find("charge")[0])
    dispute = sandbox.open_dispute(charge["id"], inquiry=True)
    assert set(offered_for(dispute)) == {"escalate_inquiry", "close_inquiry"}
    dispute = sandbox.escalate_inquiry(dispute["id"])
    assert set(offered_for(dispute)) == {"win_dispute", "lose_dispute"}
    sandbox.win_dispute(dispute["id"])
    assert offered_for(client.v1.disputes.retrieve(dispute["id"]).to_dict()) == {}
    assert all(name in ACTIONS for name in offered)
