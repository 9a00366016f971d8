"""Opening Stripe's payment page: one page for one gift, whatever goes wrong."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from donors.gifts.models import Donation, Status
from donors.payments import checkout
from donors.payments.checkout import open_checkout
from donors.payments.errors import AlreadyPaid, StripeRefused, StripeUnavailable
from donors.payments.facts import CheckoutOrder, PaymentFacts
from donors.payments.gateway.checkout import create_checkout
from donors.payments.models import CheckoutAttempt
from donors.payments.sync import sync_donation
from stripe_sandbox.core import Sandbox
from tests.donors.payments.conftest import BACK, open_page, session_of
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def sessions(stripe_account: Sandbox) -> int:
    return len(stripe_account.find("checkout.session"))


def test_the_donor_is_sent_to_a_page_for_exactly_this_gift(stripe_account: Sandbox) -> None:
    donation = a_donation(amount_cents=5050)

    url = open_page(donation)

    (session,) = stripe_account.find("checkout.session")
    assert url == session["url"]
    assert (session["amount_total"], session["currency"], session["mode"]) == (5050, "eur", "payment")
    assert session["metadata"]["donation"] == session["client_reference_id"] == str(donation.uuid)
    donation.refresh_from_db()
    assert donation.status == Status.OPEN
    assert session_of(donation) == session["id"]


def test_no_personal_data_but_the_address_goes_to_stripe(stripe_account: Sandbox) -> None:
    open_page(a_donation())

    (session,) = stripe_account.find("checkout.session")
    assert session["customer_email"].startswith("amina")
    assert "Benali" not in str(session)


def test_the_same_click_twice_opens_one_page(stripe_account: Sandbox) -> None:
    donation = a_donation()

    assert open_page(donation) == open_page(donation)
    assert (sessions(stripe_account), donation.attempts.count()) == (1, 1)


def test_our_row_is_committed_before_stripe_is_called(
    stripe_account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    donation, seen = a_donation(), []
    depth = len(connection.savepoint_ids)

    def watching(order: CheckoutOrder, *, idempotency_key: str) -> PaymentFacts:
        attempt = CheckoutAttempt.objects.get(donation=donation)
        seen.append((attempt.state, attempt.idempotency_key, len(connection.savepoint_ids)))
        return create_checkout(order, idempotency_key=idempotency_key)

    monkeypatch.setattr(checkout, "create_checkout", watching)
    open_page(donation)

    ((state, key, inside),) = seen
    assert (state, inside) == ("creating", depth)
    assert key.startswith(f"co:{donation.uuid}:1:")


def test_a_lost_answer_and_a_new_try_give_the_same_page(stripe_account: Sandbox) -> None:
    donation = a_donation()
    stripe_account.faults.add("commit_then_drop", path="/v1/checkout", count=3)

    with pytest.raises(StripeUnavailable):
        open_page(donation)
    open_page(donation)

    assert sessions(stripe_account) == 1
    assert donation.attempts.get().state == CheckoutAttempt.State.OPEN


def test_an_error_of_stripe_that_passes_is_not_seen(stripe_account: Sandbox) -> None:
    stripe_account.faults.add("status", status=500, path="/v1/checkout", count=2)

    assert open_page(a_donation())
    assert sessions(stripe_account) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_stripe_that_stays_down_is_unavailable(stripe_account: Sandbox, status: int) -> None:
    stripe_account.faults.add("status", status=status, path="/v1/checkout", count=9)
    donation = a_donation()

    with pytest.raises(StripeUnavailable):
        open_page(donation)

    donation.refresh_from_db()
    assert donation.status == Status.CREATED


def test_a_refused_key_is_a_refusal_and_leaves_the_gift_ready(
    stripe_account: Sandbox,
) -> None:
    donation = a_donation()
    stripe_account.faults.add("status", status=401, path="/v1/checkout")

    with pytest.raises(StripeRefused):
        open_page(donation)
    assert donation.attempts.get().state == CheckoutAttempt.State.REFUSED

    assert open_page(donation)
    assert donation.attempts.count() == 2


def test_a_changed_amount_closes_the_old_page(opened: Donation, stripe_account: Sandbox) -> None:
    old = session_of(opened)
    Donation.objects.filter(pk=opened.pk).update(amount_cents=8000)
    opened.refresh_from_db()

    open_page(opened)

    states = {s["id"]: (s["status"], s["amount_total"]) for s in stripe_account.find("checkout.session")}
    assert states == {old: ("expired", 5000), session_of(opened): ("open", 8000)}
    opened.refresh_from_db()
    assert opened.status == Status.OPEN


def test_a_page_that_was_paid_meanwhile_is_never_replaced(paid: Donation) -> None:
    Donation.objects.filter(pk=paid.pk).update(amount_cents=8000)
    paid.refresh_from_db()

    with pytest.raises(AlreadyPaid):
        open_page(paid)

    paid.refresh_from_db()
    assert (paid.attempts.count(), paid.is_paid, paid.amount_cents) == (1, True, 5000)


def test_a_paid_gift_needs_no_page(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.pay(session_of(opened), "card")
    later = timezone.now() + timedelta(minutes=55)

    with pytest.raises(AlreadyPaid):
        open_checkout(opened, return_to=BACK, at=later)

    opened.refresh_from_db()
    assert opened.is_paid


def test_a_page_about_to_expire_is_replaced(opened: Donation, stripe_account: Sandbox) -> None:
    first = session_of(opened)

    open_checkout(opened, return_to=BACK, at=timezone.now() + timedelta(minutes=51))

    assert session_of(opened) != first
    assert [a.state for a in opened.attempts.all()] == ["expired", "open"]


def test_an_expired_gift_may_be_tried_again(opened: Donation, stripe_account: Sandbox) -> None:
    stripe_account.clock.advance(3700)
    sync_donation(opened.pk, because="test", at=timezone.now())
    opened.refresh_from_db()
    assert opened.status == Status.EXPIRED
    stripe_account.clock.advance(-3700)

    assert open_page(opened)

    opened.refresh_from_db()
    assert (opened.status, opened.attempts.count()) == (Status.OPEN, 2)
