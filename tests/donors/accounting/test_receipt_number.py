import pytest

from donors.accounting.receipt_number import full_number
from donors.receipts.models import Receipt, ReceiptSeries
from tests.donors.accounting.issued import an_issued_receipt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [1, 12, 999_999, 1_000_000, 12_345_678])
@pytest.mark.parametrize("livemode", [True, False])
def test_the_database_writes_a_number_as_the_receipt_prints_it(number: int, livemode: bool) -> None:
    issued = an_issued_receipt()
    series = ReceiptSeries.objects.create(
        organisation=issued.series.organisation, year=2019, livemode=livemode, last_number=number
    )
    receipt = Receipt.objects.create(
        series=series,
        number=number,
        donor=issued.donor,
        form=issued.form,
        amount_cents=100,
        issued_at=issued.issued_at,
        snapshot={},
        snapshot_sha256="",
    )

    found = Receipt.objects.annotate(printed=full_number()).get(pk=receipt.pk)

    assert found.printed == receipt.full_number
