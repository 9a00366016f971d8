"""A monthly gift is brought up to what Stripe says, by whoever looks, as often as they look."""

import pytest

from donors.gifts.models import Donation, Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.progress import progress_of
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.models import Alarm
from donors.payments.sync_monthly import sync_gift, sync_monthly_gift
from donors.receipts.models import Receipt
from tests.donors.payments.odd_months import (
    a_debited_promise,
    change,
    intent_of,
    mark_paid_outside,
    newest_invoice,
    pay_by_another,
)
from tests.scenarios.monthly import Desk, again, booked, months_of, told

pytestmark = pytest.mark.django_db


def look(desk: Desk, promise: MonthlyGift) -> MonthlyGift:
    return sync_monthly_gift(promise.pk, because="sweep", at=desk.now)


def texts() -> list[str]:
    return list(Alarm.objects.order_by("pk").values_list("text", flat=True))


def test_a_promise_that_stripe_never_heard_of_is_left_as_it_is(desk: Desk) -> None:
    promise = desk.begin().monthly_gift
    assert promise is not None

    assert look(desk, promise).status == "created"
    assert again(promise).synced_at is None


def test_looking_twice_changes_nothing_more(desk: Desk) -> None:
    promise = desk.start()
    desk.sandbox.renew(promise.stripe_subscription_id)
    first = look(desk, promise)

    second = look(desk, promise)

    assert (second.sync_version, told(promise)) == (first.sync_version, ["started"])
    assert (months_of(promise), booked(promise)) == ([("succeeded", 2000)] * 2, 4000)


def test_without_any_webhook_the_return_page_begins_the_promise(desk: Desk) -> None:
    gift = desk.begin()
    desk.pay(gift)

    sync_gift(gift.pk, because="return page", at=desk.now)

    promise = MonthlyGift.objects.get()
    assert (promise.status, told(promise), booked(promise)) == ("active", ["started"], 2000)


def test_a_gift_in_one_go_has_no_promise_to_look_at(desk: Desk) -> None:
    gift = desk.begin(monthly=False)
    desk.pay(gift)

    assert sync_gift(gift.pk, because="return page", at=desk.now).status == Status.SUCCEEDED
    assert not MonthlyGift.objects.exists()


@pytest.mark.parametrize("path", ["/v1/subscriptions", "/v1/invoices", "/v1/payment_intents"])
def test_when_stripe_falls_silent_on_the_way_the_next_look_ends_the_same(desk: Desk, path: str) -> None:
    promise = desk.start()
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.sandbox.faults.add("status", status=500, count=None, path=path)
    with pytest.raises(StripeUnavailable):
        look(desk, promise)

    desk.sandbox.faults.clear()
    look(desk, promise)

    assert (months_of(promise), booked(promise)) == ([("succeeded", 2000)] * 2, 4000)
    assert told(promise) == ["started"]


def test_a_month_that_stripe_does_not_show_holds_up_no_other(desk: Desk) -> None:
    promise = desk.start()
    first = desk.sandbox.renew(promise.stripe_subscription_id)
    second = desk.sandbox.renew(promise.stripe_subscription_id)
    hidden = intent_of(desk.sandbox, second["id"])  # the newest is read first
    desk.sandbox.faults.add("status", status=403, count=None, path=f"/v1/payment_intents/{hidden}")

    with pytest.raises(StripeRefused):
        look(desk, promise)

    assert Donation.objects.get(stripe_invoice_id=first["id"]).status == Status.SUCCEEDED
    desk.sandbox.faults.clear()
    look(desk, promise)
    assert booked(promise) == 6000


@pytest.mark.parametrize(
    "strange",
    [
        {"livemode": True},
        {"currency": "usd"},
        {"metadata": {"app": "campagne-de-juin", "monthly_gift": "somebody else's"}},
        {"metadata": {}},
    ],
)
def test_a_subscription_that_is_not_what_we_asked_for_is_mirrored_no_more(
    desk: Desk, strange: dict[str, object]
) -> None:
    promise = desk.start()
    desk.sandbox.renew(promise.stripe_subscription_id)
    change(desk.sandbox, promise.stripe_subscription_id, **strange)

    for _ in range(2):
        look(desk, promise)

    assert (months_of(promise), booked(promise)) == ([("succeeded", 2000)], 2000)
    (alarm,) = Alarm.objects.all()
    assert f"n° {promise.pk} n’est plus suivi" in alarm.text
    assert again(promise).synced_at is not None


