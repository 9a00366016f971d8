"""A donor's own receipt as a page that is read aloud, enlarged or copied; its PDF stays the document.

/recus/<token>/ says what the frozen facts say; recu.pdf beside it is the archived file, or nothing."""

import logging
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from donors.giving.answers import keep_private
from donors.letters.receipt_story import receipt_file_name
from donors.receipts.document import TamperedDocument, read_document
from donors.receipts.models import Receipt, ReceiptDocument
from donors.receipts.snapshot import snapshot_sha256
from donors.receipts.tokens import BadReceiptToken, ExpiredReceiptToken, read_receipt_token
from donors.receipts.wording import day_in_french, days_in_french
from donors.tasks import send_receipt_link

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What the receipt says, and whether it stands. POST does one thing: a fresh link, by e-mail."""
    try:
        found = read_receipt_token(token, at=timezone.now())
    except BadReceiptToken as error:
        raise Http404 from error
    except ExpiredReceiptToken as expired:
        return _expired(request, expired.receipt)
    if snapshot_sha256(found.snapshot) != found.snapshot_sha256:
        log.error("The frozen facts of receipt %s do not match their hash", found.pk)
        return _unavailable(request, found)
    words = {
        "receipt": found,
        "facts": found.snapshot,
        "organisation": found.series.organisation,
        "issued_on": day_in_french(date.fromisoformat(found.snapshot["issued_on"])),
        "paid_on": days_in_french(found.snapshot["gift"]),
        "has_pdf": found.is_valid and ReceiptDocument.objects.filter(receipt=found).exists(),
    }
    return keep_private(render(request, "giving/receipt.html", words))


@require_safe
def receipt_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The archived bytes; none of a receipt that is worth nothing now, and none that were changed."""
    try:
        found = read_receipt_token(token, at=timezone.now())
    except BadReceiptToken as error:
        raise Http404 from error
    except ExpiredReceiptToken as expired:
        return _expired(request, expired.receipt)
    if not found.is_valid:
        words = {"organisation": found.series.organisation, "receipt": found}
        status = 409 if found.is_suspended else 410
        return keep_private(render(request, "giving/receipt_not_valid.html", words, status=status))
    try:
        content = read_document(found)
    except ReceiptDocument.DoesNotExist as error:
        raise Http404 from error
    except TamperedDocument:
        log.exception("The PDF of receipt %s cannot be handed out", found.pk)
        return _unavailable(request, found)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{receipt_file_name(found)}"'
    return keep_private(response)


def _unavailable(request: HttpRequest, found: Receipt) -> HttpResponse:
    words = {"organisation": found.series.organisation}
    return keep_private(render(request, "giving/receipt_unavailable.html", words, status=500))


def _expired(request: HttpRequest, found: Receipt) -> HttpResponse:
    """Too old to show anything, and still good for having the receipt sent to the donor's own address."""
    sent = request.method == "POST"
    if sent:
        send_receipt_link.enqueue(found.pk)
    words = {"sent": sent, "is_valid": found.is_valid}
    response = keep_private(
        render(request, "giving/receipt_expired.html", words, status=200 if sent else 410)
    )
    # Browsers send "Origin: null" from a no-referrer page, and the form would be refused as a forgery.
    response["Referrer-Policy"] = "same-origin"
    return response
