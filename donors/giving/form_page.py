"""The page on which the public gives: /don/<campaign-code>/."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from donors.campaigns.models import Campaign
from donors.gifts.progress import progress_of
from donors.giving.answers import SeeOther, gauge_words, keep_private, link_expired
from donors.giving.ask_stripe import Standing, ask_stripe
from donors.giving.begin import AlreadyGiven, begin_gift
from donors.giving.fill_in import from_gift, from_link, from_typed
from donors.giving.forms import GiftForm
from donors.giving.gate_notices import NOTICES, TRAP, other_ways, paused_page, suspicion, tightened
from donors.giving.links import return_addresses, thanks_path
from donors.giving.tokens import (
    ExpiredToken,
    Scope,
    read_form_key,
    read_link_token,
    sign_form_key,
)
from donors.giving.visitor import visit_of
from donors.payments.checkout import open_checkout
from donors.payments.errors import AlreadyPaid, StripeRefused, StripeUnavailable
from donors.payments.gate.admit import TurnedAway, admit
from donors.payments.gate.attack import current_attack
from donors.payments.gate.pause import current_pause
from donors.payments.gate.proof import challenge_for, read_proof
from donors.receipts.wording import day_in_french


@dataclass(frozen=True, kw_only=True)
class Now:
    """The campaign as it takes gifts at this moment; during an attack its minimum is higher."""

    campaign: Campaign
    at: datetime
    attacked: bool

    def form(self, **given: Any) -> GiftForm:
        return GiftForm(campaign=self.campaign, at=self.at, **given)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One showing of the form: `notice` says what happened before it, `key` which gift it is."""

    form: GiftForm
    key: UUID
    notice: str = ""
    status: int = 200
    is_first: bool = False
    wait: timedelta = timedelta(0)

    def answer(self, request: HttpRequest, now: "Now") -> HttpResponse:
        campaign = self.form.campaign
        words = {
            "form": self.form,
            "form_key": sign_form_key(self.key, campaign, is_first=self.is_first),
            "challenge": challenge_for(self.key, at=now.at) if now.attacked else "",
            "trap": TRAP,
            "notice": self.notice,
            **other_ways(campaign),
        }
        response = render(request, "giving/form.html", words, status=self.status)
        # Not no-store: the browser's back button then finds what was typed.
        response["Cache-Control"] = "private, no-cache"
        if self.wait:
            response["Retry-After"] = str(self.wait // timedelta(seconds=1))
        return response


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, code: str) -> HttpResponse:
    """The form, filled in by a link or by an unfinished gift; a POST leads to Stripe's payment page."""
    at = timezone.now()
    campaign = get_object_or_404(Campaign.objects.select_related("organisation"), code=code)
    if not campaign.is_open(at):
        return _closed(request, campaign, at=at)
    if current_pause():
        return paused_page(request, campaign, at=at)
    attacked = current_attack() is not None
    now = Now(campaign=tightened(campaign) if attacked else campaign, at=at, attacked=attacked)
    if request.method == "POST":
        return _accept(request, now)
    if "reprise" in request.GET:
        return _resume(request, now)
    form = now.form()
    form.initial = from_link(request.GET.dict(), form)
    return Page(form=form, key=uuid4(), is_first=True).answer(request, now)


def _accept(request: HttpRequest, now: Now) -> HttpResponse:
    key = read_form_key(request.POST.get("form_key", ""), now.campaign)
    # "retrouver" comes from the page that says that the form was open for too long.
    found = "found" if "retrouver" in request.POST else suspicion(request, now.campaign, at=now.at)
    if found:
        form = now.form(initial=from_typed(request.POST.dict()))
        return Page(form=form, key=key, notice=found).answer(request, now)
    form = now.form(data=request.POST)
    if not form.is_valid():
        return Page(form=form, key=key).answer(request, now)
    proof = read_proof(request.POST.get("proof", "")) if now.attacked else None
    try:
        admit(visit_of(request, form.wishes(), key), at=now.at, proof=proof)
    except TurnedAway as refusal:
        return _turn_away(request, refusal, Page(form=form, key=key), now)
    return _lead_to_stripe(request, form, key, now)


def _turn_away(request: HttpRequest, refusal: TurnedAway, page: Page, now: Now) -> HttpResponse:
    """The same form with what was typed. What the browser can mend at once is no error of the visitor's."""
    page = replace(page, notice=NOTICES[refusal.reason], wait=refusal.wait)
    if refusal.wait:
        return replace(page, status=429).answer(request, now)
    return page.answer(request, replace(now, attacked=True))


def _lead_to_stripe(request: HttpRequest, form: GiftForm, key: UUID, now: Now) -> HttpResponse:
    try:
        donation = begin_gift(now.campaign, form.wishes(), key=key, at=now.at)
    except AlreadyGiven as given:
        return SeeOther(thanks_path(given.donation))
    try:
        return SeeOther(open_checkout(donation, return_to=return_addresses(donation), at=now.at))
    except AlreadyPaid:
        return SeeOther(thanks_path(donation))
    except StripeUnavailable:
        return Page(form=form, key=donation.uuid, notice="unavailable", status=503).answer(request, now)
    except StripeRefused:
        return Page(form=form, key=donation.uuid, notice="refused", status=502).answer(request, now)


def _resume(request: HttpRequest, now: Now) -> HttpResponse:
    """Back from Stripe without having paid: all that was typed, once we know that it is not paid."""
    try:
        donation = read_link_token(request.GET["reprise"], Scope.RESUME, at=now.at)
    except ExpiredToken:
        return link_expired(request)
    if donation.campaign_id != now.campaign.pk:
        raise Http404
    answer = ask_stripe(donation, at=now.at)
    if not answer.donation.may_still_be_paid:
        return keep_private(SeeOther(thanks_path(donation)))
    form = now.form()
    form.initial = from_gift(answer.donation, form)
    notice = "not_paid" if answer.standing == Standing.NOT_PAID else "resumed"
    response = keep_private(Page(form=form, key=donation.uuid, notice=notice).answer(request, now))
    # Browsers send "Origin: null" from a no-referrer page, and the form would be refused as a forgery.
    response["Referrer-Policy"] = "same-origin"
    return response


def _closed(request: HttpRequest, campaign: Campaign, *, at: datetime) -> HttpResponse:
    """Not an error: when it opens, or what it has brought."""
    progress = progress_of(campaign, at=at)
    words = {
        "campaign": campaign,
        "starts_on": day_in_french(campaign.starts_on),
        "ends_on": day_in_french(campaign.ends_on),
        **gauge_words(progress),
    }
    return render(request, "giving/closed.html", words)
