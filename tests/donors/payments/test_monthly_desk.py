"""What is asked of a monthly gift: the last wish wins, whatever Stripe heard of the ones before it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.gifts.retrying import LEASE
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.gateway import monthly_orders
from donors.payments.monthly_desk import (
    MonthlyGiftOver,
    Wish,
    ask,
    card_page,
    carry_out,
    pause_of,
    sweep_requests,
)
from stripe_sandbox.core import Sandbox
from tests.factories import a_campaign, claire, with_monthly_amounts
from tests.scenarios.monthly import Desk, again, told

pytestmark = pytest.mark.django_db

KINDS = MonthlyRequest.Kind
STOP, RESUME = Wish(kind=KINDS.STOP), Wish(kind=KINDS.RESUME)
LATER = timedelta(hours=2)


@pytest.fixture
def desk(stripe_account: Sandbox) -> Desk:
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))


@pytest.fixture
def promise(desk: Desk) -> MonthlyGift:
    """Amina's 20 € a month."""
    return desk.start(2000)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def another(cents: int) -> Wish:
    return Wish(kind=KINDS.AMOUNT, amount_cents=cents)


def note(desk: Desk, promise: MonthlyGift, wish: Wish, actor: User | None = None) -> MonthlyRequest:
    """The wish is written down and Stripe does not answer."""
    desk.sandbox.faults.add("status", status=500, count=None, path="/v1/subscriptions")
    with pytest.raises(StripeUnavailable):
        ask(promise, wish, at=timezone.now(), actor=actor)
    desk.sandbox.faults.clear()
    return MonthlyRequest.objects.get(monthly_gift=promise, done_at=None)


def at_stripe(desk: Desk) -> tuple[int, bool, str]:
    """Cents, whether it is paused, and the state, as Stripe has them."""
    (found,) = desk.sandbox.find("subscription")
    cents = found["items"]["data"][0]["price"]["unit_amount"]
    return cents, bool(found["pause_collection"]), found["status"]


def history() -> list[tuple[str, bool, bool]]:
    """Each wish: its kind, whether another took its place, whether Stripe refused it."""
    return list(MonthlyRequest.objects.order_by("pk").values_list("kind", "replaced", "refused"))


def test_the_newer_amount_wins_over_one_that_was_only_noted(desk: Desk, promise: MonthlyGift) -> None:
    note(desk, promise, another(3000))

    assert ask(promise, another(4000), at=timezone.now()).amount_cents == 4000
    sweep_requests(at=timezone.now() + LATER)

    assert at_stripe(desk)[0] == again(promise).amount_cents == 4000
    assert history() == [("amount", True, False), ("amount", False, False)]
    assert not MonthlyRequest.objects.to_do().exists()


def test_going_back_to_the_present_amount_takes_a_noted_one_back(desk: Desk, promise: MonthlyGift) -> None:
    note(desk, promise, another(3000))

    assert ask(promise, another(2000), at=timezone.now()).amount_cents == 2000
    sweep_requests(at=timezone.now() + LATER)

    assert at_stripe(desk)[0] == 2000
    assert told(promise) == ["started"]


def test_a_noted_pause_is_taken_back_by_going_on(desk: Desk, promise: MonthlyGift, now: datetime) -> None:
    note(desk, promise, pause_of(promise, 2, at=now))

    ask(promise, RESUME, at=timezone.now())
    sweep_requests(at=timezone.now() + LATER)

    assert (at_stripe(desk)[1], again(promise).paused_at) == (False, None)


def test_a_longer_pause_takes_the_place_of_a_noted_one(
    desk: Desk, promise: MonthlyGift, now: datetime
) -> None:
    note(desk, promise, pause_of(promise, 1, at=now))
    longer = pause_of(promise, 3, at=now)

    ask(promise, longer, at=timezone.now())
    sweep_requests(at=timezone.now() + LATER)

    assert again(promise).resumes_at == longer.resumes_at


def test_a_noted_amount_and_a_noted_pause_both_stand(desk: Desk, promise: MonthlyGift, now: datetime) -> None:
    note(desk, promise, another(3000))
    desk.sandbox.faults.add("status", status=500, count=None, path="/v1/subscriptions")
    with pytest.raises(StripeUnavailable):
        ask(promise, pause_of(promise, 1, at=now), at=timezone.now())
    desk.sandbox.faults.clear()

    assert sweep_requests(at=timezone.now() + LATER) == 2

    assert at_stripe(desk)[:2] == (3000, True)


def test_a_stop_closes_everything_that_was_noted(desk: Desk, promise: MonthlyGift) -> None:
    note(desk, promise, another(3000))

    assert ask(promise, STOP, at=timezone.now()).status == "canceled"

    assert sweep_requests(at=timezone.now() + LATER) == 0
    assert history() == [("amount", True, False), ("stop", False, False)]


