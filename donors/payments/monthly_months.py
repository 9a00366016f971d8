"""One Donation for each month of a monthly gift, from the moment its money moves.

A refused debit makes none: it is an event of the monthly gift, and no money. Runs inside the transaction of
`sync_monthly`, under the promise's lock; the payment itself is read by `sync_donation` afterwards."""

from django.db.models import F

from donors.gifts.carried_over import carried_over
from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.payments.models import CheckoutAttempt
from donors.payments.monthly_facts import InvoiceFacts


def write_month(promise: MonthlyGift, invoice: InvoiceFacts) -> bool:
    """The Donation of this invoice: the form's own for the first month, else a new row. Idempotent.

    The amount is the invoice's: another one set at the Dashboard counts from the month it was set for."""
    known = Donation.objects.filter(stripe_invoice_id=invoice.invoice_id).first()
    if known is not None:
        return _paid_otherwise(known, invoice)
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


def _paid_otherwise(month: Donation, invoice: InvoiceFacts) -> bool:
    """A debit was refused and another payment has paid the same invoice: the gift stands for that one now.

    A reading of the first payment that is under way is outdated by it."""
    refused = month.stripe_payment_intent_id not in {"", *invoice.paid_intents}
    if not invoice.paid_intents or not refused or month.stripe_charge_id:
        return False
    fresh = Donation.objects.filter(pk=month.pk, stripe_charge_id="")
    changes = {"stripe_payment_intent_id": invoice.intent_id, "sync_version": F("sync_version") + 1}
    return bool(fresh.update(**changes))


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
