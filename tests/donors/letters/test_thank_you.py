"""The letter of thanks: one for each gift, warm, with the receipt, and harmless whatever the name says."""

from datetime import datetime, timedelta
from email.message import EmailMessage as ParsedMessage
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from donors.gifts.models import Donation
from donors.letters import post
from donors.letters.models import Letter
from donors.letters.post import LEASE, LetterInHand
from donors.letters.thank_you import send_thank_you
from donors.receipts.cancel import cancel_receipt
from donors.receipts.document import TamperedDocument
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptDocument
from tests.factories import a_campaign, a_donor, a_paid_donation, an_organisation

pytestmark = pytest.mark.django_db


def send(donation: Donation, at: datetime | None = None) -> Letter:
    return send_thank_you(donation, at=at or timezone.now())


def the_letter() -> Any:
    (letter,) = mail.outbox
    return letter


def parts(letter: EmailMultiAlternatives) -> tuple[str, str]:
    """The text and the HTML, as the donor's program shows them: lines joined."""
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    return " ".join(str(letter.body).split()), " ".join(str(html).replace("&nbsp;", " ").split())


def test_amina_is_thanked_by_name_for_her_amount(gift: Donation) -> None:
    send(gift)

    letter = the_letter()
    assert letter.subject == "Merci Amina, votre don de 50\u00a0€ est bien arrivé"
    assert letter.to == [gift.donor.email]
    assert letter.reply_to == ["dons@example.org"]


def test_the_text_and_the_html_say_the_same(gift: Donation) -> None:
    send(gift)

    for words in parts(the_letter()):
        assert "Amina Benali" in words
        assert "50 €" in words
        assert "Campagne de juin" in words
        assert "Claire Martin" in words
        assert "trésorière" in words
        assert "dons@example.org" in words


def test_the_html_is_a_french_page_without_tables(gift: Donation) -> None:
    send(gift)

    _, html = parts(the_letter())
    assert '<html lang="fr">' in html
    assert "<table" not in html
    assert html.count("<h1>") == 1
    assert "http" not in html  # nothing is loaded from elsewhere, nobody is followed


def test_the_date_is_the_day_of_the_credit_in_paris() -> None:
    late = datetime.fromisoformat("2027-05-31T22:30:00+00:00")
    send(a_paid_donation(credited_at=late))

    for words in parts(the_letter()):
        assert "1er juin 2027" in words


def test_the_receipt_is_attached(gift: Donation, receipt: Receipt) -> None:
    send(gift)

    letter = the_letter()
    ((name, content, kind),) = letter.attachments
    assert name == f"recu-fiscal-{receipt.full_number}.pdf"
    assert kind == "application/pdf"
    assert content == bytes(receipt.document.content)
    for words in parts(letter):
        assert "joint à ce message" in words
        assert receipt.full_number in words


def test_the_message_that_leaves_carries_text_html_and_pdf(gift: Donation, receipt: Receipt) -> None:
    send(gift)

    message = the_letter().message()
    assert isinstance(message, ParsedMessage)
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "application/pdf"]
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_receipt_that_is_not_made_yet_is_promised(gift: Donation) -> None:
    send(gift)

    letter = the_letter()
    assert letter.attachments == []
    for words in parts(letter):
        assert "Il se prépare" in words


def test_a_cancelled_receipt_is_never_attached(gift: Donation, receipt: Receipt) -> None:
    cancel_receipt(receipt, at=timezone.now(), reason="Erreur")
    send(gift)

    assert the_letter().attachments == []


def test_an_organisation_hears_that_the_treasurer_writes() -> None:
    donor = a_donor(kind="organisation", organisation_name="Le Fournil", siren="732829320")
    send(a_paid_donation(donor=donor))

    for words in parts(the_letter()):
        assert "établis par notre trésorerie" in words
        assert "merci à Le Fournil et à vous" in words


def test_who_asked_for_no_receipt_learns_how_to_get_one() -> None:
    send(a_paid_donation(wants_receipt=False))

    for words in parts(the_letter()):
        assert "Vous n’en avez pas demandé" in words


def test_a_test_gift_says_that_no_money_moved(gift: Donation) -> None:
    send(gift)

    for words in parts(the_letter()):
        assert "aucun argent réel" in words


