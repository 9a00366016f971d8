"""What a person must look at about a monthly gift. Each is raised once for each fact."""

import logging
from collections.abc import Iterable
from datetime import datetime

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.money import format_euros
from donors.payments.alarms import raise_alarm
from donors.payments.models import Alarm
from donors.payments.monthly_facts import InvoiceFacts

log = logging.getLogger(__name__)


def tell_of_mismatch(promise: MonthlyGift, trouble: str, *, at: datetime) -> None:
    log.error("Monthly gift %s is not mirrored: %s", promise.pk, trouble)
    raise_alarm(
        Alarm.Kind.MONTHLY,
        key=f"monthly_mismatch:{promise.uuid}",
        text=f"Le don mensuel n° {promise.pk} n’est plus suivi : Stripe annonce autre chose que ce que nous"
        " avons demandé.",
        at=at,
    )


def tell_of_second(
    promise_pk: int, subscription_id: str, *, at: datetime, donation: Donation | None = None
) -> None:
    """A second subscription for one promise: somebody may be debited twice each month."""
    raise_alarm(
        Alarm.Kind.MONTHLY,
        key=f"second_subscription:{subscription_id}",
        text=f"Le don mensuel n° {promise_pk} a été commencé deux fois chez Stripe. Arrêtez l’abonnement"
        f" {subscription_id}, et remboursez ce qui a été débité deux fois.",
        at=at,
        donation=donation,
    )


def tell_of_crossing(promise: MonthlyGift, invoices: Iterable[InvoiceFacts], *, at: datetime) -> None:
    """The money counts; whether the donor wants it back is for a person to ask."""
    for invoice in invoices:
        month = Donation.objects.filter(stripe_invoice_id=invoice.invoice_id).first()
        if month is not None:
            raise_alarm(
                Alarm.Kind.MONTHLY,
                key=f"monthly_crossing:{invoice.invoice_id}",
                text=f"Le don mensuel n° {promise.pk} a été arrêté au moment où une échéance était prélevée :"
                f" le don n° {month.pk}. Demandez au donateur s’il souhaite être remboursé.",
                at=at,
                donation=month,
            )


def tell_of_odd_payments(promise: MonthlyGift, invoices: Iterable[InvoiceFacts], *, at: datetime) -> None:
    """Months that were not paid by exactly one payment: the books hold none, or one, of the payments."""
    for invoice in invoices:
        if invoice.paid_outside:
            key = f"paid_outside:{invoice.invoice_id}"
            text = (
                f"Une échéance de {format_euros(invoice.amount_cents)} du don mensuel n° {promise.pk} est"
                f" dite payée, mais hors de Stripe ({invoice.invoice_id}). Elle n’est comptée nulle part :"
                " vérifiez si l’argent est arrivé autrement."
            )
        elif len(invoice.paid_intents) > 1:
            key = f"paid_in_parts:{invoice.invoice_id}"
            text = (
                f"Une échéance du don mensuel n° {promise.pk} a été payée en plusieurs fois"
                f" ({', '.join(invoice.paid_intents)}). Vérifiez dans Stripe ce que le donateur a payé, et"
                " remboursez ce qui serait en trop."
            )
        else:
            continue
        raise_alarm(Alarm.Kind.MONTHLY, key=key, text=text, at=at)
