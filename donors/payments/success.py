"""When a direct debit succeeded: the day of credit, and with it the tax year, hang on that moment.

Stripe's objects do not carry it: a charge is dated when it was submitted to the bank, days before. The event
`charge.succeeded` does; there is one for each charge, so everybody who looks finds the same moment
(docs/decisions/0013-a-debit-is-credited-when-it-succeeded.md)."""

import logging
from dataclasses import replace
from datetime import datetime

from donors.gifts.models import Donation
from donors.payments.errors import StripeRefused
from donors.payments.facts import PaymentFacts
from donors.payments.gateway.payments import SUCCEEDED, find_success
from donors.payments.models import StripeEvent

log = logging.getLogger(__name__)


def dated_by_success(donation: Donation, facts: PaymentFacts, *, at: datetime) -> PaymentFacts:
    """The facts with the moment at which a debit's money counts as credited; those of a card unchanged.

    Reads our inbox first, then Stripe's events of the last 30 days. Later than that, or without the right to
    read them, the day on which Stripe made the money available is the nearest that its objects tell.
    Raises StripeUnavailable: a date that decides on a tax year is not guessed because of a silence."""
    is_debit = facts.charged_at is not None and facts.method == "sepa_debit"
    known = donation.credited_at is not None and donation.stripe_charge_id == facts.charge_id
    if not is_debit or known:
        return facts
    return replace(facts, charged_at=_stored(facts) or _found(facts) or _available(facts, at=at))


def _stored(facts: PaymentFacts) -> datetime | None:
    events = StripeEvent.objects.filter(type=SUCCEEDED, object_id=facts.charge_id, livemode=facts.livemode)
    moment: datetime | None = events.values_list("created_at", flat=True).first()
    return moment


def _found(facts: PaymentFacts) -> datetime | None:
    assert facts.charged_at is not None  # noqa: S101  asked above
    try:
        return find_success(facts.charge_id, since=facts.charged_at)
    except StripeRefused as error:
        log.error("The key may not read events, so a debit's day of credit is not exact: %s", error)
        return None


def _available(facts: PaymentFacts, *, at: datetime) -> datetime | None:
    available = facts.fee.available_at if facts.fee is not None else None
    if available is None or facts.charged_at is None:
        return facts.charged_at
    return max(facts.charged_at, min(available, at))  # never before it was made, whatever our clock says
