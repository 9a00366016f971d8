"""Who asks for a payment page, as far as the gate wants to know."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from donors.giving.begin import GiftWishes
from donors.payments.gate.traces import Visit, address_key, email_key


def client_address(request: HttpRequest) -> str:
    """The address that connected to us; behind a proxy, the one that connected to it.

    Of X-Forwarded-For only the last entry is the proxy's own word: the others are what the visitor sent."""
    if settings.BEHIND_PROXY:
        told: str = request.headers.get("X-Forwarded-For", "")
        return told.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def visit_of(request: HttpRequest, wishes: GiftWishes, key: UUID) -> Visit:
    return Visit(
        gift_uuid=key,
        amount_cents=wishes.amount_cents,
        address_key=address_key(client_address(request)),
        email_key=email_key(wishes.donor.email),
    )
