"""Reconcile a payout: every line of it is explained by the ledger, or named to the treasurer.

Facts: docs.stripe.com/payouts/reconciliation. Stripe lists what is in a payout once the payout is complete,
and only if it made the payout by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from donors.gifts.ledger import book_payout, reverse
from donors.gifts.models import LedgerEntry
from donors.money import format_euros
from donors.payments.alarms import raise_alarm, withdraw_alarm
from donors.payments.balance_facts import BalanceLine, PayoutFacts
from donors.payments.gateway.balance import CURRENCY, list_payout_lines
from donors.payments.gateway.payouts import fetch_payout, list_payouts
from donors.payments.matching import Match, match_after_asking
from donors.payments.models import Alarm, StripeEvent
from donors.payments.payout_models import Payout, PayoutLine

RECENT = timedelta(days=35)  # a payout that a bank sends back does so within days
_MATCHED, _FOREIGN = PayoutLine.State.MATCHED, PayoutLine.State.FOREIGN


def reconcile_payout(payout_id: str, *, at: datetime) -> Payout | None:
    """Read a payout and its lines, match each, book what left for the bank. Idempotent, resumable.

    None for a payout that is not this site's concern: another currency or mode. Locks the payout's row while
    it sums up. Raises StripeUnavailable, StripeRefused; what was written by then stays and is right."""
    facts = fetch_payout(payout_id)
    if facts.currency != CURRENCY or facts.livemode != settings.STRIPE_LIVEMODE:
        return None
    payout = _note(facts, at=at)
    if facts.complete:
        for page in list_payout_lines(facts.payout_id):
            for line in page:
                _match(payout, line, at=at)
    return _settle(payout, facts, at=at)


def reconcile_recent(*, at: datetime) -> int:
    """Reconcile what is not yet, of the last weeks; answers how many. Raises what Stripe raises."""
    waiting = [facts.payout_id for facts in payouts_to_reconcile(since=at - RECENT)]
    for payout_id in waiting:
        reconcile_payout(payout_id, at=at)
    return len(waiting)


def reconcile_event(event: StripeEvent, at: datetime) -> bool:
    """A payout moved: the handler of its events."""
    return reconcile_payout(event.object_id, at=at) is not None


def payouts_to_reconcile(*, since: datetime) -> Iterator[PayoutFacts]:
    """Stripe's payouts since then that are not reconciled here, or stand differently there by now."""
    done = dict(
        Payout.objects.filter(created_at__gte=since)
        .exclude(state__in=[Payout.State.WAITING, Payout.State.OPEN])
        .values_list("stripe_payout_id", "stripe_status")
    )
    for facts in list_payouts(since=since):
        concerns_us = facts.currency == CURRENCY and facts.livemode == settings.STRIPE_LIVEMODE
        if concerns_us and done.get(facts.payout_id) != facts.status:
            yield facts


def _note(facts: PayoutFacts, *, at: datetime) -> Payout:
    payout, _ = Payout.objects.update_or_create(
        stripe_payout_id=facts.payout_id,
        defaults={
            "amount_cents": facts.amount_cents,
            "livemode": facts.livemode,
            "stripe_status": facts.status,
            "automatic": facts.automatic,
            "complete": facts.complete,
            "created_at": facts.created_at,
            "arrives_on": facts.arrives_on,
            "failure": facts.failure[:300],
            "synced_at": at,
        },
    )
    return payout


def _match(payout: Payout, line: BalanceLine, *, at: datetime) -> None:
    """Store one line; one that is explained already is not looked at again."""
    if PayoutLine.objects.filter(transaction_id=line.transaction_id, state=_MATCHED).exists():
        return
    own = line.type == "payout" and line.source_id == payout.stripe_payout_id
    # The payout's own line is explained by its booking, which comes last.
    found = Match(state=_MATCHED) if own else match_after_asking(line, at=at)
    PayoutLine.objects.update_or_create(
        transaction_id=line.transaction_id,
        defaults={
            "payout": payout,
            "type": line.type,
            "reporting_category": line.reporting_category,
            "amount_cents": line.amount_cents,
            "fee_cents": line.fee_cents,
            "net_cents": line.net_cents,
            "source_id": line.source_id,
            "created_at": line.created_at,
            "state": found.state,
            "reason": found.reason,
            "ledger_entry": found.entry,
            "donation": found.donation,
        },
    )
    if found.state == _MATCHED:
        withdraw_alarm(f"payout_line:{line.transaction_id}", at=at)


