import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from donors.receipts.models import ReceiptSeries
from donors.receipts.numbering import take_number
from tests.factories import an_organisation

pytestmark = pytest.mark.django_db


def test_numbers_begin_at_one_and_rise_by_one() -> None:
    body = an_organisation()

    taken = [take_number(body, year=2027, livemode=True).last_number for _ in range(3)]

    assert taken == [1, 2, 3]
    assert ReceiptSeries.objects.get().last_number == 3


def test_each_year_organisation_and_mode_counts_for_itself() -> None:
    one, other = an_organisation(), an_organisation()
    take_number(one, year=2027, livemode=True)

    assert take_number(one, year=2028, livemode=True).last_number == 1
    assert take_number(other, year=2027, livemode=True).last_number == 1
    assert take_number(one, year=2027, livemode=False).last_number == 1
    assert ReceiptSeries.objects.count() == 4


def test_the_series_is_named_by_year_and_mode() -> None:
    body = an_organisation()

    assert take_number(body, year=2027, livemode=True).label == "2027"
    assert take_number(body, year=2027, livemode=False).label == "TEST-2027"


def test_a_rollback_gives_the_number_back() -> None:
    body = an_organisation()
    take_number(body, year=2027, livemode=True)
    with transaction.atomic():
        assert take_number(body, year=2027, livemode=True).last_number == 2
        transaction.set_rollback(True)

    assert take_number(body, year=2027, livemode=True).last_number == 2


def test_a_series_exists_once() -> None:
    body = an_organisation()
    ReceiptSeries.objects.create(organisation=body, year=2027, livemode=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptSeries.objects.create(organisation=body, year=2027, livemode=True)


def test_no_number_is_taken_outside_a_transaction(committed_db: None) -> None:
    body = an_organisation()
    with pytest.raises(TransactionManagementError):
        take_number(body, year=2027, livemode=True)
    assert not ReceiptSeries.objects.exists()
