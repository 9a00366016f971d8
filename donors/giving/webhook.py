"""Where Stripe tells us that something happened: verify, store, answer."""

import logging

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from donors.payments.errors import NotFromStripe
from donors.payments.inbox import receive
from donors.payments.models import StripeEvent
from donors.tasks import process_stripe_event

log = logging.getLogger(__name__)

LARGEST_BODY = 512 * 1024


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 once the event is stored, 400 if it is not Stripe's, 413 if too large, 503 so that Stripe tries
    again when our database does not answer."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > LARGEST_BODY:
        log.warning("Webhook refused: %s bytes", length)
        return HttpResponse(status=413)
    try:
        with transaction.atomic():
            event = receive(request.body, request.headers.get("Stripe-Signature", ""), at=timezone.now())
            if event.state == StripeEvent.State.NEW:
                process_stripe_event.enqueue(event.pk)
    except NotFromStripe as refusal:
        log.warning("Webhook refused: %s", refusal)
        return HttpResponse(status=400)
    except DatabaseError:
        log.exception("Webhook not stored: the database does not answer")
        return HttpResponse(status=503)
    return HttpResponse(status=200)
