"""Where Stripe sends the donor back to: says what our own record knows, and nothing else."""

import logging
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from donors.campaigns.models import local_day
from donors.gifts.kept import kept_of
from donors.gifts.models import Donation
from donors.gifts.progress import progress_of
from donors.giving.answers import gauge_words, keep_private, link_expired
from donors.giving.ask_stripe import Answer, Standing, ask_stripe
from donors.giving.links import receipt_path, retry_path, thanks_path
from donors.giving.tokens import ExpiredToken, Scope, read_link_token
from donors.letters.receipt_story import ReceiptStory, receipt_file_name, receipt_news
from donors.money import format_euros
from donors.receipts.document import TamperedDocument, read_document
from donors.receipts.models import Receipt
from donors.receipts.wording import day_in_french

log = logging.getLogger(__name__)

MOST_REFRESHES = 10
_SECONDS = 5


@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Confirmed, being confirmed, or not paid; never one of them without knowing."""
    at = timezone.now()
    try:
        donation = read_link_token(token, Scope.THANKS, at=at)
    except ExpiredToken:
        return link_expired(request)
    session_id = request.GET.get("session_id", "")
    if session_id and not donation.attempts.filter(stripe_session_id=session_id).exists():
        raise Http404  # the payment page of another gift
    answer = ask_stripe(donation, at=at, session_id=session_id)
    words = _words(answer, at=at)
    refresh = ""
    if answer.standing == Standing.CONFIRMING:
        words["again"], refresh = _again(request, donation)
    words["refreshing"] = bool(refresh)
    response = keep_private(render(request, "giving/thanks.html", words))
    if refresh:
        response["Refresh"] = refresh
    return response


@require_safe
def thanks_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF of the gift's receipt, for who holds the link of its thank-you page."""
    at = timezone.now()
    try:
        donation = read_link_token(token, Scope.THANKS, at=at)
    except ExpiredToken:
        return link_expired(request)
    news = receipt_news(donation, at=at)
    receipt = news.receipt
    if receipt is None:
        raise Http404
    if news.story != ReceiptStory.READY:
        return _not_valid(request, donation, receipt)
    try:
        content = read_document(receipt)
    except TamperedDocument:
        log.exception("The receipt of donation %s cannot be handed out", donation.pk)
        words = {"organisation": donation.campaign.organisation}
        return keep_private(render(request, "giving/receipt_unavailable.html", words, status=500))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{receipt_file_name(receipt)}"'
    return keep_private(response)


def _not_valid(request: HttpRequest, donation: Donation, receipt: Receipt) -> HttpResponse:
    """No PDF of a receipt that is worth nothing now: 409 while the bank decides, 410 once it is cancelled."""
    words = {"organisation": donation.campaign.organisation, "receipt": receipt}
    status = 409 if receipt.is_suspended else 410
    return keep_private(render(request, "giving/receipt_not_valid.html", words, status=status))


def _words(answer: Answer, *, at: datetime) -> dict[str, Any]:
    donation, standing = answer.donation, answer.standing
    words: dict[str, Any] = {
        "standing": standing.value,
        "donation": donation,
        "campaign": donation.campaign,
        "organisation": donation.campaign.organisation,
        "donor": donation.donor,
        "amount": format_euros(donation.amount_cents),
        "campaign_is_open": donation.campaign.is_open(at),
        "retry_url": retry_path(donation, at=at),
    }
    if standing == Standing.PROCESSING and donation.debit_expected_on:
        words["expected_on"] = day_in_french(donation.debit_expected_on)
    if standing == Standing.CONFIRMED:
        news = receipt_news(donation, at=at)
        left_cents = kept_of(donation).told_cents
        words |= {
            "receipt": news.receipt,
            "story": news.story.value,
            "receipt_expected_on": news.expected_on,
            "left": format_euros(max(0, left_cents)) if left_cents < donation.amount_cents else "",
            "receipt_url": receipt_path(donation),
            "given_on": day_in_french(donation.credited_on or local_day(at)),
            **_promise_words(donation),
            **gauge_words(progress_of(donation.campaign, at=at)),
        }
    return words


def _promise_words(donation: Donation) -> dict[str, Any]:
    promise = donation.monthly_gift
    if promise is None:
        return {}
    due = promise.next_debit_at
    return {"promise": promise, "next_debit_on": day_in_french(local_day(due)) if due else ""}


def _again(request: HttpRequest, donation: Donation) -> tuple[str, str]:
    """The address of the next look, and the Refresh header that takes the browser there.

    A header and no meta tag, so that nothing stands in the page that assistive tools must warn of. It waits
    longer each time and ends after ten; `essai=stop` is the visitor's way to end it sooner."""
    session_id = request.GET.get("session_id", "")
    asked = request.GET.get("essai", "1")
    look = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else MOST_REFRESHES
    query = {
        "essai": str(min(look + 1, MOST_REFRESHES)),
        **({"session_id": session_id} if session_id else {}),
    }
    again = f"{thanks_path(donation)}?{urlencode(query)}"
    if look >= MOST_REFRESHES:
        return again, ""
    return again, f"{_SECONDS * max(look, 1)}; url={again}"
