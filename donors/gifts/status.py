"""The one state machine of a donation: the moves that exist, and the one function that makes them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from donors.gifts.events import note_change
from donors.gifts.models import Donation, Status

# Money that Stripe says is paid always wins: every end but `reversed` may still become `succeeded`.
# Nothing leads back from `succeeded`, except the bank taking the money back. A donor who tries again after
# a failed or expired payment goes on with the same gift: it opens once more.
# A month that was refused ends as canceled once its invoice is voided, whether or not we saw the refusal.
ALLOWED_MOVES: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset(
        {Status.OPEN, Status.PROCESSING, Status.SUCCEEDED, Status.FAILED, Status.EXPIRED, Status.CANCELED}
    ),
    Status.OPEN: frozenset(
        {Status.PROCESSING, Status.SUCCEEDED, Status.FAILED, Status.EXPIRED, Status.CANCELED}
    ),
    Status.PROCESSING: frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELED}),
    Status.SUCCEEDED: frozenset({Status.REVERSED}),
    Status.FAILED: frozenset({Status.OPEN, Status.PROCESSING, Status.SUCCEEDED, Status.CANCELED}),
    Status.EXPIRED: frozenset({Status.OPEN, Status.PROCESSING, Status.SUCCEEDED}),
    Status.CANCELED: frozenset({Status.OPEN, Status.PROCESSING, Status.SUCCEEDED}),
    Status.REVERSED: frozenset(),
}


class IllegalMove(Exception):
    """The state machine knows no such move."""


def move(donation: Donation, to: Status, *, at: datetime, because: str, **facts: Any) -> bool:
    """Move the donation to a status, with its timestamp and its event, in the caller's transaction.

    The row is locked and re-read; `facts` are further columns written with the move (e.g. credited_at).
    Same status → False and nothing is written. Raises IllegalMove. The passed object is brought up to date.
    """
    with transaction.atomic():
        locked = Donation.objects.select_for_update().get(pk=donation.pk)
        before = Status(locked.status)
        if before == to:
            donation.refresh_from_db()
            return False
        if to not in ALLOWED_MOVES[before]:
            raise IllegalMove(f"donation {donation.pk}: {before} → {to} ({because})")
        stamp = "opened_at" if to == Status.OPEN else f"{to}_at"
        changes: dict[str, Any] = {"status": to, stamp: at, **facts}
        for name, value in changes.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(changes))
        note_change(locked, (before, to), because=because, at=at)
        donation.refresh_from_db()
        return True
