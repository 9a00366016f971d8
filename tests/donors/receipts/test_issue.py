from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.gifts.models import Donation
from donors.receipts import issue
from donors.receipts.cancel import cancel_receipt
from donors.receipts.eligibility import Code, NotReceiptable
from donors.receipts.issue import issue_receipt, live_receipt_of
from donors.receipts.models import Receipt, ReceiptLine, ReceiptSeries
from donors.receipts.snapshot import snapshot_sha256
from tests.factories import a_campaign, a_donor, a_paid_donation, an_organisation

pytestmark = pytest.mark.django_db

JUNE = datetime(2027, 6, 12, 9, 0, tzinfo=UTC)


def test_a_receipt_has_its_number_its_facts_and_its_line() -> None:
    donation = a_paid_donation(amount_cents=5050, credited_at=JUNE)

    receipt = issue_receipt(donation, at=JUNE)

    assert receipt.full_number == "TEST-2027-000001"
    assert (receipt.amount_cents, receipt.form, receipt.state) == (5050, "2041-RD", "issued")
    assert receipt.issued_at == JUNE
    assert receipt.donor == donation.donor
    line = receipt.lines.get()
    assert (line.donation, line.amount_cents, line.live) == (donation, 5050, True)


def test_real_money_counts_in_the_series_without_a_prefix(settings: Any) -> None:
    settings.STRIPE_LIVEMODE = True
    receipt = issue_receipt(a_paid_donation(livemode=True), at=JUNE)

    assert receipt.full_number == "2027-000001"
    assert receipt.snapshot["livemode"] is True


def test_what_is_frozen_is_what_was_hashed_and_comes_back_from_the_database() -> None:
    receipt = issue_receipt(a_paid_donation(), at=JUNE)

    stored = Receipt.objects.get(pk=receipt.pk)

    assert stored.snapshot == receipt.snapshot
    assert stored.snapshot["number"] == receipt.full_number
    assert snapshot_sha256(stored.snapshot) == stored.snapshot_sha256


def test_what_changes_afterwards_does_not_change_the_receipt() -> None:
    donation = a_paid_donation()
    receipt = issue_receipt(donation, at=JUNE)
    donor, body = donation.donor, donation.campaign.organisation
    donor.last_name, body.legal_name = "Autre", "Autre nom"
    donor.save()
    body.save()

    again = issue_receipt(donation, at=timezone.now())

    assert again.pk == receipt.pk
    assert again.snapshot["donor"]["last_name"] == "Benali"
    assert again.snapshot["organisation"]["name"] == "Emmaüs Connect"


def test_issuing_twice_gives_the_same_receipt_and_uses_one_number() -> None:
    donation = a_paid_donation()

    first = issue_receipt(donation, at=JUNE)
    second = issue_receipt(donation, at=timezone.now())

    assert first.pk == second.pk
    assert ReceiptSeries.objects.get().last_number == Receipt.objects.count() == 1


def test_the_facts_are_read_fresh_under_the_lock_not_from_the_passed_object() -> None:
    donation = a_paid_donation()
    donation.amount_cents = 999_999
    donation.donor.last_name = "Jamais enregistré"

    receipt = issue_receipt(donation, at=JUNE)

    assert receipt.amount_cents == 5000
    assert receipt.snapshot["donor"]["last_name"] == "Benali"


def test_a_gift_that_may_have_none_is_refused_with_every_reason() -> None:
    donation = a_paid_donation(wants_receipt=False, donor=a_donor(city=""))

    with pytest.raises(NotReceiptable) as refusal:
        issue_receipt(donation, at=JUNE)

    assert [o.code for o in refusal.value.obstacles] == [Code.NOT_WANTED, Code.NO_ADDRESS]


