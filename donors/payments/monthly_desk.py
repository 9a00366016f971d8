"""Do what somebody asks of a monthly gift: the wish is committed, then Stripe is told, then Stripe is read.

The donor's own pages and the office come here, and the sweep for what was left on the way.

The last wish of a matter wins. Writing it closes the older ones under the lock of the monthly gift, so the
sweep never tells them. An older one that is at Stripe's door already, in another worker's hands or without an
answer, may still get there after the newer one: then the newer is told at once, and once more with another
key when the older worker's claim has run out."""

import logging
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.gifts.retrying import LEASE
from donors.payments.errors import StripeRefused, StripeUnavailable, UnknownObject
from donors.payments.gateway import monthly_orders
from donors.payments.sync_monthly import sync_monthly_gift

log = logging.getLogger(__name__)

MOST_MONTHS = 3
_BATCH = 200


class MonthlyGiftOver(Exception):
    """It has ended, is being stopped, or never started: there is nothing to change any more."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for; `amount_cents` for another amount, `resumes_at` for a pause."""

    kind: MonthlyRequest.Kind
    amount_cents: int | None = None
    resumes_at: datetime | None = None


def pause_of(promise: MonthlyGift, months: int, *, at: datetime) -> Wish:
    """Leave out one, two or three debits: the gift goes on a day before the one that follows.

    Counted from the first debit that a pause leaves out: asking again while it lasts makes it no longer."""
    due = promise.next_debit_at or at.replace(microsecond=0)
    left_out = 0
    while promise.paused_at and _months_later(due, -left_out - 1) > promise.paused_at:
        left_out += 1
    wanted = min(max(months, 1), MOST_MONTHS) - left_out
    until = _months_later(due, wanted) - timedelta(days=1)
    while until <= at:  # it has lasted longer than that: at least the next debit is left out
        wanted += 1
        until = _months_later(due, wanted) - timedelta(days=1)
    return Wish(kind=MonthlyRequest.Kind.PAUSE, resumes_at=until)


def ask(promise: MonthlyGift, wish: Wish, *, at: datetime, actor: User | None = None) -> MonthlyGift:
    """Do it, and answer the monthly gift as it stands afterwards. Without an actor the donor asks.

    A second click on what is already so changes nothing. Locks the monthly gift while the wish is written,
    not while Stripe is told. Raises MonthlyGiftOver; StripeUnavailable, when the wish is written down and the
    sweep will see to it, or another worker is telling it; StripeRefused, when it will not be done."""
    request = _write_down(promise, wish, at=at, actor=actor)
    if request is None or carry_out(request.pk, at=at):
        return MonthlyGift.objects.get(pk=promise.pk)
    if MonthlyRequest.objects.unheard().filter(pk=request.pk).exists():
        raise StripeUnavailable(f"the request {request.pk} on a monthly gift is in other hands")
    return MonthlyGift.objects.get(pk=promise.pk)


def carry_out(request_pk: int, *, at: datetime) -> bool:
    """Tell Stripe, then read what it made of it. Idempotent; False if it is done or in other hands.

    Raises StripeUnavailable and StripeRefused; the first is tried again later."""
    if not MonthlyRequest.objects.claim(request_pk, at=at):
        return False
    request = MonthlyRequest.objects.select_related("monthly_gift").get(pk=request_pk)
    promise = request.monthly_gift
    try:
        _tell_stripe(request, promise.stripe_subscription_id)
    except StripeUnavailable as error:
        request.note_failure(error, at=at)
        raise
    except StripeRefused:
        request.mark_done(at=at, refused=True)
        _read(promise, request, at=at)  # it may have ended meanwhile
        raise
    request.mark_done(at=at)
    _read(promise, request, at=at)
    return True


def sweep_requests(*, at: datetime) -> int:
    """Wishes that Stripe has not heard of yet; answers how many it heard now."""
    done = 0
    for pk in list(MonthlyRequest.objects.due(at).values_list("pk", flat=True)[:_BATCH]):
        try:
            done += carry_out(pk, at=at)
        except StripeRefused:
            log.error("Stripe refused the request %s on a monthly gift", pk)
        except StripeUnavailable:
            log.warning("Stripe is silent: the requests on monthly gifts wait")
            break
    return done


