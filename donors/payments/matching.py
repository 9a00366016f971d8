"""Which ledger line, or which gift, explains one line of Stripe's balance. Payouts and the drift watch ask.

The keys are the ones that `sync` books under: gift:ch_…, fee:txn_…, refund:re_…, dispute:txn_… and so on."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from donors.gifts.ledger import book_account_fee, book_fee
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.payments.balance_facts import BalanceLine
from donors.payments.errors import StripeRefused
from donors.payments.payout_models import Payout, PayoutLine
from donors.payments.sync import sync_donation
from donors.payments.told_along import uuid_or_none

GIFTS = {"charge", "payment"}
REFUNDS = {"refund", "payment_refund"}
TAKEN_BACK = {"payment_failure_refund", "payment_reversal"}
STRIPES_OWN = {"stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost"}
SENT_BACK = {"payout_failure", "payout_cancel"}
PAYOUTS = {"payout"} | SENT_BACK
_WAITING = {Status.CREATED, Status.OPEN, Status.PROCESSING}
_MATCHED, _UNMATCHED, _FOREIGN = (
    PayoutLine.State.MATCHED,
    PayoutLine.State.UNMATCHED,
    PayoutLine.State.FOREIGN,
)


@dataclass(frozen=True, kw_only=True)
class Match:
    """`pending` is money that Stripe holds already and that is no gift yet, e.g. a debit under way."""

    state: PayoutLine.State
    reason: str = ""
    entry: LedgerEntry | None = None
    donation: Donation | None = None
    pending: bool = False


def match_line(line: BalanceLine, *, at: datetime) -> Match:
    """Explain a line; books the fees that come with it if they were missing. Idempotent, no network."""
    if line.type in STRIPES_OWN:
        return _match_stripes_own(line, at=at)
    entry: LedgerEntry | None = (
        LedgerEntry.objects.select_related("donation").filter(key=ledger_key(line), livemode=_live()).first()
    )
    if entry is None:
        return _without_entry(line, at=at)
    # On a shared account a payout takes the money of others along; the ledger holds our part of it.
    partly_ours = settings.STRIPE_ACCOUNT_SHARED and line.type in PAYOUTS
    if entry.amount_cents != line.amount_cents and not partly_ours:
        reason = "Le montant n’est pas celui de l’écriture."
        return Match(state=_UNMATCHED, reason=reason, entry=entry, donation=entry.donation)
    if entry.donation is not None:
        _book_fee(entry.donation, line, at=at)
    return Match(state=_MATCHED, entry=entry, donation=entry.donation)


def match_after_asking(line: BalanceLine, *, at: datetime) -> Match:
    """As `match_line`; a line that is not explained has its gift read again from Stripe first.

    Call it outside a transaction. Raises StripeUnavailable."""
    found = match_line(line, at=at)
    if found.state != _UNMATCHED and not found.pending:
        return found
    donation = gift_of(line)
    if donation is None:
        return found
    try:
        sync_donation(donation.pk, because=f"balance line {line.transaction_id}", at=at, thorough=True)
    except StripeRefused:
        return found
    return match_line(line, at=at)


def ledger_key(line: BalanceLine) -> str:
    """The key under which the ledger holds what this line says; empty for a type that we do not know."""
    if line.type in GIFTS:
        return f"gift:{line.source_id}"
    if line.type in REFUNDS:
        return f"refund:{line.source_id}"
    if line.type in TAKEN_BACK:
        return f"taken-back:{line.transaction_id}"
    if line.type in SENT_BACK:
        return f"payout-back:{line.transaction_id}"
    named = {"adjustment": "dispute", "refund_failure": "refund-back"}.get(line.type)
    if named:
        return f"{named}:{line.transaction_id}"
    return f"payout:{line.source_id}" if line.type == "payout" else ""


def gift_of(line: BalanceLine) -> Donation | None:
    """The gift whose payment the line belongs to, or that it names."""
    gifts = Donation.objects.in_site_mode()
    found: Donation | None = None
    if line.intent_id:
        found = gifts.filter(stripe_payment_intent_id=line.intent_id).first()
    if found is None and (uuid := uuid_or_none(line.gift_uuid)) is not None:
        found = gifts.filter(uuid=uuid).first()
    return found


def _match_stripes_own(line: BalanceLine, *, at: datetime) -> Match:
    """What Stripe charges the account for. On a shared account nobody can say whose fee it is."""
    if settings.STRIPE_ACCOUNT_SHARED:
        return Match(state=_FOREIGN, reason="Frais du compte, partagé avec d’autres sites.")
    if line.net_cents == 0:
        return Match(state=_MATCHED, reason="Frais nuls.")
    entry = book_account_fee(
        transaction_id=line.transaction_id,
        cents=line.net_cents,
        livemode=_live(),
        occurred_at=line.created_at,
        at=at,
    )
    return Match(state=_MATCHED, reason="Frais de Stripe sans lien avec un don.", entry=entry)


def _without_entry(line: BalanceLine, *, at: datetime) -> Match:
    if line.type in PAYOUTS:
        return _payout_not_booked(line)
    donation = gift_of(line)
    if donation is None:
        if settings.STRIPE_ACCOUNT_SHARED and not line.gift_uuid:
            return Match(state=_FOREIGN, reason="Opération d’un autre site sur le même compte.")
        return Match(state=_UNMATCHED, reason="Aucun don ni aucune écriture ne correspond.")
    if line.type in GIFTS and donation.status in _WAITING:
        reason = "Prélèvement en cours : Stripe le compte déjà, le don n’est pas encore confirmé."
        return Match(state=_UNMATCHED, reason=reason, donation=donation, pending=True)
    if line.type in GIFTS | TAKEN_BACK and donation.status == Status.FAILED:
        # Stripe books a debit when it sends it, and takes the line back when the bank refuses it.
        _book_fee(donation, line, at=at)
        return Match(state=_MATCHED, reason="Prélèvement refusé : l’aller et le retour.", donation=donation)
    return Match(state=_UNMATCHED, reason="Le don existe, l’écriture manque.", donation=donation)


def _payout_not_booked(line: BalanceLine) -> Match:
    """Money on its way to the bank is booked when it arrives; if it never does, it went and came back."""
    payout = Payout.objects.filter(stripe_payout_id=line.source_id).first()
    if payout is not None and payout.state == Payout.State.FAILED:
        return Match(state=_MATCHED, reason="Virement revenu avant d’être payé : l’aller et le retour.")
    waiting = payout is not None and payout.state == Payout.State.WAITING
    return Match(state=_UNMATCHED, reason="Virement en route vers la banque.", pending=waiting)


def _book_fee(donation: Donation, line: BalanceLine, *, at: datetime) -> None:
    book_fee(
        donation,
        transaction_id=line.transaction_id,
        fee_cents=line.fee_cents,
        occurred_at=line.created_at,
        at=at,
    )


def _live() -> bool:
    return bool(settings.STRIPE_LIVEMODE)