def test_a_missing_mention_uses_no_number_up() -> None:
    body = an_organisation()
    campaign = a_campaign(organisation=body)
    issue_receipt(a_paid_donation(campaign=campaign), at=JUNE)
    body.signatory_role = ""
    body.save()
    with pytest.raises(NotReceiptable, match="la qualité du signataire"):
        issue_receipt(a_paid_donation(campaign=campaign), at=JUNE)
    body.signatory_role = "présidente"
    body.save()

    receipt = issue_receipt(a_paid_donation(campaign=campaign), at=JUNE)

    assert receipt.number == 2
    assert ReceiptSeries.objects.get().last_number == 2


def test_a_receipt_issued_in_the_last_utc_hour_of_the_year_is_numbered_in_the_next_one() -> None:
    last_hour = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    receipt = issue_receipt(a_paid_donation(credited_at=last_hour), at=last_hour)

    assert receipt.full_number == "TEST-2027-000001"
    assert receipt.snapshot["gift"]["paid_on"] == "2027-01-01"


def test_a_gift_of_december_receipted_in_january_keeps_its_tax_year() -> None:
    december = datetime(2026, 12, 30, 12, 0, tzinfo=UTC)

    receipt = issue_receipt(a_paid_donation(credited_at=december), at=datetime(2027, 1, 4, 9, 0, tzinfo=UTC))

    assert receipt.full_number == "TEST-2027-000001"
    assert receipt.snapshot["gift"]["paid_on"] == "2026-12-30"


def test_after_a_cancelled_receipt_the_new_one_names_the_old_one() -> None:
    donation = a_paid_donation()
    old = issue_receipt(donation, at=JUNE)
    cancel_receipt(old, at=JUNE, reason="Adresse erronée")

    new = issue_receipt(donation, at=JUNE)

    assert new.number == 2
    assert new.replaces == old
    assert new.snapshot["replaces"] == old.full_number
    assert live_receipt_of(donation) == new


def test_a_receipt_cancelled_twice_over_replaces_the_latest() -> None:
    donation = a_paid_donation()
    for _ in range(2):
        cancel_receipt(issue_receipt(donation, at=JUNE), at=JUNE, reason="Erreur")

    third = issue_receipt(donation, at=JUNE)

    assert third.replaces
    assert (third.number, third.replaces.number) == (3, 2)


def test_where_no_lock_holds_the_unique_line_does_and_the_number_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    donation = a_paid_donation()
    winner = issue_receipt(donation, at=JUNE)
    too_early: list[Receipt | None] = [None]  # the loser looked before the winner had written

    def looked_too_early(gift: Donation) -> Receipt | None:
        return too_early.pop() if too_early else live_receipt_of(gift)

    monkeypatch.setattr(issue, "live_receipt_of", looked_too_early)

    assert issue_receipt(donation, at=JUNE).pk == winner.pk
    assert ReceiptSeries.objects.get().last_number == 1
    assert Receipt.objects.count() == 1


def test_a_number_that_stands_already_is_an_error_not_a_second_receipt() -> None:
    donation, other = (a_paid_donation(campaign=c) for c in [a_campaign()] * 2)
    issue_receipt(donation, at=JUNE)
    ReceiptSeries.objects.update(last_number=0)

    with pytest.raises(IntegrityError):
        issue_receipt(other, at=JUNE)

    assert live_receipt_of(other) is None


def test_a_crash_in_the_caller_leaves_neither_receipt_nor_gap() -> None:
    campaign = a_campaign()
    donation = a_paid_donation(campaign=campaign)
    with transaction.atomic():
        issue_receipt(donation, at=JUNE)
        transaction.set_rollback(True)  # what a crash of the caller's transaction does

    assert not ReceiptLine.objects.exists()
    assert issue_receipt(a_paid_donation(campaign=campaign), at=JUNE).number == 1


@pytest.mark.parametrize("change", ["number = 7", "snapshot_sha256 = 'x'", "amount_cents = 1"])
def test_the_database_refuses_to_change_an_issued_receipt(change: str) -> None:
    receipt = issue_receipt(a_paid_donation(), at=JUNE)
    column, _, value = change.partition(" = ")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(**{column: value.strip("'")})
