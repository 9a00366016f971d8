"""Payments, and the money that goes back. docs.stripe.com/api/payment_intents, /refunds, /disputes"""

from datetime import UTC, date, datetime
from typing import Any

import stripe
from django.conf import settings

from donors.payments.facts import (
    BalanceFacts,
    DisputeFacts,
    FeeFacts,
    FraudWarning,
    PaymentFacts,
    RefundFacts,
    RefundOrder,
)
from donors.payments.gateway.connection import APP, client, our_errors

_CHARGE = "latest_charge"
_EXPAND = [f"{_CHARGE}.balance_transaction", f"{_CHARGE}.failure_balance_transaction"]
_PAGE = 100
SUCCEEDED = "charge.succeeded"


def fetch_payment(intent_id: str) -> PaymentFacts:
    """A payment that no page of ours was opened for, e.g. a month of a subscription.

    Raises StripeUnavailable, StripeRefused, UnknownObject."""
    intent = retrieve_intent(intent_id)
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    return PaymentFacts(
        amount_cents=intent.amount,
        currency=intent.currency,
        livemode=intent.livemode,
        donation_uuid=str(metadata.get("donation", "")),
        intent_id=intent.id,
        intent_state=intent.status,
        **charge_facts(expanded(intent.latest_charge)),
    )


def retrieve_intent(intent_id: str) -> stripe.PaymentIntent:
    """The payment with its charge and what that moved in the balance. Raises as `fetch_payment`."""
    with our_errors("reading a payment"):
        return client().v1.payment_intents.retrieve(intent_id, {"expand": _EXPAND})


def fetch_refunds(intent_id: str) -> tuple[RefundFacts, ...]:
    """Every refund of a payment, oldest first; an object of Stripe's no longer carries them itself.

    Raises StripeUnavailable, StripeRefused."""
    expand = ["data.balance_transaction", "data.failure_balance_transaction"]
    with our_errors("reading refunds"):
        found = client().v1.refunds.list({"payment_intent": intent_id, "limit": _PAGE, "expand": expand})
        refunds = [_refund_facts(refund) for refund in found.auto_paging_iter()]
    return tuple(sorted(refunds, key=lambda facts: (facts.created_at, facts.refund_id)))


def fetch_disputes(intent_id: str) -> tuple[DisputeFacts, ...]:
    """Every dispute of a payment, oldest first. Raises StripeUnavailable, StripeRefused."""
    with our_errors("reading disputes"):
        found = client().v1.disputes.list({"payment_intent": intent_id, "limit": _PAGE})
        disputes = [_dispute_facts(dispute) for dispute in found.auto_paging_iter()]
    return tuple(sorted(disputes, key=lambda facts: (facts.opened_at, facts.dispute_id)))


def fetch_earlier_tries(intent_id: str, *, latest: str) -> tuple[BalanceFacts | FeeFacts, ...]:
    """The lines that debits refused before the latest charge left in the balance: it alone shows its own.

    Raises StripeUnavailable, StripeRefused."""
    expand = ["data.balance_transaction", "data.failure_balance_transaction"]
    with our_errors("reading earlier tries"):
        found = client().v1.charges.list({"payment_intent": intent_id, "limit": _PAGE, "expand": expand})
        earlier = [charge for charge in found.auto_paging_iter() if charge.id != latest]
    refused = [charge for charge in earlier if expanded(charge.failure_balance_transaction) is not None]
    lines = [
        line
        for charge in refused
        for line in (_fee_facts(charge), balance_facts(expanded(charge.failure_balance_transaction)))
        if line is not None
    ]
    return tuple(sorted(lines, key=lambda line: (line.booked_at, line.transaction_id)))


def find_success(charge_id: str, *, since: datetime) -> datetime | None:
    """When this charge succeeded, by Stripe's own event; None if that is older than the 30 days it is kept.

    Newest first, so that a debit that has just succeeded is on the first page. Raises StripeUnavailable,
    StripeRefused."""
    with our_errors("looking for the moment of a success"):
        created: Any = {"gte": int(since.timestamp())}
        events = client().v1.events.list({"types": [SUCCEEDED], "created": created, "limit": _PAGE})
        for event in events.auto_paging_iter():
            if event.data.object["id"] == charge_id:
                return moment(event.created)
    return None


