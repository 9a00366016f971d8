"""The letter that thanks for a gift: written for every confirmed gift, sent once, by a person who signs."""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives

from donors.campaigns.models import local_day
from donors.gifts.models import Donation
from donors.letters.models import Letter
from donors.letters.monthly_words import promise_words
from donors.letters.post import Occasion, attach_receipt, compose, printable, send_once
from donors.letters.receipt_story import ReceiptStory, receipt_news
from donors.money import format_euros
from donors.receipts.wording import day_in_french


def send_thank_you(donation: Donation, *, at: datetime) -> Letter:
    """Thank the donor by e-mail, with the tax receipt attached if it exists. Idempotent; no transaction.

    Raises LetterInHand, TamperedDocument and what the mail server raises."""
    occasion = Occasion(kind=Letter.Kind.THANK_YOU, about=donation)
    return send_once(occasion, lambda letter: write_thank_you(donation, letter, at=at), at=at)


def write_thank_you(donation: Donation, letter: Letter, *, at: datetime) -> EmailMultiAlternatives:
    """The letter as it will leave: text and HTML that say the same, and the receipt."""
    news = receipt_news(donation, at=at)
    words: dict[str, object] = {
        "donation": donation,
        "amount": format_euros(donation.amount_cents),
        "given_on": day_in_french(donation.credited_on or local_day(at)),
        "receipt": news.receipt,
        "story": news.story.value,
        "receipt_expected_on": news.expected_on,
    }
    if donation.monthly_gift is not None:
        words |= promise_words(donation.monthly_gift, at=at)
    email = compose(letter, subject(donation), "thank_you", words)
    if news.receipt is not None and news.story == ReceiptStory.READY:
        attach_receipt(email, letter, news.receipt)
    return email


def subject(donation: Donation) -> str:
    """One line, whatever stands in the name: "Merci Amina, votre don de 50 € est bien arrivé"."""
    name = " ".join(printable(donation.donor.first_name or donation.donor.display_name).split())
    which = "votre premier don mensuel" if donation.monthly_gift_id else "votre don"
    return f"Merci {name}, {which} de {format_euros(donation.amount_cents)} est bien arrivé"
