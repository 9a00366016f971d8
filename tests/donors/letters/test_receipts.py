"""The letters that carry a receipt after the thanks, and those that tell what became of one."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from donors.campaigns.models import PARIS
from donors.follow_ups import follow_due_events
from donors.gifts.events import DonationEvent
from donors.gifts.models import Donation
from donors.gifts.returns import Dispute
from donors.letters.models import Letter
from donors.letters.receipts import send_receipt, send_receipt_changed
from donors.letters.thank_you import send_thank_you
from donors.payments.models import Alarm
from donors.people.models import Donor
from donors.receipts.document import make_document
from donors.receipts.events import ReceiptEvent
from donors.receipts.issue import Why, issue_together
from donors.receipts.models import Receipt
from donors.receipts.settle import settle_receipt
from tests.donors.letters.reading import both_parts, the_letter
from tests.donors.receipts.test_eligibility import a_dispute, a_refund
from tests.factories import a_campaign, a_company, a_donor, a_paid_donation

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


JANUARY = datetime(2028, 1, 12, 10, tzinfo=PARIS)


def a_year(*months: int, donor: Donor | None = None, kind: str = "yearly") -> Receipt:
    """The receipt, with its PDF, over a gift of 50 € in each of these months of 2027."""
    donor, campaign = donor or a_donor(), a_campaign()
    days = [datetime(2027, month, 5, 10, tzinfo=PARIS) for month in months]
    gifts = [a_paid_donation(donor=donor, campaign=campaign, credited_at=day) for day in days]
    why = Why(at=JANUARY, because="reçus des dons de 2027")
    receipt = issue_together(gifts, Receipt.Kind(kind), why=why)
    make_document(receipt, at=JANUARY)
    return receipt


def follow() -> None:
    follow_due_events(at=JANUARY + timedelta(seconds=5))


def test_the_receipt_of_a_year_has_words_of_its_own(db: None) -> None:
    receipt = a_year(3, 6, 11)
    send_receipt(receipt, at=JANUARY)

    assert the_letter().subject == "Votre reçu fiscal pour vos dons de 2027, de 150\u00a0€"
    assert the_letter().attachments[0][0] == f"recu-fiscal-{receipt.full_number}.pdf"
    for words in both_parts(the_letter()):
        assert "3 dons, du 5 mars 2027 au 5 novembre 2027." in words.replace("\u00a0", " ")
        assert "Ces dons comptent pour les revenus de 2027." in words
        assert "votre don" not in words
        assert "complémentaire" not in words


def test_the_receipt_of_a_year_with_one_gift_speaks_of_one_gift(db: None) -> None:
    send_receipt(a_year(3), at=JANUARY)

    assert the_letter().subject == "Votre reçu fiscal pour votre don de 50\u00a0€"
    for words in both_parts(the_letter()):
        assert "le 5 mars 2027" in words


@pytest.mark.parametrize("months", [(3,), (3, 6)])
def test_a_supplementary_receipt_says_that_it_adds_to_the_first(db: None, months: tuple[int, ...]) -> None:
    send_receipt(a_year(*months, kind="supplementary"), at=JANUARY)

    assert the_letter().subject.startswith("Votre reçu fiscal complémentaire pour 2027, de ")
    for words in both_parts(the_letter()):
        assert "reçu fiscal complémentaire" in words
        assert "Il s’ajoute au reçu de 2027 que vous avez déjà et ne le remplace pas" in words


def test_a_company_reads_of_its_financial_year(db: None) -> None:
    send_receipt(a_year(3, 6, donor=a_company()), at=JANUARY)

    for words in both_parts(the_letter()):
        assert "pour l’exercice au cours duquel ils nous sont parvenus" in words
        assert "revenus" not in words


def test_its_event_sends_the_receipt_of_a_year_once_however_old_its_gifts_are(db: None) -> None:
    a_year(3, 6)
    DonationEvent.objects.update(followed_at=JANUARY)

    follow()
    follow()

    assert [letter.subject for letter in mail.outbox] == [
        "Votre reçu fiscal pour vos dons de 2027, de 100\u00a0€"
    ]


def test_thanks_that_were_held_back_do_not_hold_the_receipt_of_the_year(db: None) -> None:
    """A card gift of March, found in January: its thanks wait for a person, the receipt does not."""
    a_year(3)
    follow()

    assert Alarm.objects.filter(kind=Alarm.Kind.LATE_LETTER).exists()
    assert [letter.subject for letter in mail.outbox] == ["Votre reçu fiscal pour votre don de 50\u00a0€"]


def test_a_refund_of_one_gift_of_many_says_which(db: None) -> None:
    receipt = a_year(3, 6, 11)
    a_refund(receipt.lines.all()[1].donation, 5000)
    tell(settle(receipt.lines.all()[0].donation))

    for words in both_parts(the_letter()):
        words = words.replace("\u00a0", " ")
        assert "pour vos 3 dons du 5 mars 2027 au 5 novembre 2027 à" in words
        assert "Le don de 50 € du 5 juin 2027 a été remboursé." in words
        assert "mettez 100 € à la place" in words


def test_a_dispute_of_one_gift_of_many_says_so(db: None) -> None:
    receipt = a_year(3, 6)
    gift = receipt.lines.all()[0].donation
    a_dispute(gift, stage="open")
    tell(settle(gift))

    for words in both_parts(the_letter()):
        assert "Le paiement d’un de ces dons est contesté" in words
