"""Bring a donation up to what Stripe says: for the return page, the webhook, the sweep and the office.

Stripe is read outside any transaction. `Donation.sync_version` tells whether somebody else applied a newer
reading in the meantime; then this one starts over, so an older reading never overwrites a newer one and no
lock is ever held over the network (docs/decisions/0003-optimistic-sync.md)."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from donors.gifts.models import Donation, Status
from donors.gifts.status import move
from donors.payments.alarms import raise_alarm
from donors.payments.errors import StripeUnavailable
from donors.payments.facts import PaymentFacts
from donors.payments.fees import write_fee
from donors.payments.first_month import note_first_month
from donors.payments.gateway.checkout import fetch_checkout
from donors.payments.gateway.payments import fetch_disputes, fetch_earlier_tries, fetch_payment, fetch_refunds
from donors.payments.gateway.subscriptions import paid_invoice
from donors.payments.going_back import write_dispute, write_refund
from donors.payments.models import Alarm, CheckoutAttempt
from donors.payments.paid import write_failed_debit, write_paid, write_taken_back
from donors.payments.reduce import contradicts, next_status
from donors.payments.success import dated_by_success

log = logging.getLogger(__name__)

_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One look at Stripe for one donation. Without an attempt it is a payment that had no page of ours."""

    attempt: CheckoutAttempt | None
    facts: PaymentFacts
    because: str
    at: datetime


def sync_donation(
    donation_pk: int, *, because: str, at: datetime, session_id: str = "", thorough: bool = False
) -> Donation:
    """Read this donation's payment from Stripe and apply what follows. Idempotent; safe for many callers.

    `session_id` helps when the answer that carried it was lost before we could save it. `thorough` asks for
    refunds and disputes also when the charge shows none, and for the fees of earlier tries. Locks the
    donation row for the time of the writes.
    Raises StripeUnavailable and StripeRefused; then nothing was changed."""
    for _ in range(_TRIES):
        donation = Donation.objects.get(pk=donation_pk)
        attempt = _attempt_to_read(donation, session_id)
        facts = _read(donation, attempt, session_id)
        if facts is None:
            return donation
        facts = dated_by_success(donation, facts, at=at)
        facts = _with_returns(donation, facts, thorough=thorough)
        facts = _with_earlier_tries(donation, facts, thorough=thorough)
        if _apply(donation, Reading(attempt=attempt, facts=facts, because=because, at=at)):
            return Donation.objects.get(pk=donation_pk)
    raise StripeUnavailable(f"donation {donation_pk} kept changing")


def _attempt_to_read(donation: Donation, session_id: str) -> CheckoutAttempt | None:
    """The attempt that the hint names; else the paid one; else the newest that Stripe knows of."""
    attempts = donation.attempts.order_by("-number")
    if session_id:
        named = attempts.filter(stripe_session_id=session_id).first()
        return named or attempts.filter(stripe_session_id="").first()
    known = attempts.exclude(stripe_session_id="")
    return known.filter(state=CheckoutAttempt.State.COMPLETE).first() or known.first()


def _read(donation: Donation, attempt: CheckoutAttempt | None, session_id: str) -> PaymentFacts | None:
    """The payment page if there is one; a month of a monthly gift has a payment alone."""
    if donation.stripe_invoice_id and donation.stripe_payment_intent_id:
        return _read_month(donation.stripe_payment_intent_id, donation.stripe_invoice_id)
    if attempt is None:
        return None
    return fetch_checkout(attempt.stripe_session_id or session_id)


def _read_month(intent_id: str, invoice_id: str) -> PaymentFacts:
    """A payment that failed looks the same whether it had succeeded before or not: its invoice knows."""
    facts = fetch_payment(intent_id)
    if facts.taken_back is None:
        return facts
    return replace(facts, payment_state="paid" if paid_invoice(intent_id, invoice_id) else "unpaid")


def _with_returns(donation: Donation, facts: PaymentFacts, *, thorough: bool) -> PaymentFacts:
    """Refunds and disputes too, if Stripe or we know of any: two more calls that most readings do without."""
    known = thorough or facts.went_back or donation.refunds.exists() or donation.disputes.exists()
    if not facts.charge_id or not known:
        return facts
    return replace(facts, refunds=fetch_refunds(facts.intent_id), disputes=fetch_disputes(facts.intent_id))


def _with_earlier_tries(donation: Donation, facts: PaymentFacts, *, thorough: bool) -> PaymentFacts:
    """A debit that was refused and tried again before anybody looked: only the list of charges shows it.

    Stripe tries debits of an invoice again by itself: months are asked for it at each reading."""
    month_by_debit = donation.monthly_gift_id is not None and (donation.stripe_mandate_id or facts.mandate_id)
    if not facts.intent_id or not (thorough or month_by_debit):
        return facts
    return replace(facts, earlier_tries=fetch_earlier_tries(facts.intent_id, latest=facts.charge_id))


