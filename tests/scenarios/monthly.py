"""Amina's monthly gift, from the form to the months that follow, and what Stripe tells us of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from donors.campaigns.models import Campaign
from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.monthly import MonthlyGift
from donors.giving.begin import GiftWishes, begin_gift
from donors.giving.links import return_addresses
from donors.payments.checkout import open_checkout
from donors.payments.inbox import process_event, receive
from donors.people.remember import DonorDetails
from stripe_sandbox.core import Sandbox

SECRET = "whsec_for_tests"
AMINA = DonorDetails(
    kind="person",
    email="amina@example.org",
    first_name="Amina",
    last_name="Benali",
    street="3 cours de l’Yser",
    postcode="33800",
    city="Bordeaux",
)


@dataclass
class Desk:
    """Stripe's clock is the clock here: what we do happens at its time."""

    sandbox: Sandbox
    campaign: Campaign

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.sandbox.clock.now(), tz=UTC)

    def begin(self, cents: int = 2000, *, monthly: bool = True, key: Any = None) -> Donation:
        """The form, sent: the gift is written down and its payment page is open."""
        wishes = GiftWishes(
            amount_cents=cents,
            monthly=monthly,
            donor=AMINA,
            wants_receipt=True,
            anonymous=False,
            message="",
            newsletter=False,
            source="affiche",
        )
        gift = begin_gift(self.campaign, wishes, key=key or uuid4(), at=self.now)
        open_checkout(gift, return_to=return_addresses(gift), at=self.now)
        gift.refresh_from_db()
        return gift

    def pay(self, gift: Donation, outcome: str = "card") -> None:
        page = gift.attempts.last()
        assert page
        self.sandbox.pay(page.stripe_session_id, outcome)

    def start(self, cents: int = 2000) -> MonthlyGift:
        """A monthly gift whose first month is paid, and known to us."""
        self.pay(self.begin(cents))
        self.deliver()
        return MonthlyGift.objects.order_by("pk").last()  # type: ignore[return-value]

    def deliver(self, posts: Iterable[tuple[bytes, str]] | None = None) -> list[str]:
        """Take the webhooks that wait through the inbox; answers the types of the events."""
        found = list(self.sandbox.pop_signed_events(SECRET) if posts is None else posts)
        stored = [receive(body, signature, at=self.now) for body, signature in found]
        for event in stored:
            process_event(event.pk, at=self.now)
        return [event.type for event in stored]

    def follow(self) -> None:
        """Letters and receipts, as the worker makes them."""
        follow_due_events(at=self.now + timedelta(seconds=1))


def told(promise: MonthlyGift) -> list[str]:
    """What the monthly gift's events say, in order."""
    return list(promise.events.order_by("pk").values_list("kind", flat=True))


def months_of(promise: MonthlyGift) -> list[tuple[str, int]]:
    months = promise.donations.order_by("created_at", "pk")
    return [(month.status, month.amount_cents) for month in months]


def booked(promise: MonthlyGift) -> int:
    """The cents that the ledger holds of it, fees apart."""
    return LedgerEntry.objects.filter(donation__monthly_gift=promise).collected().total_cents()


def again(promise: MonthlyGift) -> MonthlyGift:
    return MonthlyGift.objects.get(pk=promise.pk)
