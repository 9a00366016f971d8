"""Where a donor completes what a tax receipt lacks, behind the link of a letter: /recus/completer/<token>/.

GET shows and POST saves. The page says nothing of what we know already: a letter may be forwarded."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from donors.gifts.models import Donation
from donors.giving.answers import SeeOther, keep_private
from donors.giving.completion_form import CompletionForm
from donors.letters.completion import owe_fresh_link
from donors.receipts.complete import complete_donor
from donors.receipts.completion_tokens import (
    BadCompletionToken,
    ExpiredCompletionToken,
    read_completion_token,
)
from donors.tasks import send_completion_letters, sweep_receipts

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def completion(request: HttpRequest, token: str) -> HttpResponse:
    """The missing fields, or thanks once nothing is missing. The receipts that waited follow at once."""
    try:
        gift = read_completion_token(token, at=timezone.now())
    except BadCompletionToken as error:
        raise Http404 from error
    except ExpiredCompletionToken as expired:
        return _expired(request, expired.gift)
    if request.method != "POST":
        return _show(request, gift, CompletionForm(donor=gift.donor))
    form = CompletionForm(request.POST, donor=gift.donor)
    if not form.is_valid():
        return _show(request, gift, form, status=400)
    changed = complete_donor(gift.donor, form.cleaned_data)
    if changed:
        log.info("Donor %s completed %s rows by a link", gift.donor_id, len(changed))
        sweep_receipts.enqueue()
    return keep_private(SeeOther(reverse("completion", args=[token])))


def _show(request: HttpRequest, gift: Donation, form: CompletionForm, *, status: int = 200) -> HttpResponse:
    words = {
        "form": form,
        "is_monthly": gift.monthly_gift_id is not None,
        "organisation": gift.campaign.organisation,
    }
    return _private(render(request, "giving/completion.html", words, status=status))


def _expired(request: HttpRequest, gift: Donation) -> HttpResponse:
    """Too old to change anything, and still good for having a new one sent to the donor's own address."""
    sent = request.method == "POST"
    if sent:
        owe_fresh_link(gift, at=timezone.now())
        send_completion_letters.enqueue()
    status = 200 if sent else 410
    return _private(render(request, "giving/completion_expired.html", {"sent": sent}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response = keep_private(response)
    # Browsers send "Origin: null" from a no-referrer page, and the form would be refused as a forgery.
    response["Referrer-Policy"] = "same-origin"
    return response
