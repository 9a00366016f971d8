"""Which gift an event speaks of, and what is done with it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from donors.gifts.models import Donation
from donors.payments.errors import NotYetHere
from donors.payments.events import HANDLERS, find_donation
from donors.payments.gateway.connection import APP
from donors.payments.models import Alarm, CheckoutAttempt, StripeEvent
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import session_of
from tests.factories import a_donation

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 6, 8, 12, tzinfo=UTC)


def an_event(kind: str, found: dict[str, Any], *, livemode: bool = False) -> StripeEvent:
    return StripeEvent(
        stripe_event_id="evt_1",
        type=kind,
        object_id=str(found.get("id", "")),
        livemode=livemode,
        payload={"data": {"object": found}},
        created_at=NOON,
        received_at=NOON,
        next_try_at=NOON,
    )


def ours(gift: Donation, **over: str) -> dict[str, str]:
    return {"app": APP, "site": "http://testserver", "donation": str(gift.uuid), **over}


def test_a_page_is_known_by_its_session(opened: Donation) -> None:
    event = an_event("checkout.session.completed", {"id": session_of(opened), "metadata": {}})

    assert find_donation(event) == opened


def test_a_session_of_the_other_mode_is_not_ours(opened: Donation) -> None:
    event = an_event("checkout.session.completed", {"id": session_of(opened)}, livemode=True)

    assert find_donation(event) is None


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("payment_intent.succeeded", {"id": "pi_1"}),
        ("charge.updated", {"id": "ch_1", "payment_intent": "pi_1"}),
        ("refund.updated", {"id": "re_1", "payment_intent": "pi_1"}),
        ("charge.dispute.created", {"id": "dp_1", "payment_intent": "pi_1"}),
        ("radar.early_fraud_warning.created", {"id": "issfr_1", "payment_intent": "pi_1"}),
    ],
)
def test_everything_about_a_payment_leads_to_its_gift(kind: str, found: dict[str, Any]) -> None:
    donation = a_donation(stripe_payment_intent_id="pi_1")

    assert find_donation(an_event(kind, found)) == donation


def test_before_we_know_the_payment_its_metadata_names_the_gift() -> None:
    donation = a_donation()
    found = {"id": "pi_new", "metadata": ours(donation)}

    assert find_donation(an_event("payment_intent.processing", found)) == donation


def test_what_we_noted_ourselves_comes_before_what_stripe_was_told() -> None:
    """A second payment of one gift is a gift of its own; its metadata still names the first."""
    first, second = a_donation(), a_donation(stripe_payment_intent_id="pi_2")
    found = {"id": "pi_2", "metadata": ours(first)}

    assert find_donation(an_event("payment_intent.succeeded", found)) == second


@pytest.mark.parametrize(
    "metadata",
    [{}, {"app": "another-shop"}, {"site": "https://elsewhere.example"}, None],
    ids=["empty", "another app", "another site", "none"],
)
def test_what_is_not_ours_is_nobodys(metadata: dict[str, str] | None) -> None:
    donation = a_donation()
    told = None if metadata is None else (ours(donation, **metadata) if metadata else {})

    assert find_donation(an_event("payment_intent.succeeded", {"id": "pi_x", "metadata": told})) is None


@pytest.mark.parametrize("named", ["00000000-0000-4000-8000-000000000000", "no uuid at all"])
def test_a_gift_that_is_not_in_the_tables_yet_is_waited_for(named: str) -> None:
    donation = a_donation()
    found = {"id": "pi_x", "metadata": ours(donation, donation=named)}

    with pytest.raises(NotYetHere, match=named[:8]):
        find_donation(an_event("payment_intent.succeeded", found))


def test_a_refund_of_ours_names_no_gift_and_is_found_by_its_payment(paid: Donation) -> None:
    gift = sync_donation(paid.pk, because="test", at=timezone.now())
    found = {
        "id": "re_1",
        "payment_intent": gift.stripe_payment_intent_id,
        "metadata": {"app": APP, "site": "http://testserver", "refund": "some-uuid"},
    }

    assert find_donation(an_event("refund.created", found)) == gift


def test_a_refund_of_a_payment_that_is_not_ours_is_ignored() -> None:
    found = {"id": "re_1", "payment_intent": "pi_foreign", "metadata": {}}

    assert HANDLERS["refund.created"](an_event("refund.created", found), timezone.now()) is False


def test_a_warning_about_a_payment_that_is_not_ours_is_ignored(stripe_account: Sandbox) -> None:
    found = {"id": "issfr_1", "payment_intent": "pi_foreign"}
    handle = HANDLERS["radar.early_fraud_warning.created"]

    assert handle(an_event("radar.early_fraud_warning.created", found), timezone.now()) is False
    assert not Alarm.objects.exists()


def test_a_warning_that_no_longer_needs_anybody_raises_no_alarm(
    paid: Donation, stripe_account: Sandbox
) -> None:
    gift = sync_donation(paid.pk, because="test", at=timezone.now())
    warning = stripe_account.warn_of_fraud(gift.stripe_charge_id)
    stripe_account.refund(gift.stripe_charge_id)
    found = {"id": warning["id"], "payment_intent": gift.stripe_payment_intent_id}
    handle = HANDLERS["radar.early_fraud_warning.updated"]

    assert handle(an_event("radar.early_fraud_warning.updated", found), timezone.now()) is True
    assert not Alarm.objects.filter(kind=Alarm.Kind.FRAUD_WARNING).exists()


def test_an_attempt_remembers_which_gift_its_page_was_opened_for(opened: Donation) -> None:
    attempt = CheckoutAttempt.objects.get()
    assert attempt.asked_for == str(opened.uuid)

    CheckoutAttempt.objects.update(donation=a_donation())

    attempt.refresh_from_db()
    assert attempt.asked_for == str(opened.uuid)