@transaction.atomic
def _apply(donation: Donation, reading: Reading) -> bool:
    """Write what the reading says; False if the reading may be older than what is written."""
    locked = Donation.objects.select_for_update().get(pk=donation.pk)
    if locked.sync_version != donation.sync_version:
        return False
    trouble = _trouble(locked, reading)
    changed = _hold(locked, trouble, at=reading.at) if trouble else _write(locked, reading)
    version = locked.sync_version + changed  # a reading that changes nothing makes no other one outdated
    Donation.objects.filter(pk=locked.pk).update(synced_at=reading.at, sync_version=version)
    return True


def _trouble(donation: Donation, reading: Reading) -> str:
    attempt = reading.attempt
    if attempt is None or not reading.facts.session_id:
        return contradicts(donation, reading.facts, asked_for="", asked_cents=donation.amount_cents)
    return contradicts(donation, reading.facts, asked_for=attempt.asked_for, asked_cents=attempt.amount_cents)


def _hold(donation: Donation, trouble: str, *, at: datetime) -> bool:
    """Set aside a gift that Stripe describes otherwise: no ledger line, no receipt, a person must look."""
    log.error("Donation %s is held: %s", donation.pk, trouble)
    raise_alarm(
        Alarm.Kind.MISMATCH,
        key=f"mismatch:{donation.uuid}",
        text=f"Don n° {donation.pk} mis de côté : Stripe annonce autre chose que ce que nous avons demandé.",
        at=at,
        donation=donation,
    )
    fresh = Donation.objects.filter(pk=donation.pk, hold=Donation.Hold.NONE).exclude(status=Status.SUCCEEDED)
    return bool(fresh.update(hold=Donation.Hold.MISMATCH))


def _write(donation: Donation, reading: Reading) -> bool:
    """Whether anything was written."""
    facts, attempt = reading.facts, reading.attempt
    changed = _note_attempt(attempt, facts) if attempt is not None and facts.session_id else False
    for line in facts.earlier_tries:
        changed = write_fee(donation, line, at=reading.at) or changed
    if attempt is not None and facts.subscription_id:
        changed = note_first_month(donation, attempt, facts, at=reading.at) or changed
    if facts.is_paid or facts.was_paid:
        changed = write_paid(donation, attempt, facts, because=reading.because, at=reading.at) or changed
    if not facts.is_paid and not _is_outdated(donation, attempt):
        changed = _write_unpaid(donation, reading) or changed
    if donation.stripe_charge_id == facts.charge_id:
        return _write_money(donation, reading) or changed
    if facts.taken_back is not None and not facts.was_paid:
        changed = write_failed_debit(donation, facts, at=reading.at) or changed
    return changed


def _is_outdated(donation: Donation, attempt: CheckoutAttempt | None) -> bool:
    """Whether the donor went on with a newer page: an older one only matters if it was paid."""
    return attempt is not None and donation.attempts.filter(number__gt=attempt.number).exists()


def _write_unpaid(donation: Donation, reading: Reading) -> bool:
    facts = reading.facts
    # Known before it is paid: a later try of the same payment may be told by its events alone.
    told = {
        "stripe_payment_intent_id": facts.intent_id if not donation.stripe_charge_id else "",
        "stripe_mandate_id": facts.mandate_id,
        "debit_expected_on": facts.debit_expected_on,
    }
    fresh = {name: value for name, value in told.items() if value and value != getattr(donation, name)}
    if fresh:
        Donation.objects.filter(pk=donation.pk).update(**fresh)
    wanted = next_status(Status(donation.status), facts)
    return move(donation, wanted, at=reading.at, because=reading.because) or bool(fresh)


def _write_money(donation: Donation, reading: Reading) -> bool:
    """Fee, late failure, refunds and disputes of the payment that the donation stands for."""
    facts, because, at = reading.facts, reading.because, reading.at
    changed = write_fee(donation, facts.fee, at=at)
    changed = write_taken_back(donation, facts, at=at) or changed
    for refund in facts.refunds:
        changed = write_refund(donation, refund, because=because, at=at) or changed
    for dispute in facts.disputes:
        changed = write_dispute(donation, dispute, because=because, at=at) or changed
    return changed


def _note_attempt(attempt: CheckoutAttempt, facts: PaymentFacts) -> bool:
    """Keep what the session says of itself. A word of Stripe's that we do not know leaves our state."""
    known = facts.state in {"open", "complete", "expired"}
    state = CheckoutAttempt.State(facts.state) if known else attempt.state
    told = {"stripe_session_id": facts.session_id, "url": facts.url or attempt.url, "state": state}
    if all(getattr(attempt, name) == value for name, value in told.items()):
        return False
    return bool(CheckoutAttempt.objects.filter(pk=attempt.pk).update(**told))