def test_a_noted_stop_is_not_taken_back_by_anything_else(
    desk: Desk, promise: MonthlyGift, now: datetime
) -> None:
    note(desk, promise, STOP)

    for wish in (another(3000), RESUME, pause_of(promise, 1, at=now)):
        with pytest.raises(MonthlyGiftOver):
            ask(promise, wish, at=timezone.now())

    assert sweep_requests(at=timezone.now() + LATER) == 1
    assert at_stripe(desk)[2] == again(promise).status == "canceled"


def test_an_older_wish_that_lands_after_the_newer_does_not_win(desk: Desk, promise: MonthlyGift) -> None:
    """A worker was telling 30 € when Amina asked for 40; its call reached Stripe last."""
    older, at = note(desk, promise, another(3000)), timezone.now() + timedelta(minutes=1)
    assert MonthlyRequest.objects.claim(older.pk, at=at)

    ask(promise, another(4000), at=at)
    monthly_orders.change_subscription(
        promise.stripe_subscription_id, amount_cents=3000, idempotency_key=older.idempotency_key
    )
    older.mark_done(at=at)
    assert at_stripe(desk)[0] == 3000

    assert sweep_requests(at=at + timedelta(seconds=5)) == 0, "not while the older may still land"
    assert sweep_requests(at=at + LEASE) == 1
    assert at_stripe(desk)[0] == again(promise).amount_cents == 4000
    assert history()[0] == ("amount", True, False)
    assert sweep_requests(at=at + LATER) == 0


def test_a_third_wish_ends_what_the_second_had_still_to_repeat(desk: Desk, promise: MonthlyGift) -> None:
    note(desk, promise, another(3000))
    ask(promise, another(4000), at=timezone.now())
    ask(promise, another(2500), at=timezone.now())

    assert sweep_requests(at=timezone.now() + LATER) == 1
    assert at_stripe(desk)[0] == 2500


def test_clicking_again_on_what_will_be_repeated_changes_nothing(desk: Desk, promise: MonthlyGift) -> None:
    note(desk, promise, another(3000))
    for _ in range(2):
        assert ask(promise, another(4000), at=timezone.now()).amount_cents == 4000

    assert MonthlyRequest.objects.count() == 2
    assert MonthlyRequest.objects.filter(again_at__isnull=False).count() == 1


def test_what_stripe_heard_and_we_could_not_read_is_not_taken_for_unchanged(
    desk: Desk, promise: MonthlyGift
) -> None:
    """Our copy still says 20 €: going back to them has to be told."""
    MonthlyGift.objects.update(synced_at=timezone.now() - LATER)
    desk.sandbox.faults.add("status", status=500, count=None, method="GET", path="/v1/invoices")
    assert ask(promise, another(3000), at=timezone.now()).amount_cents == 2000
    desk.sandbox.faults.clear()

    ask(promise, another(2000), at=timezone.now())

    assert at_stripe(desk)[0] == 2000


def test_a_lost_answer_is_one_change_and_one_wish(desk: Desk, promise: MonthlyGift) -> None:
    desk.sandbox.faults.add("commit_then_drop", method="POST", path="/v1/subscriptions", count=3)
    with pytest.raises(StripeUnavailable):
        ask(promise, another(3000), at=timezone.now())
    assert at_stripe(desk)[0] == 3000

    assert ask(promise, another(3000), at=timezone.now()).amount_cents == 3000

    assert (MonthlyRequest.objects.count(), told(promise)) == (1, ["started", "amount_changed"])


def test_the_treasurers_wish_is_not_signed_by_the_donor(desk: Desk, promise: MonthlyGift) -> None:
    treasurer = claire()
    note(desk, promise, another(3000), actor=treasurer)

    ask(promise, another(3000), at=timezone.now())

    wishes = MonthlyRequest.objects.order_by("pk").values_list("actor", "replaced")
    assert list(wishes) == [(treasurer.pk, True), (None, False)]


def test_a_wish_in_other_hands_is_not_said_to_be_done(desk: Desk, promise: MonthlyGift) -> None:
    noted, at = note(desk, promise, another(3000)), timezone.now() + timedelta(minutes=1)
    assert MonthlyRequest.objects.claim(noted.pk, at=at)

    with pytest.raises(StripeUnavailable):
        ask(promise, another(3000), at=at)

    assert not carry_out(noted.pk, at=at)
    assert sweep_requests(at=at + LEASE + timedelta(seconds=1)) == 1


def test_pausing_again_makes_the_pause_no_longer(desk: Desk, promise: MonthlyGift) -> None:
    until = ask(promise, pause_of(promise, 2, at=desk.now), at=desk.now).resumes_at

    desk.sandbox.advance(days=35)
    desk.deliver()
    later = again(promise)
    assert later.next_debit_at != promise.next_debit_at, "a month has passed"
    ask(later, pause_of(later, 2, at=desk.now), at=desk.now)

    assert again(promise).resumes_at == until
    assert MonthlyRequest.objects.count() == 1