@transaction.atomic
def _settle(payout: Payout, facts: PayoutFacts, *, at: datetime) -> Payout:
    payout = Payout.objects.select_for_update().get(pk=payout.pk)
    payout.difference_cents = _difference(payout)
    _book(payout, facts, at=at)
    payout.state = _state(payout, facts)
    reconciled = payout.state == Payout.State.RECONCILED
    payout.reconciled_at = (payout.reconciled_at or at) if reconciled else None
    payout.save(update_fields=["difference_cents", "state", "reconciled_at"])
    _tell(payout, at=at)
    return payout


def _net(lines: QuerySet[PayoutLine]) -> int:
    return int(lines.aggregate(total=Sum("net_cents"))["total"] or 0)


def _difference(payout: Payout) -> int:
    return _net(payout.lines_inside()) - payout.amount_cents if payout.complete else 0


def _book(payout: Payout, facts: PayoutFacts, *, at: datetime) -> None:
    """One line for what left, without what belongs to others on a shared account; it is reversed when the
    money came back. A foreign line that turns out to be ours later adds its own line."""
    key = f"payout:{payout.stripe_payout_id}"
    booked = LedgerEntry.objects.filter(key__in=[key, *_later_keys(payout)], reversed_by=None)
    if facts.came_back:
        for number, entry in enumerate(booked.order_by("pk")):
            by = f"payout-back:{facts.failure_transaction_id or payout.stripe_payout_id}"
            reverse(entry.key, by=by if number == 0 else f"{by}:{number}", occurred_at=at, at=at)
        return
    if facts.status != "paid" or not (facts.complete or not facts.automatic):
        return
    wanted = _net(payout.lines_inside().filter(state=_FOREIGN)) - payout.amount_cents
    missing = wanted - booked.total_cents()
    if missing:
        used = booked.count()
        entry = book_payout(
            key=key if used == 0 else f"{key}:{used}",
            cents=missing,
            livemode=payout.livemode,
            occurred_at=facts.created_at,
            at=at,
        )
        payout.lines.filter(type="payout", source_id=payout.stripe_payout_id).update(ledger_entry=entry)


def _later_keys(payout: Payout) -> list[str]:
    return [f"payout:{payout.stripe_payout_id}:{number}" for number in range(1, 10)]


def _state(payout: Payout, facts: PayoutFacts) -> Payout.State:
    if facts.came_back:
        return Payout.State.FAILED
    if facts.status != "paid":
        return Payout.State.WAITING
    if not facts.complete:
        return Payout.State.WAITING if facts.automatic else Payout.State.OPEN
    unexplained = payout.lines.filter(state=PayoutLine.State.UNMATCHED).exists()
    return Payout.State.OPEN if unexplained or payout.difference_cents else Payout.State.RECONCILED


def _tell(payout: Payout, *, at: datetime) -> None:
    """Name to the treasurer whatever is not right, each thing once."""
    if payout.state == Payout.State.FAILED:
        _raise(
            payout, "failed", f"{payout} est revenu de la banque : l’argent est de nouveau chez Stripe.", at
        )
    if payout.state != Payout.State.OPEN:
        return
    if not payout.automatic:
        text = f"{payout} a été demandé à la main : Stripe ne dit pas quelles opérations il contient."
        _raise(payout, "manual", text, at)
    if payout.difference_cents:
        gap = format_euros(payout.difference_cents)
        text = f"{payout} : ses lignes s’écartent de son montant de {gap}."
        _raise(payout, f"difference:{payout.difference_cents}", text, at)
    for line in payout.lines.filter(state=PayoutLine.State.UNMATCHED):
        raise_alarm(
            Alarm.Kind.PAYOUT,
            key=f"payout_line:{line.transaction_id}",
            text=f"{payout} : l’opération {line.transaction_id} ({line.reporting_category},"
            f" {format_euros(line.net_cents)}) n’est pas expliquée. {line.reason}",
            at=at,
            donation=line.donation,
        )


def _raise(payout: Payout, what: str, text: str, at: datetime) -> None:
    raise_alarm(Alarm.Kind.PAYOUT, key=f"payout:{payout.stripe_payout_id}:{what}", text=text, at=at)
