"""The drift watch: Stripe's balance and the ledger tell the same story, line by line and both ways.

What a fresh look at Stripe mends is mended and no drift; what stays is named to the treasurer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from donors.gifts.models import LedgerEntry, Method
from donors.money import format_euros
from donors.payments.alarms import raise_alarm, withdraw_alarm
from donors.payments.balance_facts import BalanceLine
from donors.payments.gateway.balance import list_balance_lines
from donors.payments.matching import SENT_BACK, STRIPES_OWN, ledger_key, match_after_asking
from donors.payments.models import Alarm
from donors.payments.payout_models import PayoutLine

LOOKS_BACK = timedelta(days=30)
DEBIT_TAKES = timedelta(days=16)  # a debit stands in Stripe's list that long before the ledger credits it
SETTLES = timedelta(hours=1)  # Stripe may book a charge, and tell of its fee, up to an hour later


def watch_drift(*, at: datetime) -> int:
    """Compare the last 30 days; raise one alarm a line, withdraw those that are explained by now.

    Answers how many lines drift. Idempotent; holds the keys of the time, not the lines. Raises
    StripeUnavailable, StripeRefused; what was said by then stays and is right."""
    standing = set(Alarm.objects.standing().filter(kind=Alarm.Kind.DRIFT).values_list("key", flat=True))
    heard: set[str] = set()
    drifts = 0
    for page in list_balance_lines(since=at - LOOKS_BACK):
        for line in page:
            heard |= _keys(line)
            if line.created_at <= at - SETTLES:
                drifts += _say(f"drift:{line.transaction_id}", _unexplained(line, at=at), standing, at=at)
    for entry in _entries(at=at):
        text = "" if _stem(entry.key) in heard else _only_ours(entry)
        drifts += _say(f"drift:ledger:{entry.key}", text, standing, at=at)
    return drifts


def _say(key: str, text: str, standing: set[str], *, at: datetime) -> bool:
    """Raise what has a text, withdraw what has none any more; whether the line drifts."""
    if text:
        raise_alarm(Alarm.Kind.DRIFT, key=key, text=text, at=at)
    elif key in standing:
        withdraw_alarm(key, at=at)
    return bool(text)


def _unexplained(line: BalanceLine, *, at: datetime) -> str:
    """Why the ledger does not tell what this line tells; empty if it does, or will when a debit arrives."""
    match = match_after_asking(line, at=at)
    reason = match.reason
    if match.pending or match.state == PayoutLine.State.FOREIGN:
        return ""
    if match.state == PayoutLine.State.MATCHED:
        if not _fee_is_wrong(line):
            return ""
        reason = "Les frais ne sont pas ceux de l’écriture."
    amount = format_euros(line.amount_cents)
    return f"L’opération {line.transaction_id} de Stripe ({amount}) s’écarte des écritures. {reason}"


def _fee_is_wrong(line: BalanceLine) -> bool:
    expected = line.net_cents if line.type in STRIPES_OWN else -line.fee_cents
    fee = LedgerEntry.objects.filter(key=f"fee:{line.transaction_id}").first()
    return (fee.amount_cents if fee else 0) != expected


def _keys(line: BalanceLine) -> set[str]:
    """Every key under which the ledger may hold something of this line."""
    keys = {ledger_key(line), f"fee:{line.transaction_id}"}
    return keys | {f"payout-back:{line.source_id}"} if line.type in SENT_BACK else keys


def _stem(key: str) -> str:
    """A payout that was booked again has a number behind its key."""
    return ":".join(key.split(":")[:2])


def _entries(*, at: datetime) -> Iterator[LedgerEntry]:
    """The ledger's lines that Stripe must list by now."""
    through_stripe = Q(donation=None) | Q(donation__method__in=[Method.CARD, Method.SEPA])
    entries = LedgerEntry.objects.filter(through_stripe, livemode=settings.STRIPE_LIVEMODE)
    since = at - LOOKS_BACK + DEBIT_TAKES
    return entries.filter(occurred_at__gte=since, occurred_at__lte=at - SETTLES).iterator(chunk_size=500)


def _only_ours(entry: LedgerEntry) -> str:
    amount = format_euros(entry.amount_cents)
    return f"L’écriture n° {entry.pk} ({amount}, {entry.key}) ne figure pas dans le solde de Stripe."
