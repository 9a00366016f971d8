"""The Stripe customer of a donor: one at a time, and a new one when the old one is gone."""

import pytest
from django.utils import timezone

from donors.payments.customers import customer_for, forget_customer
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.models import StripeCustomer
from donors.people.models import Donor
from stripe_sandbox.core import Sandbox
from tests.factories import a_donor

pytestmark = pytest.mark.django_db


def ask(donor: Donor, *, livemode: bool = False) -> str:
    return customer_for(donor, livemode=livemode, at=timezone.now())


def test_a_donor_has_one_customer_however_often_it_is_asked_for(stripe_account: Sandbox) -> None:
    donor = a_donor(email="amina@example.org")

    assert ask(donor) == ask(donor)

    (made,) = stripe_account.find("customer")
    assert (made["email"], made["name"], made["preferred_locales"]) == (
        "amina@example.org",
        "Amina Benali",
        ["fr"],
    )
    assert StripeCustomer.objects.get().stripe_customer_id == made["id"]


def test_two_donors_never_share_one_even_with_the_same_name(stripe_account: Sandbox) -> None:
    assert ask(a_donor()) != ask(a_donor())


def test_a_lost_answer_makes_no_second_customer(stripe_account: Sandbox) -> None:
    donor = a_donor()
    stripe_account.faults.add("commit_then_drop", method="POST", path="/v1/customers", count=9)
    with pytest.raises(StripeUnavailable):
        ask(donor)
    assert StripeCustomer.objects.get().stripe_customer_id == ""

    stripe_account.faults.clear()
    found = ask(donor)

    assert [made["id"] for made in stripe_account.find("customer")] == [found]


def test_a_refusal_leaves_a_row_that_serves_the_next_time(stripe_account: Sandbox) -> None:
    donor = a_donor()
    stripe_account.faults.add("status", status=403, method="POST", path="/v1/customers")
    with pytest.raises(StripeRefused):
        ask(donor)

    assert ask(donor).startswith("cus_")
    assert StripeCustomer.objects.get().number == 1


def test_one_that_was_deleted_at_stripe_is_dated_and_replaced(stripe_account: Sandbox) -> None:
    donor = a_donor()
    first = ask(donor)
    stripe_account.delete_customer(first)

    second = ask(donor)

    assert second != first
    rows = StripeCustomer.objects.order_by("number")
    assert [(row.number, row.deleted_at is None) for row in rows] == [(1, False), (2, True)]


def test_one_that_stripe_does_not_know_at_all_is_replaced(stripe_account: Sandbox) -> None:
    donor = a_donor()
    first = ask(donor)
    StripeCustomer.objects.update(stripe_customer_id="cus_of_another_account")

    assert ask(donor) not in {first, "cus_of_another_account"}


def test_when_stripe_is_silent_no_living_customer_is_forgotten(stripe_account: Sandbox) -> None:
    donor = a_donor()
    ask(donor)
    stripe_account.faults.add("status", status=500, method="GET", path="/v1/customers", count=None)

    with pytest.raises(StripeUnavailable):
        ask(donor)
    assert StripeCustomer.objects.get().deleted_at is None


def test_live_and_test_have_customers_of_their_own(stripe_account: Sandbox) -> None:
    donor = a_donor()

    assert ask(donor) != ask(donor, livemode=True)


def test_forgetting_is_done_once_and_only_for_ours(stripe_account: Sandbox) -> None:
    mine, at = ask(a_donor()), timezone.now()

    assert [forget_customer(mine, at=at) for _ in range(2)] == [True, False]
    assert forget_customer("cus_of_a_shop", at=at) is False
    assert forget_customer("", at=at) is False
