"""Letters about changes found late: the books follow at once, the letter waits for a person.

A repair that writes to hundreds of donors about last month's gifts harms more than it mends."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings

from donors.campaigns.models import local_day
from donors.gifts.events import DonationEvent, MonthlyGiftEvent, OutboxEvent
from donors.gifts.models import Donation, Method, Status
from donors.payments.alarms import raise_alarm
from donors.payments.models import Alarm, StripeEvent
from donors.receipts.events import ReceiptEvent
from donors.receipts.models import Receipt


def is_too_late(event: OutboxEvent, *, at: datetime) -> bool:
    """Whether the change itself, not our noticing it, is older than a letter about it may be."""
    return happened_at(event) < at - timedelta(days=settings.LETTERS_NOT_OLDER_THAN_DAYS)


def happened_at(event: OutboxEvent) -> datetime:
    """When it came about: the date of Stripe's event, or of a card's debit; else when we noticed it."""
    told = StripeEvent.objects.filter(stripe_event_id=event.because).values_list("created_at", flat=True)
    moment = told.first() if event.because.startswith("evt_") else None
    return moment or _debited_at(event) or event.at


def _debited_at(event: OutboxEvent) -> datetime | None:
    """A debit of a bank account is confirmed days after it was sent: its date says nothing here."""
    if not isinstance(event, DonationEvent) or event.to_status != Status.SUCCEEDED:
        return None
    if event.refund_id or event.dispute_id or event.donation.method != Method.CARD:
        return None
    return event.donation.credited_at


def hold_back(event: OutboxEvent, *, at: datetime) -> None:
    """Tell the treasurer that this letter was not sent. Idempotent.

    A receipt whose thanks were held back waits with them, under their alarm."""
    donation: Donation | None = None
    if isinstance(event, DonationEvent):
        about, donation = f"le don n° {event.donation_id}", event.donation
    elif isinstance(event, ReceiptEvent):
        gifts = event.receipt.lines.values_list("donation", flat=True)
        of_one_gift = event.receipt.kind == Receipt.Kind.GIFT
        if of_one_gift and event.kind == ReceiptEvent.Kind.ISSUED and was_held_back(gifts):
            return
        about = f"le reçu fiscal n° {event.receipt.full_number}"
    else:
        assert isinstance(event, MonthlyGiftEvent)  # noqa: S101  there is no fourth table
        about = f"le don mensuel n° {event.monthly_gift_id}"
    day = local_day(happened_at(event))
    raise_alarm(
        Alarm.Kind.LATE_LETTER,
        key=_key(event),
        text=f"La lettre sur {about} n’est pas partie : le changement date du {day:%d/%m/%Y}."
        " Écrivez au donateur vous-même, ou demandez l’envoi des lettres retenues.",
        at=at,
        donation=donation,
    )


def was_held_back(donation_pks: Iterable[int]) -> bool:
    """Whether a letter on one of these gifts was left to a person, decided by now or not."""
    alarms = Alarm.objects.filter(kind=Alarm.Kind.LATE_LETTER, donation__in=donation_pks)
    return alarms.exists()


def held_back() -> Iterator[tuple[type[OutboxEvent], int, str]]:
    """Table, row and alarm of each letter that nobody has decided on yet."""
    tables: dict[str, type[OutboxEvent]] = {
        table.__name__: table for table in (DonationEvent, MonthlyGiftEvent, ReceiptEvent)
    }
    standing = Alarm.objects.standing().filter(kind=Alarm.Kind.LATE_LETTER)
    for key in list(standing.order_by("pk").values_list("key", flat=True)):
        _, table, pk = key.split(":")
        yield tables[table], int(pk), key


def _key(event: OutboxEvent) -> str:
    return f"late_letter:{type(event).__name__}:{event.pk}"
