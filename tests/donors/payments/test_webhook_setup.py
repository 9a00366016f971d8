"""Stripe's endpoint for our webhooks: looked at, made, mended, through the pretend Stripe's API."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from stripe.params import WebhookEndpointCreateParams

from donors.payments import webhook_setup
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.facts import EndpointFacts
from donors.payments.gateway import endpoints as gateway
from donors.payments.gateway.connection import API_VERSION
from donors.payments.webhook_setup import WANTED, faults, outdated, set_up
from stripe_sandbox.core import Sandbox
from tests.source import code, imports

ADDRESS = "http://testserver/stripe/webhook/"


def endpoints() -> list[EndpointFacts]:
    return gateway.list_endpoints()


def an_endpoint(*, events: frozenset[str] = WANTED, url: str = ADDRESS) -> EndpointFacts:
    endpoint, _ = gateway.create_endpoint(url, events)
    return endpoint


def of_another_version(stripe_account: Sandbox, endpoint: EndpointFacts, version: str | None) -> None:
    (stored,) = [
        found for found in stripe_account.find("webhook_endpoint") if found["id"] == endpoint.endpoint_id
    ]
    stripe_account.world.save(stored | {"api_version": version})


def disable(stripe_account: Sandbox, endpoint: EndpointFacts) -> None:
    (stored,) = [
        found for found in stripe_account.find("webhook_endpoint") if found["id"] == endpoint.endpoint_id
    ]
    stripe_account.world.save(stored | {"status": "disabled"})


def test_an_account_without_endpoint_is_told(stripe_account: Sandbox) -> None:
    assert faults() == [f"No webhook endpoint sends to {ADDRESS}."]


def test_an_endpoint_elsewhere_is_not_ours(stripe_account: Sandbox) -> None:
    an_endpoint(url="https://another.example.org/stripe/webhook/")

    assert faults() == [f"No webhook endpoint sends to {ADDRESS}."]


def test_what_was_set_up_has_no_fault(stripe_account: Sandbox) -> None:
    done = set_up()

    assert done.secret.startswith("whsec_")
    assert (done.endpoint.url, done.endpoint.events) == (ADDRESS, WANTED)
    assert (done.endpoint.enabled, done.endpoint.api_version) == (True, API_VERSION)
    assert faults() == []


def test_setting_up_again_touches_nothing(stripe_account: Sandbox) -> None:
    first = set_up()

    again = set_up()

    assert (again.changed, again.secret) == (False, "")
    assert endpoints() == [first.endpoint]


def test_an_endpoint_for_every_event_is_right_as_well(stripe_account: Sandbox) -> None:
    an_endpoint(events=frozenset({"*"}))

    assert faults() == []
    assert not set_up().changed


def test_missing_events_are_named_and_added(stripe_account: Sandbox) -> None:
    endpoint = an_endpoint(events=WANTED - {"charge.failed", "charge.updated"})

    assert faults() == [
        f"The webhook endpoint {endpoint.endpoint_id} does not send: charge.failed, charge.updated."
    ]
    done = set_up()

    assert (done.changed, done.secret, done.endpoint.endpoint_id) == (True, "", endpoint.endpoint_id)
    assert faults() == []


def test_a_disabled_endpoint_is_named_and_switched_on(stripe_account: Sandbox) -> None:
    """Stripe switches an endpoint off by itself when it has failed for days."""
    endpoint = an_endpoint()
    disable(stripe_account, endpoint)

    assert faults() == [f"The webhook endpoint {endpoint.endpoint_id} is disabled."]
    set_up()

    assert faults() == []


@pytest.mark.parametrize("version", ["2025-03-31.basil", None])
def test_scenario_18_an_endpoint_of_another_version_works_and_is_named(
    stripe_account: Sandbox, version: str | None
) -> None:
    old = an_endpoint()
    of_another_version(stripe_account, old, version)

    (fault,) = faults()
    assert f"{old.endpoint_id} speaks {version or 'the account'}" in fault
    assert "understood all the same" in fault

    done = set_up()

    assert done.endpoint.endpoint_id != old.endpoint_id
    assert done.secret
    assert faults() == []
    assert [endpoint.endpoint_id for endpoint in outdated()] == [old.endpoint_id]
    assert not set_up().changed, "the second time there is nothing left to do"


def test_more_than_a_page_of_endpoints_is_read_to_its_end(stripe_account: Sandbox) -> None:
    set_up()
    for number in range(105):
        an_endpoint(url=f"https://site-{number}.example.org/hook/")

    assert len(endpoints()) == 106
    assert faults() == []


def test_stripes_types_know_every_event_that_we_act_on() -> None:
    wanted = str(WebhookEndpointCreateParams.__annotations__["enabled_events"])

    assert [event for event in WANTED if f"'{event}'" not in wanted and f'"{event}"' not in wanted] == []


@pytest.mark.parametrize(
    ("status", "error"), [(401, StripeRefused), (403, StripeRefused), (500, StripeUnavailable)]
)
def test_what_stripe_does_not_answer_is_not_called_right(
    stripe_account: Sandbox, status: int, error: type[Exception]
) -> None:
    stripe_account.faults.add("status", path="/v1/webhook_endpoints", count=9, status=status)

    with pytest.raises(error):
        faults()


def test_nothing_that_runs_in_a_web_process_asks_for_it() -> None:
    """The comparison goes over the network: a command and nothing else makes it."""
    askers = [module.path for module in code() if imports(module, webhook_setup.__name__)]

    assert askers == ["donors/management/commands/stripe_setup.py"]


def run(capsys: pytest.CaptureFixture[str], *words: str, **options: Any) -> tuple[str, str]:
    call_command("stripe_setup", *words, **options)
    said = capsys.readouterr()
    return said.out, said.err


def test_the_command_tells_the_secret_once(
    stripe_account: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = run(capsys)
    second, _ = run(capsys)

    assert "STRIPE_WEBHOOK_SECRETS=whsec_" in first
    assert "whsec_" not in second
    assert "is right already" in second


def test_the_command_mends(stripe_account: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    an_endpoint(events=frozenset({"charge.updated"}))

    out, _ = run(capsys)

    assert "Mended the webhook endpoint we_" in out
    assert "its secret stays" in out


def test_the_command_names_what_may_be_deleted(
    stripe_account: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    of_another_version(stripe_account, an_endpoint(), "2025-03-31.basil")

    out, _ = run(capsys)

    assert "speaks 2025-03-31.basil: delete it in Stripe's Dashboard" in out


def test_the_dry_run_changes_nothing_and_says_what_is_wrong(
    stripe_account: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"manage\.py stripe_setup"):
        run(capsys, "--check")

    assert f"No webhook endpoint sends to {ADDRESS}." in capsys.readouterr().err
    assert endpoints() == []

    set_up()
    out, err = run(capsys, "--check")

    assert "Stripe sends every event" in out
    assert err == ""


@pytest.mark.parametrize(
    ("status", "sentence"), [(403, "needs the right to write webhook endpoints"), (500, "Try again later")]
)
def test_the_command_says_why_it_could_not(stripe_account: Sandbox, status: int, sentence: str) -> None:
    stripe_account.faults.add("status", path="/v1/webhook_endpoints", count=9, status=status)

    with pytest.raises(CommandError, match=sentence):
        call_command("stripe_setup")
