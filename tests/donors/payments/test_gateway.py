"""The one door to Stripe."""

import pytest
import stripe
from pytest_django import Settings

from donors.payments.errors import StripeRefused, StripeUnavailable, UnknownObject
from donors.payments.gateway import connection
from donors.payments.gateway.checkout import fetch_checkout
from stripe_sandbox.core import Sandbox


def test_the_pinned_version_is_the_one_of_the_installed_package() -> None:
    assert stripe._api_version._ApiVersion.CURRENT == connection.API_VERSION


def test_the_package_sends_no_telemetry() -> None:
    assert stripe.enable_telemetry is False


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 500}, StripeUnavailable),
        ({"kind": "status", "status": 429}, StripeUnavailable),
        ({"kind": "status", "status": 409}, StripeUnavailable),
        ({"kind": "timeout"}, StripeUnavailable),
        ({"kind": "drop"}, StripeUnavailable),
        ({"kind": "status", "status": 401}, StripeRefused),
        ({"kind": "status", "status": 403}, StripeRefused),
        ({"kind": "status", "status": 400}, StripeRefused),
    ],
)
def test_every_failure_is_one_of_two_kinds(
    stripe_account: Sandbox, fault: dict[str, object], error: type[Exception]
) -> None:
    kind = str(fault.pop("kind"))
    stripe_account.faults.add(kind, path="/v1/checkout", count=9, **fault)

    with pytest.raises(error):
        fetch_checkout("cs_test_1")


def test_an_unknown_object_has_a_name_of_its_own(stripe_account: Sandbox) -> None:
    with pytest.raises(UnknownObject):
        fetch_checkout("cs_test_nobody")


def test_a_failure_is_logged_with_the_request_and_without_the_donor(
    stripe_account: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UnknownObject):
        fetch_checkout("cs_test_nobody")

    assert "request=req_" in caplog.text


def test_the_address_of_stripe_comes_from_the_settings(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    connection.client.cache_clear()
    try:
        with pytest.raises(StripeUnavailable):
            fetch_checkout("cs_test_1")
    finally:
        connection.client.cache_clear()
