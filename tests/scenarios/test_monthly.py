"""Scenarios 35 to 40: gifts of each month, and all that can come between two of them."""

import pytest
from django.core import mail
from pytest_django import Settings

from donors.gifts.models import Donation, Status
from donors.gifts.monthly import MonthlyGift
from donors.payments.models import Alarm, CheckoutAttempt, StripeCustomer
from stripe_sandbox.core import Sandbox
from tests.factories import a_campaign, with_monthly_amounts
from tests.scenarios.monthly import SECRET, Desk, again, booked, months_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(stripe_account: Sandbox, settings: Settings) -> Desk:
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))


def test_the_first_month_is_the_gift_of_the_form(desk: Desk) -> None:
    gift = desk.begin(2000)
    desk.pay(gift)
    desk.deliver()

    gift.refresh_from_db()
    promise = MonthlyGift.objects.get()
    assert (gift.monthly_gift, gift.status, gift.amount_cents) == (promise, Status.SUCCEEDED, 2000)
    assert (promise.status, promise.amount_cents, promise.donor) == ("active", 2000, gift.donor)
    assert promise.stripe_customer_id == StripeCustomer.objects.get().stripe_customer_id
    assert promise.card_last4 == "4242"
    assert promise.next_debit_at is not None
    assert booked(promise) == 2000


def test_each_month_is_a_gift_of_its_own(desk: Desk) -> None:
    promise = desk.start(2000)
    for _ in range(2):
        desk.sandbox.renew(promise.stripe_subscription_id)
        desk.deliver()

    assert months_of(promise) == [("succeeded", 2000)] * 3
    assert booked(promise) == 6000
    assert told(promise) == ["started"]
    invoices = set(Donation.objects.values_list("stripe_invoice_id", flat=True))
    assert len(invoices) == 3
    assert again(promise).source == Donation.objects.latest("pk").source == "affiche"


def test_scenario_35_a_month_debited_while_it_was_stopped_counts_and_a_person_looks(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.sandbox.cancel_subscription(promise.stripe_subscription_id)
    desk.deliver()
    desk.deliver()

    assert (again(promise).status, booked(promise)) == ("canceled", 4000)
    alarm = Alarm.objects.get(kind=Alarm.Kind.MONTHLY)
    assert alarm.donation == promise.donations.latest("pk")
    assert "remboursé" in alarm.text


def test_scenario_36_an_expired_card_ends_the_gift_after_its_letters(desk: Desk) -> None:
    promise = desk.start()
    desk.follow()
    desk.sandbox.renew(promise.stripe_subscription_id, "expired_card")
    desk.deliver()
    desk.follow()
    for days in (3, 2, 2):
        desk.sandbox.advance(days=days, hours=1)
        desk.deliver()
        desk.follow()

    assert (again(promise).status, booked(promise)) == ("canceled", 2000)
    assert told(promise) == ["started", "payment_failed", "last_try", "ended"]
    subjects = [letter.subject for letter in mail.outbox]
    assert subjects[1:] == [
        "Votre don mensuel n’a pas pu être débité ce mois-ci",
        "Dernier essai pour votre don mensuel",
        "Votre don mensuel est arrêté",
    ]
    second = desk.start()
    assert (second.pk != promise.pk, second.stripe_customer_id) == (True, promise.stripe_customer_id)
    living = [one for one in desk.sandbox.find("subscription") if one["status"] == "active"]
    assert len(living) == 1


def test_scenario_37_a_month_that_its_bank_asks_about_is_one_gift_once_confirmed(desk: Desk) -> None:
    promise = desk.start()
    invoice = desk.sandbox.renew(promise.stripe_subscription_id, "needs_authentication")
    desk.deliver()
    desk.follow()

    assert months_of(promise) == [("succeeded", 2000)]
    letter = mail.outbox[-1]
    assert "confirmer" in letter.subject
    assert invoice["hosted_invoice_url"] in letter.body

    desk.sandbox.pay_invoice(invoice["id"], "challenge_passed")
    desk.deliver()
    assert months_of(promise) == [("succeeded", 2000)] * 2
    assert again(promise).status == "active"


def test_scenario_38_the_invoice_is_told_before_the_page(desk: Desk) -> None:
    gift = desk.begin()
    desk.pay(gift)
    posts = desk.sandbox.pop_signed_events(SECRET)
    first = [post for post in posts if b'"invoice.paid"' in post[0]]
    rest = [post for post in posts if post not in first]

    assert desk.deliver(first) == ["invoice.paid"]
    gift.refresh_from_db()
    assert (gift.status, Donation.objects.count()) == (Status.SUCCEEDED, 1)
    desk.deliver(rest)
    desk.deliver(posts)

    promise = MonthlyGift.objects.get()
    assert (months_of(promise), booked(promise)) == ([("succeeded", 2000)], 2000)
    assert CheckoutAttempt.objects.get().state == "complete"


def test_scenario_39_what_is_changed_at_the_dashboard_is_mirrored(desk: Desk) -> None:
    promise = desk.start(2000)
    desk.sandbox.change_subscription(promise.stripe_subscription_id, 3500)
    desk.sandbox.pause_subscription(promise.stripe_subscription_id)
    desk.deliver()
    mirror = again(promise)
    assert (mirror.amount_cents, mirror.paused_at is not None) == (3500, True)

    desk.sandbox.resume_subscription(promise.stripe_subscription_id)
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()
    assert months_of(promise) == [("succeeded", 2000), ("succeeded", 3500)]

    desk.sandbox.stop_subscription_later(promise.stripe_subscription_id)
    desk.deliver()
    assert (again(promise).ends_at_period_end, again(promise).next_debit_at) == (True, None)
    desk.sandbox.advance(days=32)
    desk.deliver()
    assert again(promise).status == "canceled"


def test_scenario_40_a_customer_deleted_at_stripe_leaves_the_donor_and_is_replaced(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.act("delete_customer", customer=promise.stripe_customer_id)
    desk.deliver()

    assert again(promise).status == "canceled"
    assert StripeCustomer.objects.get().deleted_at is not None
    second = desk.start()
    assert second.donor == promise.donor
    assert second.stripe_customer_id != promise.stripe_customer_id
    assert list(StripeCustomer.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_any_order_of_the_webhooks_ends_in_the_same_books(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.sandbox.cancel_subscription(promise.stripe_subscription_id)
    posts = desk.sandbox.pop_signed_events(SECRET)

    desk.deliver(reversed(posts))
    desk.deliver(posts)

    assert (again(promise).status, booked(promise)) == ("canceled", 4000)
    assert told(promise) == ["started", "ended"]