def card_page(promise: MonthlyGift, *, return_url: str) -> str:
    """Stripe's page for another card. Raises MonthlyGiftOver, StripeUnavailable, StripeRefused."""
    if promise.is_over or not promise.stripe_customer_id:
        raise MonthlyGiftOver(f"monthly gift {promise.pk} is {promise.status}")
    return monthly_orders.open_card_page(promise.stripe_customer_id, return_url=return_url)


def _read(promise: MonthlyGift, request: MonthlyRequest, *, at: datetime) -> None:
    try:
        sync_monthly_gift(promise.pk, because=request.idempotency_key, at=at)
    except StripeUnavailable:
        log.warning("Stripe was told about monthly gift %s; the webhook will say how it stands", promise.pk)


@transaction.atomic
def _write_down(
    promise: MonthlyGift, wish: Wish, *, at: datetime, actor: User | None
) -> MonthlyRequest | None:
    """The row to tell Stripe of, in the place of older ones; None if there is nothing to tell.

    The same person's same wish is the same row, until Stripe has heard it."""
    locked = MonthlyGift.objects.select_for_update().get(pk=promise.pk)
    waiting = MonthlyRequest.objects.to_do().filter(monthly_gift=locked)
    if locked.is_over or not locked.stripe_subscription_id or _is_being_stopped(locked, wish):
        raise MonthlyGiftOver(f"monthly gift {locked.pk} is {locked.status}")
    facts = {"kind": wish.kind, "amount_cents": wish.amount_cents, "resumes_at": wish.resumes_at}
    rivals = list(waiting.rivals_of(wish.kind).select_for_update(of=["self"]))
    same = next((one for one in rivals if _says(one, {**facts, "actor": actor})), None)
    for older in rivals:
        if older != same:
            older.replace(at=at)
    if same is not None:
        MonthlyRequest.objects.unheard().filter(pk=same.pk).update(next_try_at=at)
        return None if same.done_at else same
    crossing = any(older.may_reach_stripe for older in rivals)
    if not crossing and _is_so(locked, wish):
        return None
    # Nothing reaches a subscription that is stopped.
    again_at = at + LEASE if crossing and wish.kind != MonthlyRequest.Kind.STOP else None
    when = {"asked_at": at, "next_try_at": at, "again_at": again_at}
    return MonthlyRequest.objects.create(monthly_gift=locked, actor=actor, **facts, **when)


def _is_being_stopped(promise: MonthlyGift, wish: Wish) -> bool:
    """A stop that Stripe has not heard of yet is not taken back by anything else."""
    stops = MonthlyRequest.objects.unheard().filter(monthly_gift=promise, kind=MonthlyRequest.Kind.STOP)
    return wish.kind != MonthlyRequest.Kind.STOP and stops.exists()


def _says(request: MonthlyRequest, facts: dict[str, Any]) -> bool:
    return all(getattr(request, name) == value for name, value in facts.items())


def _is_so(promise: MonthlyGift, wish: Wish) -> bool:
    """It is as wished, as far as our copy can tell: not if Stripe heard something since we read it last."""
    heard = MonthlyRequest.objects.filter(monthly_gift=promise, replaced=False)
    if promise.synced_at is None or heard.filter(done_at__gt=promise.synced_at).exists():
        return False
    kinds = MonthlyRequest.Kind
    if wish.kind == kinds.AMOUNT:
        return promise.amount_cents == wish.amount_cents
    if wish.kind == kinds.RESUME:
        return promise.paused_at is None
    return (
        wish.kind == kinds.PAUSE and promise.paused_at is not None and promise.resumes_at == wish.resumes_at
    )


def _tell_stripe(request: MonthlyRequest, subscription_id: str) -> None:
    kinds, key = MonthlyRequest.Kind, request.idempotency_key
    match request.kind:
        case kinds.STOP:
            with suppress(UnknownObject):  # it has ended already
                monthly_orders.stop_subscription(subscription_id, idempotency_key=key)
        case kinds.PAUSE if request.resumes_at is not None:
            until = request.resumes_at
            monthly_orders.pause_subscription(subscription_id, until=until, idempotency_key=key)
        case kinds.RESUME:
            monthly_orders.resume_subscription(subscription_id, idempotency_key=key)
        case kinds.AMOUNT if request.amount_cents is not None:
            cents = request.amount_cents
            monthly_orders.change_subscription(subscription_id, amount_cents=cents, idempotency_key=key)


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
