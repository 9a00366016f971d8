"""Cards of monthly gifts that will soon expire: said a month before, so that no debit fails for it."""

from datetime import datetime, timedelta

from donors.campaigns.models import local_day
from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.monthly import MonthlyGift

AHEAD = timedelta(days=31)


def note_expiring_cards(*, at: datetime) -> int:
    """One event for each card that ends within a month; answers how many are new. Idempotent.

    A bank often renews a card by itself, and Stripe hears of it: then the date has moved."""
    today = local_day(at)
    ending = (
        MonthlyGift.objects.in_site_mode()
        .running()
        .filter(card_expires_on__gte=today, card_expires_on__lte=today + AHEAD)
    )
    new = 0
    for promise in ending:
        facts = {"monthly_gift": promise, "kind": MonthlyGiftEvent.Kind.CARD_EXPIRES, "at": at}
        _, created = MonthlyGiftEvent.objects.get_or_create(
            key=f"card_expires:{promise.pk}:{promise.card_expires_on}",
            defaults={
                **facts,
                "next_try_at": at,
                "because": "schedule",
                "detail": {"last4": promise.card_last4, "on": str(promise.card_expires_on)},
            },
        )
        new += created
    return new