def test_a_pause_that_lasts_already_leaves_out_one_more_debit_at_least(
    desk: Desk, promise: MonthlyGift
) -> None:
    ask(promise, pause_of(promise, 3, at=desk.now), at=desk.now)
    desk.sandbox.advance(days=64)
    desk.deliver()
    later = again(promise)

    resumes_at = pause_of(later, 1, at=desk.now).resumes_at

    assert resumes_at is not None
    assert later.resumes_at is not None
    assert desk.now < resumes_at <= later.resumes_at


@pytest.mark.parametrize(("asked", "left_out"), [(0, 1), (1, 1), (3, 3), (12, 3)])
def test_a_pause_leaves_out_one_to_three_debits(asked: int, left_out: int) -> None:
    due = datetime(2027, 1, 31, 9, tzinfo=UTC)
    until = pause_of(MonthlyGift(next_debit_at=due), asked, at=due - timedelta(days=3)).resumes_at

    assert until is not None
    assert (until + timedelta(days=1)).month == 1 + left_out


@pytest.mark.parametrize("wish", [RESUME, another(2000)])
def test_what_is_so_already_is_no_wish(wish: Wish, desk: Desk, promise: MonthlyGift) -> None:
    assert ask(promise, wish, at=timezone.now()).status == "active"

    assert not MonthlyRequest.objects.exists()


def test_nothing_is_asked_of_a_gift_that_has_ended_meanwhile(desk: Desk, promise: MonthlyGift) -> None:
    """The page was opened before; the row that it holds does not know yet."""
    ask(promise, STOP, at=timezone.now())

    with pytest.raises(MonthlyGiftOver):
        ask(promise, another(3000), at=timezone.now())
    with pytest.raises(MonthlyGiftOver):
        card_page(again(promise), return_url="http://testserver/")
    assert MonthlyRequest.objects.count() == 1


def test_stopping_what_was_stopped_at_the_dashboard_is_done_and_not_refused(
    desk: Desk, promise: MonthlyGift
) -> None:
    monthly_orders.stop_subscription(promise.stripe_subscription_id, idempotency_key="dashboard")

    assert ask(promise, STOP, at=timezone.now()).status == "canceled"

    assert history() == [("stop", False, False)]


def test_what_stripe_refuses_is_said_and_our_copy_is_brought_up(desk: Desk, promise: MonthlyGift) -> None:
    monthly_orders.stop_subscription(promise.stripe_subscription_id, idempotency_key="dashboard")

    with pytest.raises(StripeRefused):
        ask(promise, another(3000), at=timezone.now())

    assert (history(), again(promise).status) == ([("amount", False, True)], "canceled")
    assert sweep_requests(at=timezone.now() + LATER) == 0


def test_a_refusal_is_a_refusal_when_stripe_falls_silent_after_it(desk: Desk, promise: MonthlyGift) -> None:
    desk.sandbox.faults.add("status", status=400, method="POST", path="/v1/subscriptions")
    desk.sandbox.faults.add("status", status=500, count=None, method="GET", path="/v1/invoices")

    with pytest.raises(StripeRefused):
        ask(promise, another(3000), at=timezone.now())

    assert history() == [("amount", False, True)]


def test_one_refusal_does_not_stop_the_sweep(desk: Desk, promise: MonthlyGift) -> None:
    noted = note(desk, promise, another(3000))
    other = desk.start(1000)
    note(desk, other, another(1500))
    desk.sandbox.faults.add(
        "status", status=400, path=f"/v1/subscriptions/{promise.stripe_subscription_id}", method="POST"
    )

    assert sweep_requests(at=timezone.now() + LATER) == 1

    noted.refresh_from_db()
    assert (noted.refused, again(other).amount_cents) == (True, 1500)


def test_a_silent_stripe_lets_the_sweep_wait(desk: Desk, promise: MonthlyGift) -> None:
    noted = note(desk, promise, another(3000))
    desk.sandbox.faults.add("status", status=500, count=None)

    assert sweep_requests(at=timezone.now() + LATER) == 0

    noted.refresh_from_db()
    assert (noted.attempts, noted.done_at, noted.claimed_until) == (2, None, None)


def test_the_database_keeps_one_open_wish_of_each_matter(
    desk: Desk, promise: MonthlyGift, now: datetime
) -> None:
    note(desk, promise, pause_of(promise, 1, at=now))
    facts = {"monthly_gift": promise, "asked_at": now, "next_try_at": now}

    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyRequest.objects.create(kind=KINDS.RESUME, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyRequest.objects.create(kind=KINDS.PAUSE, resumes_at=now, **facts)
    MonthlyRequest.objects.create(kind=KINDS.AMOUNT, amount_cents=3000, **facts)


def test_a_wish_knows_what_it_is(desk: Desk, promise: MonthlyGift) -> None:
    assert str(note(desk, promise, STOP)).startswith("Arrêter · Don mensuel n°")
