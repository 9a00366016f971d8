"""The buttons of the pretend Dashboard, by name and over HTTP."""

import json
from typing import Any

import pytest
import stripe

from stripe_sandbox import web
from stripe_sandbox.actions import ACTIONS, offered_for
from stripe_sandbox.core import Sandbox
from stripe_sandbox.world import CLASSES


def post(sandbox: Sandbox, **wanted: Any) -> tuple[int, Any]:
    headers = {"Host": "127.0.0.1:8420", "Content-Type": "application/json"}
    answer = web.answer(sandbox, "POST", "/_sandbox/actions", headers, json.dumps(wanted).encode())
    return answer.status, json.loads(answer.body)


def test_an_action_over_http_answers_what_became_of_the_object(
    sandbox: Sandbox, paid: stripe.PaymentIntent
) -> None:
    status, refund = post(sandbox, action="refund", charge=paid.latest_charge, amount=1200)
    assert (status, refund["object"], refund["amount"]) == (200, "refund", 1200)
    assert sandbox.find("refund")[0]["id"] == refund["id"]


def test_a_form_sends_text_and_leaves_fields_empty(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    assert sandbox.act("refund", charge=paid.id, amount="1200")["amount"] == 1200
    assert sandbox.act("refund", charge=paid.id, amount="")["amount"] == 3800


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"action": "dance"}, "unknown action"),
        ({"action": "refund"}, "missing"),
        ({"action": "refund", "charge": "ch_x", "colour": "red"}, "colour"),
        ({"action": "refund", "charge": "ch_x", "amount": "1.5"}, "amount"),
        ({"action": "refund", "charge": 7}, "charge"),
        ({"action": "refund", "charge": "ch_nobody"}, "No such charge"),
        ({"action": "run_short", "short": "perhaps"}, "short"),
        ({"action": "next_refund", "status": "lost"}, "status"),
        ({}, "action"),
    ],
)
def test_a_wrong_action_is_refused_and_changes_nothing(
    sandbox: Sandbox, paid: stripe.PaymentIntent, wanted: dict[str, Any], words: str
) -> None:
    events = len(sandbox.find("event"))
    status, answer = post(sandbox, **wanted)
    assert status == 400
    assert words in answer["error"]
    assert len(sandbox.find("event")) == events


def test_the_control_api_lists_every_action(sandbox: Sandbox) -> None:
    answer = web.answer(sandbox, "GET", "/_sandbox/actions", {"Host": "127.0.0.1:8420"}, b"")
    listed = json.loads(answer.body)
    assert set(listed) == set(ACTIONS)
    assert listed["refund"] == {"on": "charge", "label": "Rembourser", "parameters": ["charge", "amount"]}


def test_every_action_stands_beside_a_known_kind_and_has_a_handle() -> None:
    assert {button.on for button in ACTIONS.values()} <= {*CLASSES, "account"}
    assert {name for name in ACTIONS if not hasattr(Sandbox, name)} == set()
    for button in ACTIONS.values():
        assert button.label
        assert button.on == "account" or button.parameters


def test_a_button_is_offered_while_it_makes_sense(sandbox: Sandbox, paid: stripe.PaymentIntent) -> None:
    assert "refund" in offered_for(sandbox.find("charge")[0])
    refund = sandbox.refund(paid.id)
    assert "refund" not in offered_for(sandbox.find("charge")[0])
    assert set(offered_for(refund)) == {"fail_refund"}
