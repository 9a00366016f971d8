"""The calculation that a browser does during an attack: real work, for one form, for two hours."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from donors.payments.gate.proof import LIFE, challenge_for, read_proof
from tests.donors.payments.gate.visits import solved


def changed(answer: str, part: str, **over: Any) -> str:
    """An answer after somebody tampered with it."""
    told = json.loads(base64.b64decode(answer))
    target = told["challenge"]["parameters"] if part == "parameters" else told[part]
    target.update(over)
    return base64.b64encode(json.dumps(told).encode()).decode()


def test_the_work_that_was_done_is_a_proof_for_its_form_alone() -> None:
    gift = uuid4()

    proof = read_proof(solved(challenge_for(gift, at=timezone.now())))

    assert proof
    assert proof.holds_for(gift)
    assert not proof.holds_for(uuid4())


def test_every_challenge_is_another_one() -> None:
    gift, now = uuid4(), timezone.now()

    assert challenge_for(gift, at=now) != challenge_for(gift, at=now)


def test_the_work_is_bounded() -> None:
    """A page that calculates for minutes would keep people out."""
    answers = [solved(challenge_for(uuid4(), at=timezone.now())) for _ in range(3)]

    tries = [json.loads(base64.b64decode(answer))["solution"]["counter"] for answer in answers]
    assert all(100 <= number < 400 for number in tries)


@pytest.mark.parametrize(
    "nonsense", ["", "x", "e30=", "W10=", "bnVsbA==", "=" * 5000, "é", base64.b64encode(b"{").decode()]
)
def test_what_is_no_answer_is_no_proof(nonsense: str) -> None:
    assert read_proof(nonsense) is None


def test_a_wrong_solution_is_no_proof() -> None:
    answer = solved(challenge_for(uuid4(), at=timezone.now()))

    assert read_proof(changed(answer, "solution", counter=1)) is None
    assert read_proof(changed(answer, "solution", derivedKey="00" * 32)) is None


def test_an_easier_challenge_or_another_form_is_forged() -> None:
    answer = solved(challenge_for(uuid4(), at=timezone.now()))

    assert read_proof(changed(answer, "parameters", cost=1)) is None
    assert read_proof(changed(answer, "parameters", keyPrefix="")) is None
    assert read_proof(changed(answer, "parameters", data={"gift": uuid4().hex})) is None


def test_a_challenge_of_another_site_is_worth_nothing() -> None:
    with override_settings(SECRET_KEY="the key of another site, as long as it has to be for a test of this"):
        answer = solved(challenge_for(uuid4(), at=timezone.now()))

    assert read_proof(answer) is None


def test_a_proof_is_too_old_after_two_hours() -> None:
    answer = solved(challenge_for(uuid4(), at=timezone.now()))

    with time_machine.travel(timezone.now() + LIFE - timedelta(minutes=1)):
        assert read_proof(answer)
    with time_machine.travel(timezone.now() + LIFE + timedelta(minutes=1)):
        assert read_proof(answer) is None
