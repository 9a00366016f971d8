"""Monthly gifts: subscriptions and their invoices. docs.stripe.com/api/subscriptions, /invoices

Since API version basil the period stands on the item, and an invoice's payments on invoice payments."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import stripe

from donors.payments.gateway.connection import client, our_errors
from donors.payments.gateway.payments import expanded, expanded_id, moment, retrieve_intent
from donors.payments.monthly_facts import InvoiceFacts, SubscriptionFacts

_PAGE = 100


def fetch_subscription(subscription_id: str) -> SubscriptionFacts:
    """The subscription as it stands now. Raises StripeUnavailable, StripeRefused, UnknownObject."""
    with our_errors("reading a subscription"):
        found = client().v1.subscriptions.retrieve(subscription_id, {"expand": ["default_payment_method"]})
    return _facts(found)


def fetch_invoices(subscription_id: str) -> tuple[InvoiceFacts, ...]:
    """Every invoice of the subscription, oldest first; of an open one also how its payment stands.

    Raises StripeUnavailable, StripeRefused."""
    with our_errors("reading invoices"):
        found = client().v1.invoices.list(
            {"subscription": subscription_id, "limit": _PAGE, "expand": ["data.payments"]}
        )
        invoices = [_invoice_facts(invoice) for invoice in found.auto_paging_iter()]
    known = [_with_payment(invoice) for invoice in invoices]
    return tuple(sorted(known, key=lambda facts: (facts.created_at, facts.invoice_id)))


def fetch_invoice_intent(invoice_id: str) -> stripe.PaymentIntent | None:
    """The payment of an invoice, with its charge. Raises StripeUnavailable, StripeRefused, UnknownObject."""
    with our_errors("reading an invoice"):
        payments = client().v1.invoice_payments.list({"invoice": invoice_id, "limit": _PAGE})
    intent_id = _intent_id(payments.data)
    return retrieve_intent(intent_id) if intent_id else None


def fetch_invoice_subscription(invoice_id: str) -> str:
    """The subscription that an invoice belongs to; empty for none. Raises as `fetch_subscription`."""
    with our_errors("reading an invoice"):
        invoice = client().v1.invoices.retrieve(invoice_id)
    details = invoice.parent.subscription_details if invoice.parent else None
    return expanded_id(details.subscription) if details else ""


def paid_invoice(intent_id: str, invoice_id: str) -> bool:
    """Whether this payment has paid the invoice, even if the bank took it back since.

    Raises StripeUnavailable, StripeRefused."""
    with our_errors("reading an invoice"):
        payments = client().v1.invoice_payments.list({"invoice": invoice_id, "limit": _PAGE})
    return intent_id in _went_through(payments.data)


def mandate_holds(mandate_id: str) -> bool:
    """Whether a bank account may still be debited by it. Raises as `fetch_subscription`."""
    with our_errors("reading a mandate"):
        return bool(client().v1.mandates.retrieve(mandate_id).status != "inactive")


def _with_payment(invoice: InvoiceFacts) -> InvoiceFacts:
    undecided = invoice.status in {"open", "paid"} and not invoice.paid_intents
    if not undecided or not invoice.intent_id:
        return invoice
    state = retrieve_intent(invoice.intent_id).status
    # An invoice may say so an instant before its payment does.
    paid = (invoice.intent_id,) if (invoice.status, state) == ("paid", "succeeded") else ()
    return replace(invoice, intent_state=state, paid_intents=paid)


def _facts(found: stripe.Subscription) -> SubscriptionFacts:
    item: Any = found["items"].data[0]
    metadata = found.metadata.to_dict() if found.metadata else {}
    pause = found.pause_collection
    details = found.cancellation_details
    ended = found.status in {"canceled", "incomplete_expired"}
    return SubscriptionFacts(
        subscription_id=found.id,
        customer_id=expanded_id(found.customer),
        monthly_uuid=str(metadata.get("monthly_gift", "")),
        livemode=found.livemode,
        currency=found.currency,
        status=found.status,
        item_id=item.id,
        amount_cents=(item.price.unit_amount or 0) * (item.quantity or 1),
        started_at=moment(found.start_date),
        next_debit_at=None if ended or found.cancel_at_period_end else moment(item.current_period_end),
        paused=pause is not None,
        resumes_at=_maybe(pause.resumes_at) if pause else None,
        ends_at_period_end=found.cancel_at_period_end,
        ended_at=_maybe(found.ended_at) if ended else None,
        end_reason=(details.reason or "") if details else "",
        **_means(expanded(found.default_payment_method)),
    )


def _means(method: Any) -> dict[str, Any]:
    """The card or the account that is debited, as fields of SubscriptionFacts."""
    if method is None:
        return {}
    if method.type == "card" and method.card:
        year, month = method.card.exp_year, method.card.exp_month
        last_day = date(year, month, monthrange(year, month)[1])
        return {"card_last4": method.card.last4, "card_expires_on": last_day}
    debit = getattr(method, "sepa_debit", None)
    return {"card_last4": debit.last4 or ""} if debit else {}


def _invoice_facts(invoice: stripe.Invoice) -> InvoiceFacts:
    payments: Any = invoice.payments.data if invoice.payments else []
    return InvoiceFacts(
        invoice_id=invoice.id,
        first=invoice.billing_reason == "subscription_create",
        status=invoice.status or "",
        amount_cents=invoice.amount_due,
        created_at=moment(invoice.created),
        paid_at=_maybe(invoice.status_transitions.paid_at),
        tries=invoice.attempt_count,
        next_try_at=_maybe(invoice.next_payment_attempt),
        page_url=invoice.hosted_invoice_url or "",
        intent_id=_intent_id(payments),
        paid_intents=tuple(sorted(_went_through(payments))),
    )


def _went_through(payments: list[Any]) -> set[str]:
    """Payments of other kinds, such as one noted by hand, have no PaymentIntent."""
    return {expanded_id(one.payment.payment_intent) for one in payments if one.status == "paid"} - {""}


def _intent_id(payments: list[Any]) -> str:
    """The payment that went through, or else the one that is waited for."""
    by_need = sorted(payments, key=lambda one: (one.status != "paid", not one.is_default))
    return next((found for one in by_need if (found := expanded_id(one.payment.payment_intent))), "")


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else moment(seconds)
