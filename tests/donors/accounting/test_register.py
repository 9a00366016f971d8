"""Every number of a series is explained, and one that is missing is named."""

from datetime import date, datetime

import pytest

from donors.accounting import register
from donors.accounting.register import HEADINGS, Gaps, gaps_of, last_number, register_table
from donors.accounting.table import Cell, Euros
from donors.campaigns.models import PARIS
from donors.receipts.cancel import cancel_receipt
from donors.receipts.models import ReceiptSeries
from donors.receipts.replace import replace_receipt
from donors.receipts.settle import settle_receipt
from tests.donors.accounting.issued import a_stored_receipt, an_issued_receipt
from tests.donors.receipts.test_eligibility import a_dispute
from tests.factories import a_campaign, claire

pytestmark = pytest.mark.django_db

IN_JUNE = datetime(2026, 6, 8, 12, tzinfo=PARIS)
DAY = date(2026, 6, 8)


def rows(series: ReceiptSeries) -> list[dict[str, Cell]]:
    return [dict(zip(HEADINGS, row, strict=True)) for row in register_table(series).rows]


def given_out(numbers: int, *, lost: tuple[int, ...] = ()) -> ReceiptSeries:
    """A series with so many numbers, each with its receipt and PDF, but those that were lost."""
    campaign = a_campaign()
    series = ReceiptSeries.objects.create(organisation=campaign.organisation, year=2026, livemode=False)
    for number in range(1, numbers + 1):
        if number in lost:
            ReceiptSeries.objects.update(last_number=number)
        else:
            a_stored_receipt(campaign=campaign, at=IN_JUNE)
    series.refresh_from_db()
    return series


def test_an_issued_receipt_stands_with_its_hash() -> None:
    receipt = a_stored_receipt(at=IN_JUNE, amount_cents=5050)

    [row] = rows(receipt.series)

    assert {heading: cell for heading, cell in row.items() if cell} == {
        "N° du reçu": receipt.full_number,
        "État": "Émis",
        "Émis le": DAY,
        "Modèle": "2041-RD",
        "Type": "Pour un don",
        "Montant": Euros(5050),
        "PDF créé le": DAY,
        "Empreinte SHA-256 du PDF": receipt.document.sha256,
    }


def test_a_cancelled_receipt_says_when_why_and_by_whom() -> None:
    receipt, person = a_stored_receipt(at=IN_JUNE), claire()
    cancel_receipt(receipt, at=IN_JUNE, reason="Adresse fausse", actor=person)

    [row] = rows(receipt.series)

    assert (row["État"], row["Annulé le"]) == ("Annulé", DAY)
    assert (row["Annulé par"], row["Motif d’annulation"]) == ("claire", "Adresse fausse")
    assert (row["Remplace le reçu"], row["Remplacé par le reçu"]) == (None, None)


def test_what_nobody_cancelled_the_site_did() -> None:
    receipt = an_issued_receipt(at=IN_JUNE)
    cancel_receipt(receipt, at=IN_JUNE, reason="Le don a été remboursé.")

    assert rows(receipt.series)[0]["Annulé par"] == "le site"


def test_a_replaced_receipt_and_the_new_one_name_each_other() -> None:
    old = an_issued_receipt(at=IN_JUNE)
    new = replace_receipt(old, at=IN_JUNE, reason="Nom mal écrit")

    first, second = rows(old.series)

    assert (first["Remplace le reçu"], first["Remplacé par le reçu"]) == (None, new.full_number)
    assert (second["Remplace le reçu"], second["Remplacé par le reçu"]) == (old.full_number, None)


def test_a_suspended_receipt_says_since_when() -> None:
    receipt = an_issued_receipt(at=IN_JUNE)
    gift = receipt.lines.get().donation
    a_dispute(gift, stage="open")
    settle_receipt(gift, at=IN_JUNE)

    [row] = rows(receipt.series)

    assert (row["État"], row["Suspendu le"]) == ("Suspendu", DAY)


def test_a_series_without_a_gap_says_so() -> None:
    assert gaps_of(given_out(3)) == Gaps(count=0, named=())


def test_a_missing_number_has_a_row_and_a_name() -> None:
    series = given_out(4, lost=(2, 4))

    found = gaps_of(series)

    assert (found.count, found.named, found.more) == (
        2,
        (f"{series.label}-000002", f"{series.label}-000004"),
        0,
    )
    assert [row["État"] for row in rows(series)] == ["Émis", "MANQUANT", "Émis", "MANQUANT"]


def test_many_gaps_are_counted_and_the_first_ones_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "_NAMED", 1)
    series = given_out(3, lost=(1, 2))

    found = gaps_of(series)

    assert (found.count, found.named, found.more) == (2, (f"{series.label}-000001",), 1)


def test_a_receipt_beyond_the_counter_is_not_hidden() -> None:
    series = given_out(2)
    ReceiptSeries.objects.update(last_number=1)
    series.refresh_from_db()

    assert last_number(series) == 2
    assert len(rows(series)) == 2


def test_a_long_series_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "_AT_ONCE", 2)
    series = given_out(5)

    assert [row["N° du reçu"] for row in rows(series)] == [f"{series.label}-{n:06d}" for n in range(1, 6)]


def test_a_series_that_gave_out_nothing_is_an_empty_register() -> None:
    series = ReceiptSeries.objects.create(organisation=a_campaign().organisation, year=2026, livemode=False)

    assert rows(series) == []
    assert gaps_of(series).count == 0


def test_a_person_with_a_name_is_called_by_it() -> None:
    receipt, person = an_issued_receipt(at=IN_JUNE), claire()
    person.first_name, person.last_name = "Claire", "Martin"
    person.save()
    cancel_receipt(receipt, at=IN_JUNE, reason="Doublon", actor=person)

    assert rows(receipt.series)[0]["Annulé par"] == "Claire Martin"
