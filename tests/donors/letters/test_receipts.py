"""The letters that carry a receipt after the thanks, and those that tell what became of one."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from donors.gifts.models import Donation
from donors.gifts.returns import Dispute
from donors.letters.models import Letter
from donors.letters.receipts import send_receipt, send_receipt_changed
from donors.letters.thank_you import send_thank_you
from donors.receipts.document import make_document
from donors.receipts.events import ReceiptEvent
from donors.receipts.models import Receipt
from donors.receipts.settle import settle_receipt
from tests.donors.letters.reading import both_parts, the_letter
from tests.donors.receipts.test_eligibility import a_dispute, a_refund

pytestmark = pytest.mark.django_db


def settle(gift: Donation) -> ReceiptEvent:
    """What the last change of its money does to the receipt; answers the change, each PDF made."""
    at = timezone.now()
    settle_receipt(gift, at=at)
    for receipt in Receipt.objects.all():
        make_document(receipt, at=at)
    event: ReceiptEvent = ReceiptEvent.objects.exclude(kind="issued").latest("pk")
    return event


def tell(event: ReceiptEvent) -> Letter | None:
    return send_receipt_changed(event, at=timezone.now())


def test_a_receipt_after_the_thanks_has_its_own_letter(gift: Donation, receipt: Receipt) -> None:
    Letter.objects.create(
        donation=gift, key="thanks", kind="thank_you", email="a@example.org", message_id="<1>",
        created_at=timezone.now(), sent_at=timezone.now(),
    )  # fmt: skip
    letter = send_receipt(receipt, at=timezone.now())

    assert letter
    assert letter.receipt == receipt
    assert the_letter().attachments[0][0] == f"recu-fiscal-{receipt.full_number}.pdf"
    for words in both_parts(the_letter()):
        assert receipt.full_number in words
        assert "Conservez ce reçu" in words
        assert "annule et remplace" not in words
    assert send_receipt(receipt, at=timezone.now()) is None


def test_the_thanks_that_carry_it_make_another_letter_superfluous(gift: Donation, receipt: Receipt) -> None:
    thanks = send_thank_you(gift, at=timezone.now())
    thanks.refresh_from_db()

    assert thanks.receipt == receipt
    assert send_receipt(receipt, at=timezone.now()) is None
    assert len(mail.outbox) == 1


def test_before_the_thanks_it_is_left_to_them(receipt: Receipt) -> None:
    assert send_receipt(receipt, at=timezone.now()) is None
    assert mail.outbox == []


def test_a_cancelled_receipt_is_told_with_the_reason_and_what_to_do(gift: Donation, receipt: Receipt) -> None:
    a_refund(gift, 5000)
    tell(settle(gift))

    assert the_letter().subject == f"Votre reçu fiscal n°\u00a0{receipt.full_number} est annulé"
    assert the_letter().attachments == []
    for words in both_parts(the_letter()):
        assert "Le don a été remboursé." in words
        assert "Détruisez l’ancien reçu" in words
        assert "impots.gouv.fr" in words
        assert "Déclarez le montant du nouveau" not in words


def test_a_replaced_receipt_comes_with_its_successor(gift: Donation, receipt: Receipt) -> None:
    a_refund(gift, 1500)
    letter = tell(settle(gift))
    new = Receipt.objects.get(replaces=receipt)

    assert letter
    assert letter.receipt == new
    assert the_letter().attachments[0][0] == f"recu-fiscal-{new.full_number}.pdf"
    for words in both_parts(the_letter()):
        assert new.full_number in words
        assert "mettez 35 € à la place" in words
    assert send_receipt(new, at=timezone.now()) is None


def test_a_suspension_is_told_without_the_pdf(gift: Donation, receipt: Receipt) -> None:
    a_dispute(gift, stage="open")
    tell(settle(gift))

    assert the_letter().subject.endswith("est suspendu")
    assert the_letter().attachments == []
    for words in both_parts(the_letter()):
        assert "n’est pas valable" in words
        assert "Ne l’utilisez pas pour votre déclaration" in words


def test_its_end_is_told_to_who_heard_of_its_beginning(gift: Donation, receipt: Receipt) -> None:
    a_dispute(gift, stage="open")
    tell(settle(gift))
    Dispute.objects.update(stage="won")
    tell(settle(gift))

    assert [letter.subject.split()[-1] for letter in mail.outbox] == ["suspendu", "valable"]
    assert mail.outbox[1].attachments[0][0] == f"recu-fiscal-{receipt.full_number}.pdf"


def test_its_end_is_not_told_to_who_heard_nothing(gift: Donation, receipt: Receipt) -> None:
    a_dispute(gift, stage="open")
    opened = settle(gift)
    Dispute.objects.update(stage="won")
    won = settle(gift)

    assert (tell(opened), tell(won)) == (None, None)
    assert mail.outbox == []


def test_the_same_change_is_told_once(gift: Donation, receipt: Receipt) -> None:
    a_refund(gift, 1500)
    event = settle(gift)
    tell(event)
    send_receipt_changed(event, at=timezone.now() + timedelta(days=1))

    assert len(mail.outbox) == 1