@pytest.mark.parametrize("strange", [{"livemode": True}, {"currency": "usd"}, {"amount": 1999}])
def test_a_month_whose_payment_is_another_is_set_aside(desk: Desk, strange: dict[str, object]) -> None:
    promise = desk.start()
    invoice = desk.sandbox.renew(promise.stripe_subscription_id)
    change(desk.sandbox, intent_of(desk.sandbox, invoice["id"]), **strange)

    desk.deliver()
    desk.follow()

    month = Donation.objects.get(stripe_invoice_id=invoice["id"])
    assert (month.status, month.hold) == (Status.CREATED, Donation.Hold.MISMATCH)
    assert [alarm.kind for alarm in month.alarms.all()] == [Alarm.Kind.MISMATCH]
    assert (month.ledger.count(), booked(promise)) == (0, 2000)
    assert not Receipt.objects.exists()
    assert progress_of(desk.campaign, at=desk.now).raised_cents == 2000


def test_a_status_that_we_do_not_know_leaves_ours(desk: Desk) -> None:
    promise = desk.start()
    change(desk.sandbox, promise.stripe_subscription_id, status="trialing")

    assert look(desk, promise).status == "active"


def test_a_month_of_nothing_makes_no_gift_and_no_alarm(desk: Desk) -> None:
    promise = desk.start()
    invoice = desk.sandbox.renew(promise.stripe_subscription_id, "card_declined")
    change(desk.sandbox, invoice["id"], status="paid", amount_due=0)

    look(desk, promise)

    assert (months_of(promise), texts()) == ([("succeeded", 2000)], [])


def test_a_month_that_was_paid_outside_stripe_is_put_before_the_treasurer_once(desk: Desk) -> None:
    promise = desk.start()
    invoice = desk.sandbox.renew(promise.stripe_subscription_id, "card_declined")
    mark_paid_outside(desk.sandbox, invoice["id"])

    for _ in range(2):
        look(desk, promise)

    assert (months_of(promise), booked(promise)) == ([("succeeded", 2000)], 2000)
    (text,) = texts()
    assert invoice["id"] in text
    assert "20 €".replace(" ", "\u00a0") in text


def test_a_month_that_two_payments_paid_counts_one_and_names_both(desk: Desk) -> None:
    promise = desk.start()
    invoice = desk.sandbox.renew(promise.stripe_subscription_id)
    ours = intent_of(desk.sandbox, invoice["id"])
    other = pay_by_another(desk.sandbox, invoice["id"], like=ours)

    for _ in range(2):
        look(desk, promise)

    assert booked(promise) == 4000
    (text,) = texts()
    assert ours in text
    assert other in text


def test_a_refused_debit_that_another_payment_made_good_is_received(desk: Desk) -> None:
    by_card = desk.start()
    like = by_card.donations.get().stripe_payment_intent_id
    promise = a_debited_promise(desk)
    invoice = desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()
    desk.sandbox.act("fail_debit", charge=intent_of(desk.sandbox, invoice["id"]))
    desk.deliver()
    month = Donation.objects.get(stripe_invoice_id=invoice["id"])
    assert month.status == Status.FAILED

    other = pay_by_another(desk.sandbox, invoice["id"], like=like)
    for _ in range(2):
        look(desk, promise)

    month.refresh_from_db()
    assert (month.status, month.stripe_payment_intent_id) == (Status.SUCCEEDED, other)
    assert booked(promise) == 4000


@pytest.mark.parametrize("seen", [True, False])
def test_a_debit_that_the_bank_took_back_ends_the_same_whether_its_success_was_seen(
    desk: Desk, seen: bool
) -> None:
    promise = a_debited_promise(desk)
    invoice = desk.sandbox.renew(promise.stripe_subscription_id)
    intent = intent_of(desk.sandbox, invoice["id"])
    desk.deliver()
    desk.sandbox.act("settle_debit", charge=intent)
    if seen:
        desk.deliver()
    desk.sandbox.act("fail_late", charge=intent)
    desk.deliver()
    look(desk, promise)

    month = Donation.objects.get(stripe_invoice_id=invoice["id"])
    assert (month.status, booked(promise)) == (Status.REVERSED, 2000)
    lines = month.ledger.exclude(kind="fee").order_by("pk").values_list("amount_cents", flat=True)
    assert list(lines) == [2000, -2000]
    assert list(month.alarms.values_list("kind", flat=True)) == [Alarm.Kind.LATE_FAILURE]


def test_a_debit_that_never_succeeded_has_failed(desk: Desk) -> None:
    promise = a_debited_promise(desk)
    invoice = desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()
    desk.sandbox.act("fail_debit", charge=intent_of(desk.sandbox, newest_invoice(desk.sandbox)))
    desk.deliver()

    month = Donation.objects.get(stripe_invoice_id=invoice["id"])
    assert (month.status, booked(promise)) == (Status.FAILED, 2000)
