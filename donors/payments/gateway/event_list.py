"""Stripe's own list of what happened, kept for 30 days. docs.stripe.com/api/events/list"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from stripe.params import EventListParams

from donors.payments.gateway.connection import client, our_errors

_PAGE = 100
_MOST_TYPES = 20


def list_events(
    types: Sequence[str], *, since: datetime, undelivered_until: datetime | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Events of these types made since then, a page at a time: memory does not grow with their number.

    `undelivered_until` narrows to those before then that no webhook could bring. Stripe takes twenty types in
    one question, and answers newest first. Raises StripeUnavailable, StripeRefused."""
    for some in batched(types, _MOST_TYPES):
        asked: EventListParams = {
            "types": list(some),
            "created": {"gte": int(since.timestamp())},
            "limit": _PAGE,
        }
        if undelivered_until is not None:
            asked["delivery_success"] = False
            asked["created"] = {"gte": int(since.timestamp()), "lt": int(undelivered_until.timestamp())}
        yield from _pages(asked)


def _pages(asked: EventListParams) -> Iterator[list[dict[str, Any]]]:
    while True:
        with our_errors("listing events"):
            page = client().v1.events.list(asked)
        if page.data:
            yield [dict(event.to_dict(for_json=True)) for event in page.data]
        if not page.has_more or not page.data:
            return
        asked["starting_after"] = page.data[-1].id
