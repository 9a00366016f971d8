"""A donor's own pages for a monthly gift, each behind a link of a letter: /don/mensuel/<token>/<action>/.

GET shows, POST does: a program that follows the links of a letter changes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.gifts.monthly_tokens import (
    Action,
    BadMonthlyToken,
    ExpiredMonthlyToken,
    read_monthly_token,
)
from donors.giving.answers import SeeOther, keep_private
from donors.giving.monthly_forms import AmountForm, PauseForm
from donors.letters.monthly_words import promise_words
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.monthly_desk import MonthlyGiftOver, Wish, ask, card_page, pause_of
from donors.tasks import follow_up, send_monthly_links

_KINDS = MonthlyRequest.Kind


@dataclass(frozen=True, kw_only=True)
class Page:
    """One showing: `notice` says what has just happened, or what went wrong."""

    promise: MonthlyGift
    action: Action
    token: str
    at: datetime
    form: forms.Form | None = None
    notice: str = ""
    status: int = 200

    def answer(self, request: HttpRequest) -> HttpResponse:
        promise = self.promise
        words = {
            **promise_words(promise, at=self.at),
            "donor": promise.donor,
            "campaign": promise.campaign,
            "organisation": promise.campaign.organisation,
            "action": self.action.value,
            "form": self.form,
            "notice": self.notice,
        }
        response = keep_private(render(request, "giving/monthly.html", words, status=self.status))
        # Browsers send "Origin: null" from a no-referrer page, and the form would be refused as a forgery.
        response["Referrer-Policy"] = "same-origin"
        return response


@require_http_methods(["GET", "HEAD", "POST"])
def monthly(request: HttpRequest, token: str, action: str) -> HttpResponse:
    """Another card or amount, a pause, its end, a stop: what this link was made for, and only that."""
    at = timezone.now()
    try:
        wanted = Action(action)
        promise = read_monthly_token(token, wanted, at=at)
    except (ValueError, BadMonthlyToken) as error:
        raise Http404 from error
    except ExpiredMonthlyToken as expired:
        return _expired(request, expired.promise)
    form = _form(request, promise, wanted)
    page = Page(promise=promise, action=wanted, token=token, at=at, form=form)
    if request.method != "POST" or (form is not None and not form.is_valid()):
        notice = "done" if request.GET.get("fait") == "1" else ""
        return replace(page, notice=notice).answer(request)
    return _do(request, page)


def _form(request: HttpRequest, promise: MonthlyGift, action: Action) -> forms.Form | None:
    typed: Any = request.POST if request.method == "POST" else None
    if action == Action.AMOUNT:
        return AmountForm(typed, campaign=promise.campaign)
    return PauseForm(typed) if action == Action.PAUSE else None


def _do(request: HttpRequest, page: Page) -> HttpResponse:
    promise, at = page.promise, page.at
    # The same link, with the age that it has: it does not renew itself.
    here = f"{reverse('monthly', args=[page.token, page.action.value])}?fait=1"
    try:
        if page.action == Action.CARD:
            return SeeOther(card_page(promise, return_url=f"{settings.SITE_URL}{here}"))
        ask(promise, _wish(page), at=at)
    except MonthlyGiftOver:
        promise.refresh_from_db()
        return replace(page, notice="stopping").answer(request)
    except StripeUnavailable:
        # The wish is written down: the sweep tells Stripe. Another card has no such row.
        notice = "silent" if page.action == Action.CARD else "noted"
        return replace(page, notice=notice, status=503).answer(request)
    except StripeRefused:
        return replace(page, notice="refused", status=502).answer(request)
    follow_up.enqueue()
    return keep_private(SeeOther(here))


def _wish(page: Page) -> Wish:
    match page.form:
        case AmountForm():
            return Wish(kind=_KINDS.AMOUNT, amount_cents=page.form.cleaned_data["amount"])
        case PauseForm():
            return pause_of(page.promise, page.form.cleaned_data["months"], at=page.at)
    return Wish(kind=_KINDS.STOP if page.action == Action.STOP else _KINDS.RESUME)


def _expired(request: HttpRequest, promise: MonthlyGift) -> HttpResponse:
    """Too old to change anything, and still good for having new ones sent to the donor's own address."""
    sent = request.method == "POST"
    if sent:
        send_monthly_links.enqueue(promise.pk)
    response = keep_private(
        render(request, "giving/monthly_expired.html", {"sent": sent}, status=200 if sent else 410)
    )
    response["Referrer-Policy"] = "same-origin"
    return response
