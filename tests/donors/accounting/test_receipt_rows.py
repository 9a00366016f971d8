from datetime import datetime

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from donors.accounting.period import Period
from donors.accounting.receipt_rows import HEADINGS, issued_in, receipt_table, receipts_in_site_mode
from donors.accounting.table import Cell, Euros
from donors.campaigns.models import PARIS
from donors.receipts.cancel import cancel_receipt
from donors.receipts.models import Receipt, ReceiptSeries
from tests.donors.accounting.issued import a_stored_receipt, an_issued_receipt
from tests.factories import a_campaign, a_paid_donation

pytestmark = pytest.mark.django_db


def rows() -> list[dict[str, Cell]]:
    table = receipt_table(receipts_in_site_mode().order_by("pk"))
    return [dict(zip(table.headings, row, strict=True)) for row in table.rows]


def test_a_receipt_shows_its_number_amount_and_donor() -> None:
    receipt = a_stored_receipt(amount_cents=5050)

    (row,) = rows()

    assert (row["N° du reçu"], row["Montant"]) == (receipt.full_number, Euros(5050))
    assert (row["État"], row["Donateur"], row["Ville"]) == ("Émis", "Amina Benali", "Bordeaux")
    assert row["Empreinte SHA-256 du PDF"] == receipt.document.sha256
    assert row["Remplace le reçu"] is None


def test_a_receipt_without_its_pdf_shows_no_hash() -> None:
    an_issued_receipt()

    (row,) = rows()

    assert (row["PDF créé le"], row["Empreinte SHA-256 du PDF"]) == (None, None)


def test_a_cancelled_receipt_keeps_its_row_with_the_reason() -> None:
    gift = a_paid_donation()
    first = an_issued_receipt(gift=gift)
    cancel_receipt(first, at=timezone.now(), reason="=Adresse fausse")
    second = an_issued_receipt(gift=gift)

    cancelled, valid = rows()

    assert (cancelled["État"], cancelled["Motif d’annulation"]) == ("Annulé", "=Adresse fausse")
    assert cancelled["Annulé le"] is not None
    assert (valid["N° du reçu"], valid["Remplace le reçu"]) == (second.full_number, first.full_number)


def test_a_suspended_receipt_says_so_and_since_when() -> None:
    an_issued_receipt()
    since = datetime(2027, 6, 20, 23, 30, tzinfo=PARIS)
    Receipt.objects.update(suspended_at=since)

    (row,) = rows()

    assert (row["État"], str(row["Suspendu le"]), row["Annulé le"]) == ("Suspendu", "2027-06-20", None)


def test_real_receipts_are_not_among_those_of_the_test_mode() -> None:
    receipt = an_issued_receipt()
    real = ReceiptSeries.objects.create(
        organisation=receipt.series.organisation, year=receipt.series.year, livemode=True, last_number=1
    )
    Receipt.objects.create(
        series=real,
        number=1,
        donor=receipt.donor,
        form=receipt.form,
        amount_cents=5000,
        issued_at=timezone.now(),
        snapshot={},
        snapshot_sha256="",
    )

    assert [row["N° du reçu"] for row in rows()] == [receipt.full_number]


def test_a_period_begins_and_ends_at_midnight_in_paris() -> None:
    campaign = a_campaign()
    moments = [
        datetime(2026, 5, 31, 23, 59, 59, tzinfo=PARIS),
        datetime(2026, 6, 1, 0, 0, tzinfo=PARIS),
        datetime(2026, 6, 30, 23, 59, 59, tzinfo=PARIS),
        datetime(2026, 7, 1, 0, 0, tzinfo=PARIS),
    ]
    receipts = [an_issued_receipt(campaign=campaign, at=moment) for moment in moments]
    june = Period(moments[1].date(), moments[2].date())

    found = issued_in(receipts_in_site_mode(), june)

    assert {receipt.pk for receipt in found} == {receipts[1].pk, receipts[2].pk}


def test_every_row_is_as_long_as_the_headings() -> None:
    an_issued_receipt()

    assert len(rows()[0]) == len(HEADINGS) == len(set(HEADINGS))


@pytest.mark.parametrize("receipts", [1, 12])
def test_one_query_brings_all_rows(receipts: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    campaign = a_campaign()
    for _ in range(receipts):
        a_stored_receipt(campaign=campaign)

    with django_assert_num_queries(1):
        assert len(rows()) == receipts
