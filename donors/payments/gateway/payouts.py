"""Transfers from Stripe to the bank. docs.stripe.com/api/payouts"""

from collections.abc import Iterator
from datetime import datetime

import stripe
from stripe.params import PayoutListParams

from donors.payments.balance_facts import PayoutFacts
from donors.payments.gateway.connection import client, our_errors
from donors.payments.gateway.payments import expanded_id, moment

_PAGE = 100


def fetch_payout(payout_id: str) -> PayoutFacts:
    """Raises StripeUnavailable, StripeRefused, UnknownObject."""
    with our_errors("reading a payout"):
        return _facts(client().v1.payouts.retrieve(payout_id))


def list_payouts(*, since: datetime) -> Iterator[PayoutFacts]:
    """Every payout made since then, newest first. Raises StripeUnavailable, StripeRefused."""
    asked: PayoutListParams = {"created": {"gte": int(since.timestamp())}, "limit": _PAGE}
    while True:
        with our_errors("reading payouts"):
            page = client().v1.payouts.list(asked)
        yield from (_facts(payout) for payout in page.data)
        if not page.has_more or not page.data:
            return
        asked["starting_after"] = page.data[-1].id


def _facts(payout: stripe.Payout) -> PayoutFacts:
    return PayoutFacts(
        payout_id=payout.id,
        amount_cents=payout.amount,
        currency=payout.currency,
        livemode=payout.livemode,
        status=payout.status,
        automatic=payout.automatic,
        complete=payout.reconciliation_status == "completed",
        created_at=moment(payout.created),
        arrives_on=moment(payout.arrival_date).date(),
        transaction_id=expanded_id(payout.balance_transaction),
        failure=payout.failure_message or payout.failure_code or "",
        failure_transaction_id=expanded_id(payout.failure_balance_transaction),
    )
