"""Letters about a bank debit: it is on its way, or it did not come through."""

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from donors.campaigns.models import local_day
from donors.gifts.events import DonationEvent
from donors.gifts.models import Donation, Status
from donors.letters.models import Letter
from donors.letters.post import Occasion, compose, send_once
from donors.money import format_euros
from donors.receipts.wording import day_in_french


def send_debit_pending(donation: Donation, *, at: datetime) -> Letter | None:
    """Say what the donor's bank was asked for and when it pays. Idempotent; no transaction.

    Not once the bank has answered, nor for the later months of a monthly gift, where the donor did nothing.
    Raises LetterInHand and what the mail server raises."""
    if donation.status != Status.PROCESSING or not donation.attempts.exists():
        return None
    day = donation.debit_expected_on
    words: dict[str, object] = {
        "donation": donation,
        "amount": format_euros(donation.amount_cents),
        "authorised_on": day_in_french(local_day(donation.processing_at or at)),
        "expected_on": day_in_french(day) if day else "",
    }
    subject = f"Votre don de {format_euros(donation.amount_cents)} par prélèvement est en cours"

    def write(letter: Letter) -> EmailMultiAlternatives:
        return compose(letter, subject, "debit_pending", words)

    return send_once(Occasion(kind=Letter.Kind.DEBIT_PENDING, about=donation), write, at=at)


def send_payment_failed(event: DonationEvent, *, at: datetime) -> Letter | None:
    """Say kindly that the bank refused the debit, or took it back, with a way to try again. Idempotent.

    One letter for each time that it failed, unless the gift went on meanwhile. Later months of a monthly gift
    have letters of their own. Raises LetterInHand and what the mail server raises."""
    gift = event.donation
    if gift.status != event.to_status or not gift.attempts.exists():
        return None
    amount = format_euros(gift.amount_cents)
    taken_back = gift.status == Status.REVERSED
    words: dict[str, object] = {
        "donation": gift,
        "amount": amount,
        "taken_back": taken_back,
        "retry_url": form_address(gift) if gift.campaign.is_open(at) else "",
    }
    what = "a été repris par votre banque" if taken_back else "n’a pas pu être prélevé"

    def write(letter: Letter) -> EmailMultiAlternatives:
        return compose(letter, f"Votre don de {amount} {what}", "payment_failed", words)

    occasion = Occasion(kind=Letter.Kind.PAYMENT_FAILED, about=gift, fact=str(event.pk))
    return send_once(occasion, write, at=at)


def form_address(donation: Donation) -> str:
    """The gift form with the same amount filled in."""
    euros, rest = divmod(donation.amount_cents, 100)
    amount = f"{euros}.{rest:02d}" if rest else str(euros)
    path = reverse("give", args=[donation.campaign.code])
    return f"{settings.SITE_URL}{path}?{urlencode({'montant': amount})}"