def fetch_fraud_warning(warning_id: str) -> FraudWarning:
    """What a card issuer suspects of a payment. Raises StripeUnavailable, StripeRefused, UnknownObject."""
    with our_errors("reading a fraud warning"):
        warning = client().v1.radar.early_fraud_warnings.retrieve(warning_id)
    return FraudWarning(intent_id=expanded_id(warning.payment_intent), actionable=warning.actionable)


def create_refund(order: RefundOrder, *, idempotency_key: str) -> RefundFacts:
    """Send money back. The same key and order make one refund. Raises StripeUnavailable, StripeRefused."""
    with our_errors("refunding"):
        refund = client().v1.refunds.create(
            {
                "payment_intent": order.intent_id,
                "amount": order.amount_cents,
                "metadata": {"app": APP, "site": settings.SITE_URL, "refund": order.refund_uuid},
                "expand": ["balance_transaction", "failure_balance_transaction"],
            },
            {"idempotency_key": idempotency_key},
        )
    return _refund_facts(refund)


def charge_facts(charge: Any) -> dict[str, Any]:
    """What a charge says, as fields of PaymentFacts; an unpaid one says little, a failed one why."""
    if charge is None:
        return {}
    paid = charge.paid and charge.status == "succeeded"
    taken_back = expanded(charge.failure_balance_transaction) if charge.status == "failed" else None
    facts: dict[str, Any] = {
        "method": _method(charge),
        "charge_id": charge.id if paid or taken_back else "",
        "charged_at": moment(charge.created) if paid or taken_back else None,
        "fee": _fee_facts(charge) if paid or taken_back else None,
        "failure": charge.failure_code or "",
        "taken_back": balance_facts(taken_back),
        "went_back": bool(charge.amount_refunded or charge.disputed),
    }
    return facts | _mandate_facts(charge)


def _mandate_facts(charge: Any) -> dict[str, Any]:
    details = getattr(charge.payment_method_details, "sepa_debit", None) if _method(charge) else None
    if details is None:
        return {}
    expected = getattr(details, "expected_debit_date", None)
    return {
        "mandate_id": expanded_id(getattr(details, "mandate", None)),
        "debit_expected_on": date.fromisoformat(expected) if expected else None,
    }


def _refund_facts(refund: stripe.Refund) -> RefundFacts:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return RefundFacts(
        refund_id=refund.id,
        amount_cents=refund.amount,
        state=refund.status or "",
        created_at=moment(refund.created),
        failure=getattr(refund, "failure_reason", None) or "",
        uuid=str(metadata.get("refund", "")) if metadata.get("app") == APP else "",
        booked=balance_facts(expanded(refund.balance_transaction)),
        given_back=balance_facts(expanded(getattr(refund, "failure_balance_transaction", None))),
    )


def _dispute_facts(dispute: stripe.Dispute) -> DisputeFacts:
    lines = [line for line in map(balance_facts, dispute.balance_transactions) if line is not None]
    due_by = dispute.evidence_details.due_by if dispute.evidence_details else None
    return DisputeFacts(
        dispute_id=dispute.id,
        amount_cents=dispute.amount,
        state=dispute.status,
        reason=dispute.reason,
        opened_at=moment(dispute.created),
        answer_due_at=moment(due_by) if due_by else None,
        lines=tuple(sorted(lines, key=lambda line: (line.booked_at, line.amount_cents))),
    )


def balance_facts(transaction: Any) -> BalanceFacts | None:
    if transaction is None:
        return None
    return BalanceFacts(
        transaction_id=transaction.id,
        amount_cents=transaction.amount,
        fee_cents=transaction.fee,
        booked_at=moment(transaction.created),
    )


def _fee_facts(charge: Any) -> FeeFacts | None:
    transaction = expanded(charge.balance_transaction)
    if transaction is None:
        return None
    return FeeFacts(
        transaction_id=transaction.id,
        fee_cents=transaction.fee,
        booked_at=moment(transaction.created),
        available_at=moment(transaction.available_on),
    )


def _method(charge: Any) -> str:
    return charge.payment_method_details.type if charge.payment_method_details else ""


def expanded(found: Any) -> Any:
    """An object that was asked for in full: null, or still an id when Stripe did not expand it."""
    return None if isinstance(found, str) else found


def expanded_id(found: Any) -> str:
    """The id of an object, expanded or not; empty for null."""
    if found is None or isinstance(found, str):
        return found or ""
    return str(found.id)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
