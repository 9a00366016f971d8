"""One receipt over several gifts: yearly, supplementary, replaced, and settled when money goes back."""

from datetime import datetime

import pytest
from django.utils import timezone

from donors.campaigns.models import PARIS
from donors.gifts.models import Donation
from donors.receipts.cancel import cancel_receipt
from donors.receipts.checks import differences
from donors.receipts.document import make_document
from donors.receipts.eligibility import Code, NotReceiptable
from donors.receipts.issue import Why, issue_receipt, issue_together, live_receipt_of
from donors.receipts.models import Receipt, ReceiptLine, ReceiptSeries
from donors.receipts.replace import NotLive, replace_receipt
from donors.receipts.settle import settle_receipt
from donors.receipts.sweep import settle_receipts
from tests.donors.receipts.test_eligibility import a_dispute, a_refund, book
from tests.donors.test_at_once import all_at_once
from tests.factories import a_campaign, a_company, a_donor, a_gift_in_kind, a_paid_donation, claire

pytestmark = pytest.mark.django_db

JANUARY = datetime(2028, 1, 12, 10, tzinfo=PARIS)
WHY = Why(at=JANUARY, because="reçus de 2027")


def in_2027(month: int) -> datetime:
    return datetime(2027, month, 5, 10, tzinfo=PARIS)


@pytest.fixture
def gifts() -> list[Donation]:
    """Three gifts of 50 € in 2027 of one donor."""
    donor, campaign = a_donor(), a_campaign()
    return [
        a_paid_donation(donor=donor, campaign=campaign, credited_at=in_2027(month)) for month in (2, 6, 11)
    ]


@pytest.fixture
def yearly(gifts: list[Donation]) -> Receipt:
    return issue_together(gifts, Receipt.Kind.YEARLY, why=WHY)


def standing() -> list[tuple[int, str, int]]:
    return [(r.number, r.standing, r.amount_cents) for r in Receipt.objects.order_by("number")]


def unpaired() -> list[str]:
    return [line for line in differences() if "has no PDF yet" not in line]


def test_a_year_of_gifts_is_one_receipt_with_a_line_for_each(yearly: Receipt, gifts: list[Donation]) -> None:
    assert (yearly.full_number, yearly.kind, yearly.amount_cents) == ("TEST-2028-000001", "yearly", 15000)
    assert list(yearly.lines.values_list("donation", "amount_cents")) == [(g.pk, 5000) for g in gifts]
    assert yearly.events.get().because == "reçus de 2027"
    assert len(yearly.code) == 12
    assert yearly.snapshot["code"].replace("-", "") == yearly.code
    assert yearly.code in yearly.snapshot["verify_url"]
    make_document(yearly, at=JANUARY)
    assert list(differences()) == []


def test_a_refund_in_part_makes_it_smaller_by_that(gifts: list[Donation]) -> None:
    a_refund(gifts[1], 2000)

    receipt = issue_together(gifts, Receipt.Kind.YEARLY, why=WHY)

    assert receipt.amount_cents == 13000
    assert receipt.snapshot["gift"]["payments"][1]["amount_cents"] == 3000


def test_a_refusal_uses_no_number_up(gifts: list[Donation]) -> None:
    a_refund(gifts[1], 5000)

    with pytest.raises(NotReceiptable, match="Il ne reste rien"):
        issue_together(gifts, Receipt.Kind.YEARLY, why=WHY)

    assert not ReceiptSeries.objects.exists()


def test_a_gift_with_a_receipt_of_its_own_is_refused(gifts: list[Donation]) -> None:
    issue_receipt(gifts[0], at=in_2027(3))

    with pytest.raises(NotReceiptable) as refused:
        issue_together(gifts, Receipt.Kind.YEARLY, why=WHY)

    assert [obstacle.code for obstacle in refused.value.obstacles] == [Code.RECEIPTED]


def test_a_gift_on_a_yearly_receipt_gets_none_of_its_own(yearly: Receipt, gifts: list[Donation]) -> None:
    assert issue_receipt(gifts[2], at=JANUARY) == yearly


def test_two_runs_at_once_issue_one_receipt(committed_db: None, gifts: list[Donation]) -> None:
    def issue() -> str:
        try:
            return issue_together(gifts, Receipt.Kind.YEARLY, why=WHY).full_number
        except NotReceiptable as refused:
            return str(refused.obstacles[0].code)

    answers = all_at_once([issue] * 3)

    assert sorted(map(str, answers)) == ["TEST-2028-000001", "already_on_a_receipt", "already_on_a_receipt"]
    assert ReceiptLine.objects.count() == 3


def test_a_refund_of_one_gift_replaces_the_whole_receipt(yearly: Receipt, gifts: list[Donation]) -> None:
    a_refund(gifts[0], 5000)

    settle_receipt(gifts[0], at=JANUARY)

    assert standing() == [(1, "Annulé", 15000), (2, "Émis", 10000)]
    new = Receipt.objects.get(number=2)
    assert (new.kind, new.replaces) == ("yearly", yearly)
    assert [line.donation for line in new.lines.all()] == gifts[1:]
    assert unpaired() == []


def test_settling_any_of_its_gifts_twice_changes_nothing(yearly: Receipt, gifts: list[Donation]) -> None:
    a_refund(gifts[0], 2000)
    for gift in [*gifts, *gifts]:
        settle_receipt(gift, at=JANUARY)

    assert standing() == [(1, "Annulé", 15000), (2, "Émis", 13000)]