def test_a_real_gift_does_not_speak_of_a_test() -> None:
    send(a_paid_donation(livemode=True))

    for words in parts(the_letter()):
        assert "aucun argent réel" not in words


def test_a_phone_number_is_given_when_there_is_one() -> None:
    campaign = a_campaign(organisation=an_organisation(phone="05 56 00 00 00"))
    send(a_paid_donation(campaign=campaign))

    for words in parts(the_letter()):
        assert "05 56 00 00 00" in words


def test_html_in_a_name_is_text() -> None:
    donor = a_donor(first_name="<b>Amina</b>", last_name="&amp;")
    send(a_paid_donation(donor=donor))

    text, html = parts(the_letter())
    assert "<b>Amina</b> &amp;" in text
    assert "<b>Amina" not in html
    assert "&lt;b&gt;Amina&lt;/b&gt; &amp;amp;" in html


def test_a_name_with_line_breaks_cannot_add_a_header() -> None:
    donor = a_donor(first_name="Amina\r\nBcc: everyone@example.org", last_name="B")
    send(a_paid_donation(donor=donor))

    letter = the_letter()
    assert "\n" not in letter.subject
    assert letter.message()["Bcc"] is None
    assert letter.recipients() == [donor.email]


def test_a_second_call_sends_nothing(gift: Donation) -> None:
    first = send(gift)
    second = send(gift, timezone.now() + timedelta(days=1))

    assert len(mail.outbox) == 1
    assert (second.pk, second.sent_at) == (first.pk, first.sent_at)
    assert Letter.objects.count() == 1


def test_a_sent_letter_is_marked_and_free(gift: Donation) -> None:
    at = timezone.now()
    letter = send(gift, at)

    assert (letter.sent_at, letter.claimed_until) == (at, None)
    assert letter.email == gift.donor.email


def test_the_message_id_is_the_same_for_the_same_gift(gift: Donation) -> None:
    letter = send(gift)

    assert letter.message_id == f"<thank_you.{gift.uuid}@testserver>"
    assert the_letter().message()["Message-ID"] == letter.message_id


def test_while_one_worker_sends_another_keeps_away(gift: Donation, monkeypatch: pytest.MonkeyPatch) -> None:
    at, refused = timezone.now(), []

    def send_slowly(self: EmailMultiAlternatives) -> int:
        with pytest.raises(LetterInHand):
            send(gift, at)
        refused.append(gift)
        return 1

    monkeypatch.setattr(EmailMultiAlternatives, "send", send_slowly)
    send(gift, at)

    assert len(refused) == 1


def test_who_comes_just_after_the_other_worker_finds_the_letter_sent(
    gift: Donation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_claim = post._claim

    def overtaken(letter: Letter, *, at: datetime) -> bool:
        monkeypatch.setattr(post, "_claim", real_claim)
        send(gift, at)
        return False

    monkeypatch.setattr(post, "_claim", overtaken)

    assert send(gift).sent_at
    assert len(mail.outbox) == 1


def test_a_mail_server_that_fails_leaves_the_letter_to_the_next_try(
    gift: Donation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: EmailMultiAlternatives) -> int:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", fail)
        with pytest.raises(SMTPServerDisconnected):
            send(gift)
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.claimed_until) == (None, None)

    assert send(gift).sent_at
    assert len(mail.outbox) == 1


def test_a_worker_that_dies_before_the_mark_is_followed_by_one_that_repeats_the_same_message(
    gift: Donation,
) -> None:
    at = timezone.now()
    send(gift, at)
    Letter.objects.update(
        sent_at=None, claimed_until=at + LEASE
    )  # as a kill right after the sending leaves it

    with pytest.raises(LetterInHand):
        send(gift, at + LEASE - timedelta(seconds=1))
    send(gift, at + LEASE)

    first, again = (letter.message()["Message-ID"] for letter in mail.outbox)
    assert first == again


def test_a_receipt_whose_bytes_were_changed_is_not_sent(gift: Donation) -> None:
    at = timezone.now()
    receipt = issue_receipt(gift, at=at)
    ReceiptDocument.objects.create(receipt=receipt, content=b"%PDF-forged", sha256="0" * 64, made_at=at)

    with pytest.raises(TamperedDocument):
        send(gift)

    assert mail.outbox == []
    assert Letter.objects.get().claimed_until is None
