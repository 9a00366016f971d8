"""Stripe's balance: what it holds, and each line that made it. docs.stripe.com/api/balance_transactions"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from stripe.params import BalanceTransactionListParams

from donors.payments.balance_facts import BalanceLine
from donors.payments.gateway.connection import APP, client, our_errors
from donors.payments.gateway.payments import expanded_id, moment

PAGE = 100
CURRENCY = "eur"


def fetch_balance() -> dict[str, int]:
    """Cents that Stripe holds for us by currency, available or not yet.

    Raises StripeUnavailable, StripeRefused."""
    with our_errors("reading the balance"):
        balance = client().v1.balance.retrieve()
    held: Counter[str] = Counter()
    for parts in (balance.available, balance.pending):
        for part in parts:
            held[part.currency] += part.amount
    return dict(held)


def list_balance_lines(*, since: datetime) -> Iterator[list[BalanceLine]]:
    """Every line in euros since then, newest first, a page at a time. Raises as `fetch_balance`."""
    return _pages({"created": {"gte": int(since.timestamp())}, "currency": CURRENCY})


def list_payout_lines(payout_id: str) -> Iterator[list[BalanceLine]]:
    """Every line in a payout, its own included, a page at a time. Raises as `fetch_balance`."""
    return _pages({"payout": payout_id})


def list_lines_of(source_id: str) -> list[BalanceLine]:
    """The lines that one charge or refund made; none while Stripe has not booked it yet."""
    return [line for page in _pages({"source": source_id}) for line in page]


def _pages(params: BalanceTransactionListParams) -> Iterator[list[BalanceLine]]:
    """The source comes along: its payment and its metadata tell whose line it is."""
    asked: BalanceTransactionListParams = {**params, "limit": PAGE, "expand": ["data.source"]}
    while True:
        with our_errors("reading balance transactions"):
            page = client().v1.balance_transactions.list(asked)
        if page.data:
            yield [_line(transaction) for transaction in page.data]
        if not page.has_more or not page.data:
            return
        asked["starting_after"] = page.data[-1].id


def _line(transaction: Any) -> BalanceLine:
    source = transaction.source
    return BalanceLine(
        transaction_id=transaction.id,
        type=transaction.type,
        reporting_category=transaction.reporting_category,
        amount_cents=transaction.amount,
        fee_cents=transaction.fee,
        net_cents=transaction.net,
        created_at=moment(transaction.created),
        source_id=expanded_id(source),
        intent_id=expanded_id(getattr(source, "payment_intent", None)),
        gift_uuid=_named_gift(source),
    )


def _named_gift(source: Any) -> str:
    metadata = getattr(source, "metadata", None)
    named = metadata.to_dict() if metadata else {}
    ours = named.get("app") == APP and named.get("site") == settings.SITE_URL
    return str(named.get("donation", "")) if ours else ""
