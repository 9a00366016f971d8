"""Which events speak of a monthly gift, and of which one: twice, late, from strangers, and nonsense."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from donors.gifts.models import Donation
from donors.payments.gateway.connection import APP
from donors.payments.inbox import keep, process_event
from donors.payments.models import Alarm, StripeCustomer, StripeEvent
from tests.donors.payments.odd_months import a_debited_promise, change
from tests.scenarios.monthly import SECRET, Desk, again, booked, months_of, told

pytestmark = pytest.mark.django_db

DONE, IGNORED, FAILED = StripeEvent.State.DONE, StripeEvent.State.IGNORED, StripeEvent.State.FAILED


def hear(desk: Desk, kind: str, found: dict[str, Any]) -> StripeEvent.State | None:
    """An event of this kind about this object, as Stripe would send it."""
    event = {
        "id": f"evt_{uuid4().hex}",
        "type": kind,
        "created": int(desk.now.timestamp()),
        "livemode": False,
        "data": {"object": found},
    }
    return process_event(keep(event, at=desk.now).pk, at=desk.now)


def of_another_site(**over: str) -> dict[str, str]:
    return {"app": APP, "site": settings.SITE_URL, "monthly_gift": str(uuid4()), **over}


def test_every_event_of_two_months_twice_and_backwards_is_two_gifts(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.renew(promise.stripe_subscription_id)
    posts = desk.sandbox.pop_signed_events(SECRET)

    for _ in range(2):
        desk.deliver(reversed(posts))

    assert (months_of(promise), booked(promise)) == ([("succeeded", 2000)] * 2, 4000)
    assert told(promise) == ["started"]
    assert not StripeEvent.objects.filter(state=FAILED).exists()


@pytest.mark.parametrize("kind", ["invoice.paid", "invoice_payment.paid", "customer.subscription.updated"])
def test_one_event_alone_brings_the_month(desk: Desk, kind: str) -> None:
    promise = desk.start()
    desk.sandbox.renew(promise.stripe_subscription_id)
    posts = desk.sandbox.pop_signed_events(SECRET)

    desk.deliver([post for post in posts if json.loads(post[0])["type"] == kind][:1])

    assert booked(promise) == 4000


@pytest.mark.parametrize(
    "metadata",
    [{}, of_another_site(app="shop"), of_another_site(site="https://other.example.org"), {"app": APP}],
)
def test_a_subscription_of_somebody_else_is_ignored(desk: Desk, metadata: dict[str, str]) -> None:
    found = {"id": "sub_theirs", "object": "subscription", "metadata": metadata}

    assert hear(desk, "customer.subscription.created", found) == IGNORED
    assert not Alarm.objects.exists()


@pytest.mark.parametrize("named", ["nonsense", "a40147a6-d371-4113-8288-bf981279f630"])
def test_one_that_says_it_is_ours_and_is_not_here_is_looked_at_again(desk: Desk, named: str) -> None:
    found = {"id": "sub_new", "object": "subscription", "metadata": of_another_site(monthly_gift=named)}

    assert hear(desk, "customer.subscription.created", found) == FAILED
    assert named in StripeEvent.objects.get(object_id="sub_new").last_error


@pytest.mark.parametrize(
    "parent",
    [None, {}, {"subscription_details": None}, {"quote_details": {"quote": "qt_1"}, "a_new_field": 1}],
)
def test_an_invoice_of_no_subscription_is_ignored(desk: Desk, parent: Any) -> None:
    found = {"id": "in_theirs", "object": "invoice", "parent": parent}

    assert hear(desk, "invoice.paid", found) == IGNORED


def test_a_payment_of_no_invoice_is_ignored(desk: Desk) -> None:
    assert hear(desk, "invoice_payment.paid", {"id": "inpay_1", "object": "invoice_payment"}) == IGNORED


def test_a_second_subscription_for_one_promise_is_told_once(desk: Desk) -> None:
    promise = desk.start()
    metadata = of_another_site(monthly_gift=str(promise.uuid))
    found = {"id": "sub_second", "object": "subscription", "metadata": metadata}

    kinds = ("customer.subscription.created", "customer.subscription.updated")
    assert [hear(desk, kind, found) for kind in kinds] == [DONE, DONE]

    assert again(promise).stripe_subscription_id == promise.stripe_subscription_id
    (alarm,) = Alarm.objects.all()
    assert "sub_second" in alarm.text


def test_a_renewed_card_is_mirrored(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.card_replaced(promise.stripe_subscription_id)
    (method,) = [one for one in desk.sandbox.find("payment_method") if one["customer"]][:1]
    change(desk.sandbox, method["id"], card={**method["card"], "last4": "9999"})

    assert "payment_method.automatically_updated" in desk.deliver()
    assert again(promise).card_last4 == "9999"


def test_a_card_of_somebody_else_is_ignored(desk: Desk) -> None:
    desk.start()
    found = {"id": "pm_1", "object": "payment_method", "customer": "cus_theirs"}

    assert hear(desk, "payment_method.automatically_updated", found) == IGNORED
    assert hear(desk, "payment_method.automatically_updated", {**found, "customer": None}) == IGNORED


def test_a_customer_deleted_twice_is_dated_once(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.delete_customer(promise.stripe_customer_id)
    posts = desk.sandbox.pop_signed_events(SECRET)

    desk.deliver(posts)
    first = StripeCustomer.objects.get().deleted_at
    assert hear(desk, "customer.deleted", {"id": promise.stripe_customer_id}) == DONE

    assert StripeCustomer.objects.get().deleted_at == first
    assert (again(promise).status, told(promise)) == ("canceled", ["started", "ended"])
    assert hear(desk, "customer.deleted", {"id": "cus_theirs"}) == IGNORED


def test_a_mandate_that_was_withdrawn_is_told_once(desk: Desk) -> None:
    promise = a_debited_promise(desk)
    mandate = promise.donations.get().stripe_mandate_id
    assert hear(desk, "mandate.updated", {"id": mandate}) == DONE
    assert not Alarm.objects.exists()

    change(desk.sandbox, mandate, status="inactive")
    for _ in range(2):
        hear(desk, "mandate.updated", {"id": mandate})

    (alarm,) = Alarm.objects.all()
    assert f"don mensuel n° {promise.pk} n’est plus valable" in alarm.text
    assert hear(desk, "mandate.updated", {"id": "mandate_theirs"}) == IGNORED


def test_a_mandate_of_one_gift_alone_is_nobodys_business(desk: Desk) -> None:
    gift = desk.begin(monthly=False)
    desk.pay(gift, "sepa")
    desk.deliver()
    mandate = Donation.objects.get().stripe_mandate_id
    assert mandate

    assert hear(desk, "mandate.updated", {"id": mandate}) == IGNORED
