"""The suite for Stripe itself runs: here against the pretend Stripe, so that a real run can be trusted."""

from collections.abc import Callable, Iterator

import pytest

from donors.payments.gateway import connection
from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import SandboxHTTPClient
from tests.lanes import Outcome, Result, real_stripe_lanes, report
from tests.real_stripe import run
from tests.real_stripe.givers import Giver, PretendGiver
from tests.real_stripe.recorder import Recorder, unlike_the_sdk
from tests.real_stripe.steps import STEPS


@pytest.fixture
def recorder(stripe_account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    listening = Recorder(SandboxHTTPClient(stripe_account))
    monkeypatch.setattr(connection, "make_transport", lambda: listening)
    connection.client.cache_clear()
    yield listening
    connection.client.cache_clear()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_the_pretend_stripe_passes_each_step(
    step: Callable[[Giver], None], recorder: Recorder, stripe_account: Sandbox
) -> None:
    assert [trouble for _, trouble in run.play(PretendGiver(stripe_account), [step])] == [""]
    assert (recorder.objects > 0, recorder.differences) == (True, set())


def broken(giver: Giver) -> None:
    raise ValueError("no such card")


def fine(giver: Giver) -> None:
    """Nothing to say."""


def test_a_failed_step_is_told_and_stops_no_other(
    recorder: Recorder, stripe_account: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder.differences.add("charge.mood: not in the SDK")
    assert run.report(run.play(PretendGiver(stripe_account), [broken, fine]), recorder) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "FAILED   broken  ValueError: no such card"
    assert told[1:3] == ["ok       fine", "differs  charge.mood: not in the SDK"]


def test_unknown_fields_and_words_are_differences() -> None:
    found = {"object": "mandate", "id": "mandate_1", "status": "sleeping", "mood": "good"}
    assert set(unlike_the_sdk(found)) == {
        "mandate.status: 'sleeping' is not allowed here",
        "mandate.mood: not in the SDK",
    }


@pytest.mark.parametrize(
    "other", [{"object": "horoscope", "mood": 1}, {"object": "product", "deleted": True}]
)
def test_what_the_sdk_has_no_class_for_is_not_compared(other: dict[str, object]) -> None:
    assert list(unlike_the_sdk(other)) == []


def test_without_a_key_it_says_that_it_was_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main("") == 0
    assert capsys.readouterr().out.strip() == run.NOT_RUN


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x", "pk_test_x", "something"])
def test_any_other_key_than_a_secret_test_key_is_refused(
    key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = connection.make_transport
    assert run.main(key) == 2
    assert "REFUSED" in capsys.readouterr().err
    assert connection.make_transport is before


def test_the_lanes_say_that_it_was_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_SANDBOX_KEY", raising=False)
    assert real_stripe_lanes() == []
    told = list(report([Result("ruff", Outcome.PASSED, 1)]))
    assert "not run: the suite against Stripe itself (STRIPE_SANDBOX_KEY is not set)" in told


def test_with_a_key_it_is_a_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SANDBOX_KEY", "sk_test_x")
    assert [lane.name for lane in real_stripe_lanes()] == ["real Stripe"]
    assert "not run" not in "\n".join(report([Result("real Stripe", Outcome.PASSED, 1)]))