def test_another_refund_on_its_way_lets_the_new_number_wait(yearly: Receipt, gifts: list[Donation]) -> None:
    a_refund(gifts[0], 5000)
    other = a_refund(gifts[1], 1000, status="pending")
    settle_receipt(gifts[0], at=JANUARY)
    assert standing() == [(1, "Annulé", 15000)]

    other.status = "failed"
    other.save()
    settle_receipt(gifts[1], at=JANUARY)

    assert standing() == [(1, "Annulé", 15000), (2, "Émis", 10000)]


def test_when_all_its_gifts_went_back_nothing_replaces_it(yearly: Receipt, gifts: list[Donation]) -> None:
    for gift in gifts:
        a_refund(gift, 5000)
        settle_receipt(gift, at=JANUARY)

    assert [state for _, state, _ in standing()] == ["Annulé", "Annulé", "Annulé"]
    assert all(live_receipt_of(gift) is None for gift in gifts)
    assert unpaired() == []


def test_a_disputed_gift_suspends_it_until_no_gift_is_disputed(
    yearly: Receipt, gifts: list[Donation]
) -> None:
    for gift in gifts[:2]:
        a_dispute(gift, stage="open")
        book(gift, "dispute", -5000)
        settle_receipt(gift, at=JANUARY)
    assert standing() == [(1, "Suspendu", 15000)]
    settle_receipts(at=JANUARY)
    assert standing() == [(1, "Suspendu", 15000)]
    assert unpaired() == []

    first, second = (gift.disputes.get() for gift in gifts[:2])
    for dispute in (first, second):
        taken = dispute.donation.ledger.get(kind="dispute")
        book(dispute.donation, "dispute", 5000, reverses=taken)
        dispute.stage = "won"
        dispute.save()
        settle_receipt(dispute.donation, at=JANUARY)
        expected = "Suspendu" if dispute == first else "Émis"
        assert standing() == [(1, expected, 15000)]
    assert unpaired() == []


def test_the_sweep_finds_a_yearly_receipt_that_says_too_much(yearly: Receipt, gifts: list[Donation]) -> None:
    a_refund(gifts[2], 5000)

    assert settle_receipts(at=JANUARY) == 1
    assert settle_receipts(at=JANUARY) == 0
    assert standing() == [(1, "Annulé", 15000), (2, "Émis", 10000)]


def test_a_receipt_is_replaced_with_the_name_of_today(yearly: Receipt, gifts: list[Donation]) -> None:
    donor = gifts[0].donor
    donor.city = "Pessac"
    donor.save()

    new = replace_receipt(yearly, at=JANUARY, reason="Adresse corrigée", actor=claire())

    yearly.refresh_from_db()
    assert (yearly.standing, yearly.snapshot["donor"]["city"]) == ("Annulé", "Bordeaux")
    assert (new.replaces, new.kind, new.snapshot["donor"]["city"]) == (yearly, "yearly", "Pessac")
    assert new.snapshot["replaces"] == yearly.full_number
    assert new.code != yearly.code
    assert unpaired() == []


def test_a_replacement_that_may_not_be_leaves_the_old_receipt(yearly: Receipt, gifts: list[Donation]) -> None:
    donor = gifts[0].donor
    donor.street = ""
    donor.save()

    with pytest.raises(NotReceiptable, match="adresse"):
        replace_receipt(yearly, at=JANUARY, reason="Adresse corrigée")

    assert standing() == [(1, "Émis", 15000)]
    assert unpaired() == []


def test_only_a_receipt_that_stands_is_replaced(yearly: Receipt) -> None:
    cancel_receipt(yearly, at=JANUARY, reason="Erreur")

    with pytest.raises(NotLive):
        replace_receipt(yearly, at=JANUARY, reason="Erreur")
    with pytest.raises(ValueError, match="reason"):
        replace_receipt(issue_receipt(a_paid_donation(), at=JANUARY), at=JANUARY, reason=" ")


def test_gifts_of_a_cancelled_year_name_it_when_they_go_together_again(
    yearly: Receipt, gifts: list[Donation]
) -> None:
    cancel_receipt(yearly, at=JANUARY, reason="Erreur")

    assert issue_together(gifts, Receipt.Kind.YEARLY, why=WHY).replaces == yearly


def test_a_company_has_its_own_form_with_money_and_goods_together() -> None:
    company, campaign = a_company(), a_campaign()
    money = a_paid_donation(donor=company, campaign=campaign, credited_at=in_2027(2))
    goods = a_gift_in_kind(donor=company, campaign=campaign, credited_at=in_2027(5))

    receipt = issue_together([money, goods], Receipt.Kind.YEARLY, why=WHY)

    assert (receipt.form, receipt.form_version) == ("2041-MEC-SD", "16216*03")
    assert receipt.amount_cents == 125_000
    make_document(receipt, at=timezone.now())
    assert list(differences()) == []


def test_a_receipt_that_lists_other_payments_than_its_gifts_is_found(
    yearly: Receipt, gifts: list[Donation]
) -> None:
    Donation.objects.filter(pk=gifts[0].pk).update(uuid="00000000-0000-4000-8000-000000000000")

    assert any("is not among the payments that the receipt lists" in line for line in differences())
