"""The Stripe customer of a donor: our row first, then Stripe, and a new one when the old one is gone."""

from datetime import datetime

from django.db import transaction

from donors.payments.errors import StripeUnavailable, UnknownObject
from donors.payments.gateway.customers import create_customer, customer_exists
from donors.payments.models import StripeCustomer
from donors.people.models import Donor

_TRIES = 3


def customer_for(donor: Donor, *, livemode: bool, at: datetime) -> str:
    """The id of a customer that can pay for this donor. Idempotent; call it outside a transaction.

    One that was deleted at Stripe is dated, and the next one has a new number and so a new key.
    Raises StripeUnavailable, StripeRefused."""
    for _ in range(_TRIES):
        row = _living(donor, livemode=livemode, at=at)
        if not row.stripe_customer_id:
            made = create_customer(donor.email, donor.display_name, idempotency_key=row.idempotency_key)
            StripeCustomer.objects.filter(pk=row.pk, stripe_customer_id="").update(stripe_customer_id=made)
            return made
        if _still_there(row.stripe_customer_id):
            return row.stripe_customer_id
        forget_customer(row.stripe_customer_id, at=at)
    raise StripeUnavailable(f"no customer for donor {donor.pk}")


def forget_customer(customer_id: str, *, at: datetime) -> bool:
    """Stripe has deleted it. Idempotent; False if it was not ours, or known to be gone."""
    rows = StripeCustomer.objects.filter(stripe_customer_id=customer_id, deleted_at__isnull=True)
    return bool(rows.update(deleted_at=at))


@transaction.atomic
def _living(donor: Donor, *, livemode: bool, at: datetime) -> StripeCustomer:
    """The donor's row that is not dated as deleted, or the next one. Locks the donor's row."""
    locked = Donor.objects.select_for_update().get(pk=donor.pk)
    rows = StripeCustomer.objects.filter(donor=locked, livemode=livemode)
    number = rows.count() + 1
    found, _ = rows.get_or_create(
        deleted_at=None,
        defaults={"donor": locked, "livemode": livemode, "number": number, "created_at": at},
    )
    return found


def _still_there(customer_id: str) -> bool:
    try:
        return customer_exists(customer_id)
    except UnknownObject:
        return False
