"""Scenarios 24 to 31: money that goes back, and what becomes of the receipt and of the donor's trust."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from donors.gifts.progress import compute_progress
from donors.gifts.returns import Refund
from donors.letters.models import Letter
from donors.payments.models import Alarm
from donors.receipts.checks import differences
from donors.receipts.models import Receipt
from donors.receipts.sweep import issue_due_receipts, settle_receipts
from tests.scenarios.conftest import Story, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipted(paid: Story) -> Story:
    """Amina's 50 € are here, and her receipt is in her hands."""
    paid.tell()
    assert receipts() == [("issued", 5000, False)]
    assert subjects() == ["Merci Amina, votre don de 50\u00a0€ est bien arrivé"]
    return paid


def receipts() -> list[tuple[str, int, bool]]:
    return [(r.state, r.amount_cents, r.is_suspended) for r in Receipt.objects.order_by("pk")]


def numbers() -> list[str]:
    return [receipt.full_number for receipt in Receipt.objects.order_by("pk")]


def subjects() -> list[str]:
    return [str(letter.subject) for letter in mail.outbox]


def charge(story: Story) -> str:
    return story.gift.stripe_charge_id


def raised(story: Story) -> int:
    return compute_progress(story.gift.campaign, at=timezone.now()).raised_cents


def again(story: Story) -> None:
    """Everything once more, as doubled webhooks, sweeps and later workers would."""
    settle_receipts(at=timezone.now())
    work(timedelta(hours=2))


def is_proven() -> bool:
    return list(differences()) == []


def test_scenario_24_a_dispute_suspends_the_receipt_and_tells_the_donor(receipted: Story) -> None:
    receipted.sandbox.open_dispute(charge(receipted))
    receipted.tell()

    assert receipts() == [("issued", 5000, True)]
    assert raised(receipted) == 0
    assert subjects()[1:] == [f"Votre reçu fiscal n°\u00a0{numbers()[0]} est suspendu"]
    assert mail.outbox[-1].attachments == []
    assert is_proven()
    again(receipted)
    assert (len(receipts()), len(subjects())) == (1, 2)


def test_scenario_24_a_debit_that_is_disputed_is_lost_at_once_and_so_is_its_receipt(
    started: Story,
) -> None:
    started.pay("sepa")
    started.sandbox.settle_debit(started.sandbox.find("charge")[0]["id"])
    started.tell()
    work(timedelta(days=15))
    issue_due_receipts(at=timezone.now() + timedelta(days=15))
    work(timedelta(days=15))
    assert receipts() == [("issued", 5000, False)]

    started.sandbox.open_dispute(charge(started))
    started.tell()

    assert receipts() == [("cancelled", 5000, False)]
    assert raised(started) == 0
    assert subjects()[-1] == f"Votre reçu fiscal n°\u00a0{numbers()[0]} est annulé"
    assert "Le don a été repris à la suite d’une contestation." in str(mail.outbox[-1].body)


def test_scenario_25_a_late_failure_cancels_the_receipt(receipted: Story) -> None:
    receipted.sandbox.fail_late(charge(receipted))
    receipted.tell()

    assert (receipted.gift.status, receipts()) == ("reversed", [("cancelled", 5000, False)])
    assert raised(receipted) == 0
    assert set(subjects()[1:]) == {
        "Votre don de 50\u00a0€ a été repris par votre banque",
        f"Votre reçu fiscal n°\u00a0{numbers()[0]} est annulé",
    }
    assert is_proven()
    again(receipted)
    assert len(subjects()) == 3


def test_scenario_26_an_inquiry_changes_nothing_and_nobody_is_written_to(receipted: Story) -> None:
    inquiry = receipted.sandbox.open_dispute(charge(receipted), inquiry=True)
    receipted.tell()
    receipted.sandbox.close_inquiry(inquiry["id"])
    receipted.tell()

    assert (receipts(), raised(receipted)) == ([("issued", 5000, False)], 5000)
    assert len(subjects()) == 1
    assert is_proven()


def test_scenario_27_a_dispute_that_is_won_gives_the_same_receipt_back(receipted: Story) -> None:
    dispute = receipted.sandbox.open_dispute(charge(receipted))
    receipted.tell()
    receipted.sandbox.win_dispute(dispute["id"])
    receipted.tell()

    assert (receipts(), raised(receipted)) == ([("issued", 5000, False)], 5000)
    assert subjects()[1:] == [
        f"Votre reçu fiscal n°\u00a0{numbers()[0]} est suspendu",
        f"Votre reçu fiscal n°\u00a0{numbers()[0]} est de nouveau valable",
    ]
    assert len(mail.outbox[-1].attachments) == 1
    assert is_proven()
    again(receipted)
    assert len(subjects()) == 3


def test_scenario_27_nobody_hears_of_a_suspension_that_was_over_before_we_looked(receipted: Story) -> None:
    dispute = receipted.sandbox.open_dispute(charge(receipted))
    receipted.sandbox.win_dispute(dispute["id"])
    receipted.tell()

    assert (receipts(), len(subjects())) == ([("issued", 5000, False)], 1)


