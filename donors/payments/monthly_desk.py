"""Do what somebody asks of a monthly gift: the wish is committed, then Stripe is told, then Stripe is read.

The donor's own pages and the office come here, and the sweep for what was left on the way."""

import logging
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.gateway import monthly_orders
from donors.payments.sync_monthly import sync_monthly_gift

log = logging.getLogger(__name__)

MOST_MONTHS = 3
_BATCH = 200


class MonthlyGiftOver(Exception):
    """It has ended, or never started: there is nothing to change any more."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for; `amount_cents` for another amount, `resumes_at` for a pause."""

    kind: MonthlyRequest.Kind
    amount_cents: int | None = None
    resumes_at: datetime | None = None


def pause_of(promise: MonthlyGift, months: int, *, at: datetime) -> Wish:
    """Leave out the next one, two or three debits: the gift goes on a day before the one that follows."""
    due = promise.next_debit_at or at
    until = _months_later(due, min(max(months, 1), MOST_MONTHS)) - timedelta(days=1)
    return Wish(kind=MonthlyRequest.Kind.PAUSE, resumes_at=until)


def ask(promise: MonthlyGift, wish: Wish, *, at: datetime, actor: User | None = None) -> MonthlyGift:
    """Do it, and answer the monthly gift as it stands afterwards. Without an actor the donor asks.

    A second click on what is already so changes nothing. Raises MonthlyGiftOver; StripeUnavailable, when the
    wish is written down and the sweep will see to it; StripeRefused, when it will not."""
    if promise.is_over or not promise.stripe_subscription_id:
        raise MonthlyGiftOver(f"monthly gift {promise.pk} is {promise.status}")
    if _is_so(promise, wish):
        return promise
    request = _write_down(promise, wish, at=at, actor=actor)
    carry_out(request.pk, at=at)
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
        sync_monthly_gift(promise.pk, because=request.idempotency_key, at=at)  # it may have ended meanwhile
        raise
    request.mark_done(at=at)
    try:
        sync_monthly_gift(promise.pk, because=request.idempotency_key, at=at)
    except StripeUnavailable:
        log.warning("Monthly gift %s was changed; the webhook will say how it stands", promise.pk)
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


def _is_so(promise: MonthlyGift, wish: Wish) -> bool:
    kinds = MonthlyRequest.Kind
    if wish.kind == kinds.AMOUNT:
        return promise.amount_cents == wish.amount_cents
    if wish.kind == kinds.RESUME:
        return promise.paused_at is None
    return (
        wish.kind == kinds.PAUSE and promise.paused_at is not None and promise.resumes_at == wish.resumes_at
    )


def _write_down(promise: MonthlyGift, wish: Wish, *, at: datetime, actor: User | None) -> MonthlyRequest:
    """The row; the same one again while Stripe has not heard of it."""
    facts = {"kind": wish.kind, "amount_cents": wish.amount_cents, "resumes_at": wish.resumes_at}
    waiting = MonthlyRequest.objects.to_do().filter(monthly_gift=promise, **facts).first()
    if waiting is not None:
        MonthlyRequest.objects.filter(pk=waiting.pk).update(next_try_at=at)
        return waiting  # type: ignore[no-any-return]
    when = {"asked_at": at, "next_try_at": at}
    return MonthlyRequest.objects.create(monthly_gift=promise, actor=actor, **facts, **when)


def _tell_stripe(request: MonthlyRequest, subscription_id: str) -> None:
    kinds, key = MonthlyRequest.Kind, request.idempotency_key
    match request.kind:
        case kinds.STOP:
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
