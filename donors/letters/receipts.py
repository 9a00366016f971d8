"""Letters about a tax receipt that comes after the thanks, or that changes: its worth, and what to do."""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives

from donors.campaigns.models import local_day
from donors.gifts.models import Donation
from donors.letters.models import Letter
from donors.letters.post import Occasion, attach_receipt, compose, send_once
from donors.money import format_euros
from donors.receipts.events import ReceiptEvent
from donors.receipts.models import Receipt
from donors.receipts.tokens import receipt_url
from donors.receipts.wording import day_in_french, days_in_french

_SUBJECTS = {
    "cancelled": "Votre reçu fiscal n°\u00a0{number} est annulé",
    "replaced": "Votre reçu fiscal n°\u00a0{number} est remplacé",
    "suspended": "Votre reçu fiscal n°\u00a0{number} est suspendu",
    "restored": "Votre reçu fiscal n°\u00a0{number} est de nouveau valable",
}


def send_receipt(receipt: Receipt, *, at: datetime) -> Letter | None:
    """Send the receipt if no letter carries it or is about to. Idempotent; no transaction; its PDF is made.

    The thanks carry a receipt that is ready in time, the letter about an old one carries its replacement.
    Raises LetterInHand, TamperedDocument and what the mail server raises."""
    receipt.refresh_from_db()
    gift = _gift_of(receipt)
    if not receipt.is_valid or _is_carried(receipt) or _will_be_carried(receipt, gift):
        return None
    occasion = Occasion(kind=Letter.Kind.RECEIPT, about=gift, fact=receipt.full_number)

    def write(letter: Letter) -> EmailMultiAlternatives:
        email = compose(
            letter,
            _subject(receipt),
            "receipt",
            {**_words(receipt, gift), "receipt_url": receipt_url(receipt, at=at)},
        )
        attach_receipt(email, letter, receipt)
        return email

    return send_once(occasion, write, at=at)


def send_receipt_again(event: ReceiptEvent, *, at: datetime) -> Letter | None:
    """The archived PDF once more, because the treasurer asked, if it still stands. Idempotent for each time.

    Raises LetterInHand, TamperedDocument and what the mail server raises."""
    receipt = Receipt.objects.select_related("series", "donor").get(pk=event.receipt_id)
    if not receipt.is_valid:
        return None
    gift = _gift_of(receipt)

    def write(letter: Letter) -> EmailMultiAlternatives:
        words = {**_words(receipt, gift), "again": True, "receipt_url": receipt_url(receipt, at=at)}
        subject = f"À nouveau, votre reçu fiscal n°\u00a0{receipt.full_number}"
        email = compose(letter, subject, "receipt", words)
        attach_receipt(email, letter, receipt)
        return email

    occasion = Occasion(kind=Letter.Kind.RECEIPT, about=gift, fact=f"{event.kind}-{event.pk}")
    return send_once(occasion, write, at=at)


def send_receipt_page(receipt: Receipt, *, at: datetime) -> Letter | None:
    """A fresh link to the receipt's page, with its PDF, once a day at most, whoever asks. Raises as above."""
    gift = _gift_of(receipt)
    if not receipt.is_valid:
        return None

    def write(letter: Letter) -> EmailMultiAlternatives:
        words = {**_words(receipt, gift), "again": True, "receipt_url": receipt_url(receipt, at=at)}
        subject = f"À nouveau, votre reçu fiscal n°\u00a0{receipt.full_number}"
        email = compose(letter, subject, "receipt", words)
        attach_receipt(email, letter, receipt)
        return email

    fact = f"{receipt.full_number}.link.{local_day(at)}"
    return send_once(Occasion(kind=Letter.Kind.RECEIPT, about=gift, fact=fact), write, at=at)


def _subject(receipt: Receipt) -> str:
    amount, year = format_euros(receipt.amount_cents), receipt.gift_year
    if receipt.kind == Receipt.Kind.SUPPLEMENTARY:
        return f"Votre reçu fiscal complémentaire pour {year}, de {amount}"
    if len(receipt.payments) > 1:
        return f"Votre reçu fiscal pour vos dons de {year}, de {amount}"
    return f"Votre reçu fiscal pour votre don de {amount}"


