"""One Donation for each month of a monthly gift, from the moment its money moves.

A refused debit makes none: it is an event of the monthly gift, and no money. Runs inside the transaction of
`sync_monthly`, under the promise's lock; the payment itself is read by `sync_donation` afterwards."""

from donors.gifts.carried_over import carried_over
from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.payments.models import CheckoutAttempt
from donors.payments.monthly_facts import InvoiceFacts


def write_month(promise: MonthlyGift, invoice: InvoiceFacts) -> bool:
    """The Donation of this invoice: the form's own for the first month, else a new row. Idempotent.

    The amount is the invoice's: another one set at the Dashboard counts from the month it was set for."""
    if Donation.objects.filter(stripe_invoice_id=invoice.invoice_id).exists():
        return False
    if not invoice.intent_id:
        return False  # settled without a payment at Stripe
    if invoice.first and (form := _form_gift(promise)) is not None:
        Donation.objects.filter(pk=form.pk).update(monthly_gift=promise, stripe_invoice_id=invoice.invoice_id)
        return True
    Donation.objects.create(
        **carried_over(promise),
        monthly_gift=promise,
        amount_cents=invoice.amount_cents,
        stripe_invoice_id=invoice.invoice_id,
        stripe_payment_intent_id=invoice.intent_id,
        created_at=invoice.created_at,
    )
    return True


def _form_gift(promise: MonthlyGift) -> Donation | None:
    """The gift whose payment page began the promise, as long as it stands for no other payment."""
    pages = (
        CheckoutAttempt.objects.filter(monthly_gift=promise).select_related("donation").order_by("-number")
    )
    for page in pages:
        gift: Donation = page.donation
        if not gift.stripe_invoice_id and not gift.stripe_charge_id:
            return gift
    return None
