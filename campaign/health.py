"""Is the process alive; is the site able to work."""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from campaign.models import WorkerHeartbeat
from donors.gifts.events import DonationEvent, MonthlyGiftEvent
from donors.payments.models import StripeEvent
from donors.receipts.events import ReceiptEvent

WORKER_SILENCE = timedelta(seconds=60)
OLDEST_WORK = timedelta(minutes=10)


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, worker and inbox are well, else 503; the body says which is not."""
    now = timezone.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts = {
            "database": "ok",
            "worker": _worker(now),
            "inbox": _inbox(now),
            "follow_ups": _follow_ups(now),
        }
    except DatabaseError:
        parts = {"database": "does not answer"}
    well = all(state == "ok" for state in parts.values())
    return JsonResponse(parts, status=200 if well else 503)


def _worker(now: datetime) -> str:
    last = WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if last is None:
        return "no worker has ever run"
    silence = now - last
    return "ok" if silence <= WORKER_SILENCE else f"no sign of life for {int(silence.total_seconds())} s"


def _inbox(now: datetime) -> str:
    oldest = StripeEvent.objects.to_do().order_by("received_at").values_list("received_at", flat=True).first()
    return _age(now, oldest, "the oldest unprocessed event")


def _follow_ups(now: datetime) -> str:
    waiting = [
        table.objects.to_do().order_by("at").values_list("at", flat=True).first()
        for table in (DonationEvent, MonthlyGiftEvent, ReceiptEvent)
    ]
    oldest = min((at for at in waiting if at is not None), default=None)
    return _age(now, oldest, "the oldest change without its consequences")


def _age(now: datetime, oldest: datetime | None, what: str) -> str:
    if oldest is None or now - oldest <= OLDEST_WORK:
        return "ok"
    return f"{what} is {int((now - oldest).total_seconds())} s old"