def _is_carried(receipt: Receipt) -> bool:
    """A letter that left has it. One that was begun may still have to leave: it is found by its own key."""
    return Letter.objects.filter(receipt=receipt, sent_at__isnull=False).exists()


def _will_be_carried(receipt: Receipt, gift: Donation) -> bool:
    """The thanks have not left yet, or the letter about the replaced receipt has not."""
    replaced = receipt.replaces
    if replaced is not None and replaced.cancelled_at == receipt.issued_at:
        return replaced.events.filter(kind=ReceiptEvent.Kind.CANCELLED, followed_at=None).exists()
    if receipt.kind != Receipt.Kind.GIFT:
        return False
    thanked = gift.letters.filter(kind=Letter.Kind.THANK_YOU, sent_at__isnull=False).exists()
    return not thanked and not gift.is_later_month  # nobody is thanked for each month


def send_receipt_changed(event: ReceiptEvent, *, at: datetime) -> Letter | None:
    """Tell the donor what became of a receipt, once for each change that still holds. Idempotent.

    A suspension that was lifted before we wrote is not told, and then its end neither.
    Raises LetterInHand, TamperedDocument and what the mail server raises."""
    receipt = Receipt.objects.select_related("series", "donor").get(pk=event.receipt_id)
    change = _change(event, receipt)
    if not change:
        return None
    gift = _gift_of(receipt)
    replacement = Receipt.objects.select_related("series").filter(replaces=receipt).first()

    def write(letter: Letter) -> EmailMultiAlternatives:
        words = {**_words(receipt, gift), "change": change, "reason": event.because}
        if change == "replaced" and replacement is not None:
            same = replacement.amount_cents == receipt.amount_cents
            left = format_euros(replacement.amount_cents)
            words |= {"replacement": replacement, "left": left, "same_amount": same}
        email = compose(
            letter, _SUBJECTS[change].format(number=receipt.full_number), "receipt_changed", words
        )
        if change == "replaced" and replacement is not None:
            attach_receipt(email, letter, replacement)
        elif change == "restored":
            attach_receipt(email, letter, receipt)
        return email

    return send_once(_occasion(event, gift), write, at=at)


def _change(event: ReceiptEvent, receipt: Receipt) -> str:
    """The word for what is true now; empty when this change is overtaken by a later one."""
    if event.kind == ReceiptEvent.Kind.CANCELLED:
        replacement = Receipt.objects.filter(replaces=receipt, state=Receipt.State.ISSUED).first()
        return "replaced" if replacement is not None and not replacement.is_suspended else "cancelled"
    if event.kind == ReceiptEvent.Kind.SUSPENDED:
        return "suspended" if receipt.is_suspended else ""
    told = receipt.events.filter(kind=ReceiptEvent.Kind.SUSPENDED, pk__lt=event.pk).last()
    was_told = told is not None and _was_sent(told, _gift_of(receipt))
    return "restored" if receipt.is_valid and was_told else ""


def _was_sent(event: ReceiptEvent, gift: Donation) -> bool:
    return gift.letters.filter(key=_occasion(event, gift).key, sent_at__isnull=False).exists()


def _occasion(event: ReceiptEvent, gift: Donation) -> Occasion:
    return Occasion(kind=Letter.Kind.RECEIPT_CHANGED, about=gift, fact=f"{event.kind}-{event.pk}")


def _gift_of(receipt: Receipt) -> Donation:
    """The gift that a letter is about: the last one on the receipt, which gives its name and address."""
    gifts = Donation.objects.select_related("donor", "campaign__organisation", "monthly_gift")
    gift: Donation = gifts.filter(receipt_lines__receipt=receipt).order_by("-pk")[0]
    return gift


def _words(receipt: Receipt, gift: Donation) -> dict[str, object]:
    return {
        "donation": gift,
        "receipt": receipt,
        "amount": format_euros(gift.amount_cents),
        "receipt_amount": format_euros(receipt.amount_cents),
        "given_on": day_in_french(gift.credited_on) if gift.credited_on else "",
        "replaces": receipt.replaces,
        "several": len(receipt.payments) > 1,
        "supplementary": receipt.kind == Receipt.Kind.SUPPLEMENTARY,
        "number_of_gifts": len(receipt.payments),
        "given_between": days_in_french(receipt.snapshot["gift"]),
        "year": receipt.gift_year,
    }
