"""The page on which the public gives: /don/<campaign-code>/."""

from dataclasses import dataclass
from datetime import datetime
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
from donors.giving.links import return_addresses, thanks_path
from donors.giving.tokens import (
    ExpiredToken,
    Scope,
    read_form_key,
    read_link_token,
    sign_form_key,
)
from donors.payments.checkout import open_checkout
from donors.payments.errors import AlreadyPaid, StripeRefused, StripeUnavailable
from donors.receipts.wording import day_in_french


@dataclass(frozen=True, kw_only=True)
class Page:
    """One showing of the form: `notice` says what happened before it, `key` which gift it is."""

    form: GiftForm
    key: UUID
    notice: str = ""
    status: int = 200

    def answer(self, request: HttpRequest) -> HttpResponse:
        campaign = self.form.campaign
        words = {
            "form": self.form,
            "form_key": sign_form_key(self.key, campaign),
            "campaign": campaign,
            "organisation": campaign.organisation,
            "notice": self.notice,
        }
        response = render(request, "giving/form.html", words, status=self.status)
        # Not no-store: the browser's back button then finds what was typed.
        response["Cache-Control"] = "private, no-cache"
        return response


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, code: str) -> HttpResponse:
    """The form, filled in by a link or by an unfinished gift; a POST leads to Stripe's payment page."""
    at = timezone.now()
    campaign = get_object_or_404(Campaign.objects.select_related("organisation"), code=code)
    if not campaign.is_open(at):
        return _closed(request, campaign, at=at)
    if request.method == "POST":
        return _accept(request, campaign, at=at)
    if "reprise" in request.GET:
        return _resume(request, campaign, at=at)
    form = GiftForm(campaign=campaign, at=at)
    form.initial = from_link(request.GET.dict(), form)
    return Page(form=form, key=uuid4()).answer(request)


def _accept(request: HttpRequest, campaign: Campaign, *, at: datetime) -> HttpResponse:
    key = read_form_key(request.POST.get("form_key", ""), campaign)
    if "retrouver" in request.POST:  # comes from the page that says that the form was open for too long
        form = GiftForm(campaign=campaign, at=at, initial=from_typed(request.POST.dict()))
        return Page(form=form, key=key, notice="found").answer(request)
    form = GiftForm(request.POST, campaign=campaign, at=at)
    if not form.is_valid():
        return Page(form=form, key=key).answer(request)
    try:
        donation = begin_gift(campaign, form.wishes(), key=key, at=at)
    except AlreadyGiven as given:
        return SeeOther(thanks_path(given.donation))
    try:
        return SeeOther(open_checkout(donation, return_to=return_addresses(donation), at=at))
    except AlreadyPaid:
        return SeeOther(thanks_path(donation))
    except StripeUnavailable:
        return Page(form=form, key=donation.uuid, notice="unavailable", status=503).answer(request)
    except StripeRefused:
        return Page(form=form, key=donation.uuid, notice="refused", status=502).answer(request)


def _resume(request: HttpRequest, campaign: Campaign, *, at: datetime) -> HttpResponse:
    """Back from Stripe without having paid: all that was typed, once we know that it is not paid."""
    try:
        donation = read_link_token(request.GET["reprise"], Scope.RESUME, at=at)
    except ExpiredToken:
        return link_expired(request)
    if donation.campaign_id != campaign.pk:
        raise Http404
    answer = ask_stripe(donation, at=at)
    if not answer.donation.may_still_be_paid:
        return keep_private(SeeOther(thanks_path(donation)))
    form = GiftForm(campaign=campaign, at=at)
    form.initial = from_gift(answer.donation, form)
    notice = "not_paid" if answer.standing == Standing.NOT_PAID else "resumed"
    response = keep_private(Page(form=form, key=donation.uuid, notice=notice).answer(request))
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
