"""What a donor signs once and is debited under again and again."""

import pytest
import stripe

from stripe_sandbox.bank_accounts import GOOD, account_with, make_debit_method
from stripe_sandbox.core import Sandbox
from stripe_sandbox.mandates import mandate_of, revoke_mandate
from tests.stripe_sandbox.conftest import OpenSession, error_of

Client = stripe.StripeClient


def signed(sandbox: Sandbox) -> tuple[dict[str, object], dict[str, object]]:
    """The same mandate, asked for twice."""
    account = account_with(GOOD)
    assert account is not None
    with sandbox.locked() as world:
        method = make_debit_method(
            world, account, {"email": "amina@example.org", "name": None, "address": {}}
        )
        return mandate_of(world, method), mandate_of(world, method)


def test_one_payment_method_has_one_mandate(sandbox: Sandbox) -> None:
    first, second = signed(sandbox)
    assert first == second
    assert len(sandbox.find("mandate")) == 1
    other, _ = signed(sandbox)
    assert other["id"] != first["id"]


def test_every_debit_signs_a_mandate_of_its_own(sandbox: Sandbox, open_session: OpenSession) -> None:
    for _ in range(2):
        sandbox.pay(open_session().id, "sepa")
    details = [mandate["payment_method_details"]["sepa_debit"] for mandate in sandbox.find("mandate")]
    assert len({detail["reference"] for detail in details}) == 2
    assert all(detail["url"].endswith(f"/mandate/{detail['reference']}") for detail in details)


def test_a_mandate_is_revoked_once(sandbox: Sandbox, open_session: OpenSession) -> None:
    sandbox.pay(open_session().id, "sepa")
    (charge,) = sandbox.find("charge")
    with sandbox.locked() as world:
        revoke_mandate(world, charge)
        revoke_mandate(world, charge)
    told = [event for event in sandbox.find("event") if event["type"] == "mandate.updated"]
    assert len(told) == 1
    assert told[0]["data"]["previous_attributes"] == {"status": "active"}


def test_a_mandate_shows_when_and_how_it_was_accepted(
    sandbox: Sandbox, client: Client, open_session: OpenSession
) -> None:
    sandbox.pay(open_session().id, "sepa")
    mandate = client.v1.mandates.retrieve(sandbox.find("mandate")[0]["id"], {"expand": ["payment_method"]})
    assert mandate.customer_acceptance.type == "online"
    charged_at = sandbox.find("charge")[0]["created"]
    assert mandate.customer_acceptance.accepted_at == pytest.approx(charged_at, abs=5)
    assert isinstance(mandate.payment_method, stripe.PaymentMethod)
    assert error_of(lambda: client.v1.mandates.retrieve("mandate_nobody")).http_status == 404
