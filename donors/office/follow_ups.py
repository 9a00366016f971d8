"""What should have followed from a change and failed: a receipt, a letter. Shown with the failed events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from donors.gifts.events import DonationEvent, MonthlyGiftEvent, OutboxEvent
from donors.gifts.queries import OutboxQuerySet
from donors.payments.models import StripeEvent
from donors.receipts.events import ReceiptEvent
from donors.tasks import follow_up

SHOWN = 20  # the oldest of each kind


@dataclass(frozen=True, kw_only=True)
class FailedFollowUp:
    about: str
    address: str  # of the page that shows it; empty if there is none
    change: str
    at: datetime
    attempts: int
    error: str


def failed_rows() -> tuple[OutboxQuerySet, ...]:
    """The changes of this mode whose consequences failed at their last try, oldest first: three tables."""
    mode = settings.STRIPE_LIVEMODE
    return (
        DonationEvent.objects.failed().filter(donation__livemode=mode).order_by("at"),
        MonthlyGiftEvent.objects.failed().filter(monthly_gift__livemode=mode).order_by("at"),
        ReceiptEvent.objects.failed()
        .filter(receipt__series__livemode=mode)
        .select_related("receipt__series")
        .order_by("at"),
    )


def count_failed() -> int:
    return sum(rows.count() for rows in failed_rows())


def failed_follow_ups() -> Iterator[FailedFollowUp]:
    for rows in failed_rows():
        for event in rows[:SHOWN]:
            about, address = _subject(event)
            yield FailedFollowUp(
                about=about,
                address=address,
                change=event.get_kind_display() if hasattr(event, "get_kind_display") else str(event),
                at=event.at,
                attempts=event.attempts,
                error=event.last_error[:200],
            )


def _subject(event: OutboxEvent) -> tuple[str, str]:
    if isinstance(event, DonationEvent):
        return f"Don n° {event.donation_id}", reverse("office_gifts:inspect", args=[event.donation_id])
    if isinstance(event, ReceiptEvent):
        name = f"Reçu {event.receipt.full_number}"
        return name, reverse("office_receipts:inspect", args=[event.receipt_id])
    assert isinstance(event, MonthlyGiftEvent)  # noqa: S101  there is no fourth table
    return f"Don mensuel n° {event.monthly_gift_id}", ""


class RetryFollowUpsView(PermissionCheckedMixin, View):
    """Make all that failed due now, however long its next wait; the worker does the rest."""

    http_method_names = ["post"]
    model = StripeEvent
    permission_required = "change"

    def post(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        if sum(rows.order_by().retry(at=now) for rows in failed_rows()):
            follow_up.enqueue()
            messages.success(
                request,
                "Nouvel essai demandé. Le résultat s’affiche ici dans un instant : actualisez la page.",
            )
        else:
            messages.warning(request, "Rien n’est plus en échec, ou un nouvel essai est déjà en cours.")
        return redirect(reverse("office_events:index"))