def test_scenario_27_a_dispute_that_is_lost_cancels_the_receipt(receipted: Story) -> None:
    dispute = receipted.sandbox.open_dispute(charge(receipted))
    receipted.tell()
    receipted.sandbox.lose_dispute(dispute["id"])
    receipted.tell()

    assert (receipts(), raised(receipted)) == ([("cancelled", 5000, False)], 0)
    assert [subject.split()[-1] for subject in subjects()[1:]] == ["suspendu", "annulé"]
    assert is_proven()


def test_scenario_28_two_refunds_in_part_replace_the_receipt_once_each(receipted: Story) -> None:
    for left in (3500, 1000):
        receipted.sandbox.refund(charge(receipted), raised(receipted) - left)
        posts = receipted.webhooks()
        receipted.tell(posts[::-1])
        assert raised(receipted) == left

    assert receipts() == [("cancelled", 5000, False), ("cancelled", 3500, False), ("issued", 1000, False)]
    last = Receipt.objects.get(state="issued")
    assert last.snapshot["gift"]["amount_figures"] == "***10,00***"
    assert last.snapshot["replaces"] == numbers()[1]
    assert [subject.split()[-1] for subject in subjects()[1:] if "reçu" in subject] == ["remplacé"] * 2
    assert len(mail.outbox) == 5
    assert is_proven()
    again(receipted)
    assert (len(receipts()), len(mail.outbox)) == (3, 5)


def test_scenario_28_both_refunds_seen_at_once_replace_it_by_what_is_left(receipted: Story) -> None:
    receipted.sandbox.refund(charge(receipted), 1500)
    receipted.sandbox.refund(charge(receipted), 2500)
    receipted.tell(receipted.webhooks()[::-1])

    assert receipts() == [("cancelled", 5000, False), ("issued", 1000, False)]
    assert Letter.objects.filter(kind=Letter.Kind.REFUNDED).count() == 2
    assert Letter.objects.filter(kind=Letter.Kind.RECEIPT_CHANGED).count() == 1
    assert is_proven()


def test_scenario_28_a_refund_of_everything_cancels_the_receipt(receipted: Story) -> None:
    receipted.sandbox.refund(charge(receipted))
    receipted.tell()

    assert (receipts(), raised(receipted)) == ([("cancelled", 5000, False)], 0)
    assert set(subjects()[1:]) == {
        "Nous vous remboursons 50\u00a0€",
        f"Votre reçu fiscal n°\u00a0{numbers()[0]} est annulé",
    }
    assert is_proven()


def test_scenario_30_a_refund_that_fails_days_later_gives_a_receipt_back(receipted: Story) -> None:
    refund = receipted.sandbox.refund(charge(receipted))
    receipted.tell()
    receipted.sandbox.fail_refund(refund["id"])
    receipted.tell()

    assert receipts() == [("cancelled", 5000, False), ("issued", 5000, False)]
    assert Receipt.objects.get(state="issued").snapshot["replaces"] == numbers()[0]
    assert raised(receipted) == 5000
    assert subjects()[-1] == "Votre reçu fiscal pour votre don de 50\u00a0€"
    assert len(mail.outbox[-1].attachments) == 1
    assert Alarm.objects.filter(kind=Alarm.Kind.REFUND_FAILED).exists()
    assert is_proven()
    again(receipted)
    assert (len(receipts()), len(mail.outbox)) == (2, 4)


def test_scenario_30_after_a_part_that_failed_the_receipt_says_the_whole_again(receipted: Story) -> None:
    refund = receipted.sandbox.refund(charge(receipted), 1500)
    receipted.tell()
    receipted.sandbox.fail_refund(refund["id"])
    receipted.tell()

    assert receipts() == [("cancelled", 5000, False), ("cancelled", 3500, False), ("issued", 5000, False)]
    assert "n’a pas abouti" in Receipt.objects.order_by("pk")[1].cancel_reason
    assert is_proven()


def test_scenario_31_while_a_refund_waits_the_receipt_stands_and_nobody_says_refunded(
    receipted: Story,
) -> None:
    receipted.sandbox.run_short()
    refund = receipted.sandbox.refund(charge(receipted))
    receipted.tell()
    again(receipted)

    assert Refund.objects.get().status == "pending"
    assert (receipts(), len(subjects())) == ([("issued", 5000, False)], 1)
    assert is_proven()

    receipted.sandbox.run_short(short=False)
    receipted.sandbox.settle_refund(refund["id"])
    receipted.tell()

    assert receipts() == [("cancelled", 5000, False)]
    assert "Nous vous remboursons 50\u00a0€" in subjects()


def test_scenario_31_a_debits_refund_that_fails_for_lack_of_balance_is_never_announced(
    started: Story,
) -> None:
    started.pay("sepa")
    started.sandbox.settle_debit(started.sandbox.find("charge")[0]["id"])
    started.tell()
    told = len(subjects())
    started.sandbox.run_short()
    started.sandbox.refund(charge(started))
    started.tell()

    assert Refund.objects.get().status == "failed"
    assert (raised(started), len(subjects())) == (5000, told)
