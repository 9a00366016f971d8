"""The letter that thanks for a gift: written for every confirmed gift, sent once, by a person who signs."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string

from donors.campaigns.models import local_day
from donors.gifts.models import Donation
from donors.letters.models import Letter
from donors.letters.receipt_story import live_receipt, receipt_file_name, receipt_story
from donors.money import format_euros
from donors.receipts.document import read_document
from donors.receipts.wording import day_in_french

LEASE = timedelta(seconds=60)  # longer than a mail server may take, shorter than the claim on what we follow


class LetterInHand(Exception):
    """Another worker is sending this letter right now; ask again later."""


def send_thank_you(donation: Donation, *, at: datetime) -> Letter:
    """Thank the donor by e-mail, with the tax receipt attached if it exists. Idempotent; no transaction.

    The row is committed first, then claimed by a conditional UPDATE, then the letter is sent and marked, so
    two workers send one. One window cannot be closed: a worker that dies after the mail server said yes and
    before the mark leaves a letter that the next one sends again, with the same Message-ID, by which the
    receiving side can recognise the repeat. Raises LetterInHand, TamperedDocument and what the mail server
    raises; the claim is then given back."""
    letter, _ = Letter.objects.get_or_create(
        donation=donation,
        kind=Letter.Kind.THANK_YOU,
        defaults={"email": donation.donor.email, "message_id": message_id(donation), "created_at": at},
    )
    if letter.sent_at:
        return letter
    if not _claim(letter, at=at):
        letter.refresh_from_db()
        if letter.sent_at:
            return letter
        raise LetterInHand(f"letter {letter.pk} is being sent")
    try:
        write_thank_you(donation, letter, at=at).send()
    except BaseException:
        Letter.objects.filter(pk=letter.pk).update(claimed_until=None)
        raise
    Letter.objects.filter(pk=letter.pk, sent_at__isnull=True).update(sent_at=at, claimed_until=None)
    letter.refresh_from_db()
    return letter


def write_thank_you(donation: Donation, letter: Letter, *, at: datetime) -> EmailMultiAlternatives:
    """The letter as it will leave: text and HTML that say the same, and the receipt."""
    receipt = live_receipt(donation)
    words = {
        "donation": donation,
        "donor": donation.donor,
        "campaign": donation.campaign,
        "organisation": donation.campaign.organisation,
        "amount": format_euros(donation.amount_cents),
        "given_on": day_in_french(donation.credited_on or local_day(at)),
        "receipt": receipt,
        "story": receipt_story(donation, receipt).value,
    }
    email = EmailMultiAlternatives(
        subject=subject(donation),
        body=render_to_string("letters/thank_you.txt", words),
        to=[letter.email],
        reply_to=[donation.campaign.organisation.email],
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )
    email.attach_alternative(render_to_string("letters/thank_you.html", words), "text/html")
    if receipt is not None:
        email.attach(receipt_file_name(receipt), read_document(receipt), "application/pdf")
    return email


def subject(donation: Donation) -> str:
    """One line, whatever stands in the name: "Merci Amina, votre don de 50 € est bien arrivé"."""
    name = " ".join(_printable(donation.donor.first_name or donation.donor.display_name).split())
    return f"Merci {name}, votre don de {format_euros(donation.amount_cents)} est bien arrivé"


def message_id(donation: Donation) -> str:
    """The same for the same gift, for ever: it tells a letter that is sent twice from two letters."""
    return f"<merci-{donation.uuid}@{urlsplit(settings.SITE_URL).hostname}>"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _claim(letter: Letter, *, at: datetime) -> bool:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    waiting = Letter.objects.filter(free, pk=letter.pk, sent_at__isnull=True)
    return waiting.update(claimed_until=at + LEASE) == 1
