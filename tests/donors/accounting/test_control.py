"""The control export: from each receipt to the day at the bank, with totals that agree."""

import csv
import hashlib
import io
import tracemalloc
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from donors.accounting.control import control_tables, receipts_to_control, zip_control
from donors.accounting.period import Period
from donors.accounting.xlsx_file import write_xlsx
from donors.campaigns.models import PARIS, local_day
from donors.gifts.models import Donation
from donors.payments.payout_models import Payout
from donors.receipts.cancel import cancel_receipt
from donors.receipts.issue import issue_receipt
from donors.receipts.models import ReceiptSeries
from donors.receipts.replace import replace_receipt
from donors.receipts.settle import settle_receipt
from stripe_sandbox.core import Sandbox
from tests.donors.accounting.issued import a_stored_receipt, a_tampered_receipt, an_issued_receipt
from tests.donors.payments.test_payouts import DAY, newest_payout, paid_gifts, reconcile
from tests.donors.receipts.test_eligibility import a_dispute, a_refund, book
from tests.factories import a_campaign, a_company, a_donor, a_gift_in_kind, a_paid_donation

pytestmark = pytest.mark.django_db

ALWAYS = Period(date(2020, 1, 1), date(2040, 12, 31))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
NEXT_YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
IN_JUNE = datetime(2026, 6, 8, 12, tzinfo=PARIS)
NEW_YEAR = datetime(2027, 1, 1, tzinfo=PARIS)

type Sheets = dict[str, list[dict[str, Any]]]


def sheets(period: Period = ALWAYS) -> Sheets:
    """The workbook as somebody who opens it reads it: sheet → rows → cells by their headings."""
    output = io.BytesIO()
    write_xlsx(control_tables(period, at=timezone.now()), output)
    return read(output.getvalue())


def read(content: bytes) -> Sheets:
    found: Sheets = {}
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        headings, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(map(str, headings), row, strict=True)) for row in rows]
    return found


def cents(rows: list[dict[str, Any]], column: str) -> int:
    return sum(round(row[column] * 100) for row in rows if row[column] is not None)


def told(found: Sheets) -> dict[str, int]:
    """The totals of the first sheet, in cents."""
    rows = (tuple(row.values()) for row in found["Lisez-moi"])
    return {str(what): round(value * 100) for what, value in rows if isinstance(value, int | float)}


def agree(found: Sheets) -> None:
    """What the first sheet tells is what the others add up to, and nothing differs."""
    totals, gifts, entries = told(found), found["Dons"], found["Écritures"]
    receipts = cents(found["Reçus"], "Montant")
    assert totals["Feuille Reçus : total de « Montant »"] == receipts
    assert totals["Feuille Dons : total de « Montant sur le reçu »"] == cents(gifts, "Montant sur le reçu")
    assert receipts == cents(gifts, "Montant sur le reçu")
    for standing, name in (("Émis", "valables"), ("Suspendu", "suspendus"), ("Annulé", "annulés")):
        rows = [row for row in found["Reçus"] if row["État"] == standing]
        assert totals[f"Reçus {name}"] == cents(rows, "Montant")
    assert totals["Feuille Écritures : total de « Montant »"] == cents(entries, "Montant")
    at_the_bank = [row for row in entries if row["Virement Stripe"]]
    assert totals["Dont versé à la banque par Stripe"] == cents(at_the_bank, "Montant")
    assert cents(at_the_bank, "Montant") == cents(found["Virements"], "Part de ces dons")
    assert totals["Feuille Virements : total de « Part de ces dons »"] == cents(at_the_bank, "Montant")
    assert totals["Écart entre les reçus et leurs dons"] == 0
    assert totals["Écart entre les reçus valables et les écritures"] == 0


def test_a_receipt_leads_to_its_day_at_the_bank(stripe_account: Sandbox) -> None:
    first, second = paid_gifts(stripe_account, 2000, 5000)
    for gift in (first, second):
        Donation.objects.filter(pk=gift.pk).update(wants_receipt=True)
    receipt = issue_receipt(first, at=timezone.now())
    stripe_account.clock.advance(5 * DAY)
    payout = reconcile(newest_payout(stripe_account))

    found = sheets()

    [told_receipt], [told_gift] = found["Reçus"], found["Dons"]
    assert (told_receipt["N° du reçu"], told_receipt["Donateur"]) == (receipt.full_number, "Amina Benali")
    assert told_receipt["Empreinte SHA-256 du contenu"] == receipt.snapshot_sha256
    assert (told_gift["N° du reçu"], told_gift["N° du don"]) == (receipt.full_number, first.pk)
    assert told_gift["Référence du paiement"] == f"gift:{first.stripe_charge_id}"
    assert told_gift["Paiement Stripe"] == first.stripe_payment_intent_id
    entries = {row["Écriture"]: row for row in found["Écritures"]}
    assert set(entries) == {"Don", "Frais"}
    for entry in entries.values():
        assert entry["Virement Stripe"] == payout.stripe_payout_id
        assert entry["À la banque le"].date() == payout.arrives_on
    [transfer] = found["Virements"]
    assert transfer["État"] == "Rapproché"
    assert round(transfer["Montant du virement"] * 100) == payout.amount_cents
    share = sum(line.net_cents for line in payout.lines.filter(donation=first))
    assert cents([transfer], "Part de ces dons") == share
    agree(found)


def test_all_that_can_happen_in_a_year_agrees(stripe_account: Sandbox) -> None:
    for gift in paid_gifts(stripe_account, 1234, 5000, 999):
        issue_receipt(gift, at=timezone.now())
    stripe_account.clock.advance(5 * DAY)
    reconcile(newest_payout(stripe_account))
    campaign = a_campaign()
    refunded = an_issued_receipt(campaign=campaign).lines.get().donation
    a_refund(refunded, 1550)
    settle_receipt(refunded, at=timezone.now())
    gone = an_issued_receipt(campaign=campaign).lines.get().donation
    a_refund(gone, 5000)
    settle_receipt(gone, at=timezone.now())
    disputed = an_issued_receipt(campaign=campaign, amount_cents=777).lines.get().donation
    a_dispute(disputed, stage="open")
    settle_receipt(disputed, at=timezone.now())
    replace_receipt(an_issued_receipt(campaign=campaign), at=timezone.now(), reason="Nom mal écrit")
    cancel_receipt(an_issued_receipt(campaign=campaign), at=timezone.now(), reason="Doublon")
    issue_receipt(a_gift_in_kind(campaign=campaign, donor=a_company()), at=timezone.now())

    found = sheets()

    agree(found)
    standings = sorted(row["État"] for row in found["Reçus"])
    assert standings == ["Annulé"] * 4 + ["Suspendu"] + ["Émis"] * 6
    assert told(found)["Reçus valables"] == 1234 + 5000 + 999 + 3450 + 5000 + 120_000


def test_a_gap_between_receipt_and_ledger_is_told() -> None:
    gift = an_issued_receipt(amount_cents=5000).lines.get().donation
    a_refund(gift, 2000)  # and nobody settles the receipt

    assert told(sheets())["Écart entre les reçus valables et les écritures"] == 2000


def test_a_cancelled_receipt_stands_with_its_reason_and_its_successor() -> None:
    old = a_stored_receipt(at=IN_JUNE)
    new = replace_receipt(old, at=IN_JUNE, reason="Nom mal écrit")

    found = sheets(YEAR)

    first, second = found["Reçus"]
    assert (first["État"], first["Motif d’annulation"]) == ("Annulé", "Nom mal écrit")
    assert first["Annulé le"].date() == date(2026, 6, 8)
    assert first["Empreinte SHA-256 du PDF"] == old.document.sha256
    assert (second["N° du reçu"], second["Remplace le reçu"]) == (new.full_number, old.full_number)
    assert [row["N° du don"] for row in found["Dons"]] == [old.lines.get().donation_id] * 2
    assert len(found["Écritures"]) == 2  # the gift and its fee, once


def test_a_gift_in_kind_has_no_payment_and_no_payout() -> None:
    gift = a_gift_in_kind(donor=a_company(), credited_at=IN_JUNE)
    issue_receipt(gift, at=IN_JUNE)

    found = sheets(YEAR)

    [row] = found["Dons"]
    assert (row["Nature"], row["Moyen de paiement"]) == ("Don en nature", "Sans paiement")
    assert (row["Référence du paiement"], row["Paiement Stripe"]) == (f"gift:by-hand:{gift.uuid}", None)
    assert found["Virements"] == []
    assert told(found)["Dont en nature, reçu sans Stripe, ou pas encore versé"] == 120_000
    assert found["Reçus"][0]["Donateur"] == "Boulangerie Martin"


def test_the_name_is_the_one_on_the_receipt() -> None:
    donor = a_donor(first_name="Amina", last_name="Benali")
    an_issued_receipt(donor=donor, at=IN_JUNE)
    donor.last_name = "Haddad"
    donor.save()

    assert sheets(YEAR)["Reçus"][0]["Donateur"] == "Amina Benali"


def test_a_name_cannot_run_as_a_formula() -> None:
    an_issued_receipt(donor=a_donor(first_name="=1+1", last_name="Benali"), at=IN_JUNE)

    assert sheets(YEAR)["Reçus"][0]["Donateur"] == "'=1+1 Benali"


def test_at_the_years_turn_a_receipt_is_in_both_controls() -> None:
    campaign = a_campaign()
    gift = a_paid_donation(campaign=campaign, credited_at=datetime(2026, 12, 31, 23, 59, tzinfo=PARIS))
    receipt = issue_receipt(gift, at=NEW_YEAR)
    an_issued_receipt(campaign=campaign, at=NEW_YEAR)

    old, new = sheets(YEAR), sheets(NEXT_YEAR)

    assert [row["N° du reçu"] for row in old["Reçus"]] == [receipt.full_number]
    assert len(new["Reçus"]) == 2
    agree(old)
    agree(new)


def test_an_empty_period_has_five_sheets_and_nothing_to_control() -> None:
    found = sheets(YEAR)

    assert list(found) == ["Lisez-moi", "Reçus", "Dons", "Écritures", "Virements"]
    assert not receipts_to_control(YEAR).exists()
    assert set(told(found).values()) == {0}


def test_the_first_sheet_says_when_it_was_made() -> None:
    rows = [tuple(row.values()) for row in sheets(YEAR)["Lisez-moi"]]

    assert rows[0] == ("Période", "du 01/01/2026 au 31/12/2026")
    assert rows[1][1].date() == local_day(timezone.now())


def test_the_payout_that_came_back_says_so(stripe_account: Sandbox) -> None:
    [gift] = paid_gifts(stripe_account, 5000)
    issue_receipt(gift, at=timezone.now())
    stripe_account.clock.advance(5 * DAY)
    reconcile(newest_payout(stripe_account))
    Payout.objects.update(state=Payout.State.FAILED)

    found = sheets()

    assert [row["État"] for row in found["Virements"]] == ["Revenu"]
    agree(found)


def unzip(period: Period) -> tuple[dict[str, bytes], dict[str, dict[str, str]]]:
    """The files of the control ZIP, and its manifest's rows by the name of their file."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_control(period, at=IN_JUNE))))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    text = files.pop("manifeste.csv").decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    return files, {row["Fichier"]: row for row in rows}


def test_the_zip_holds_the_workbook_and_every_pdf_with_their_hashes() -> None:
    campaign = a_campaign()
    valid = a_stored_receipt(campaign=campaign, at=IN_JUNE, content=b"%PDF-1.7 one")
    cancelled = a_stored_receipt(campaign=campaign, at=IN_JUNE, content=b"%PDF-1.7 two")
    cancel_receipt(cancelled, at=IN_JUNE, reason="Doublon")

    files, manifest = unzip(YEAR)

    book = "controle-2026-01-01_2026-12-31.xlsx"
    assert list(files) == [book, f"{valid.full_number}.pdf", f"annules/{cancelled.full_number}.pdf"]
    for name, content in files.items():
        assert manifest[name]["SHA-256"] == hashlib.sha256(content).hexdigest()
    assert [row["N° du reçu"] for row in read(files[book])["Reçus"]] == [
        valid.full_number,
        cancelled.full_number,
    ]


def test_a_tampered_pdf_is_named_in_the_zip_and_left_out() -> None:
    forged = a_tampered_receipt(at=IN_JUNE)

    files, manifest = unzip(YEAR)

    assert len(files) == 1
    assert manifest["PDF altéré, non fourni"]["Numéro"] == forged.full_number


def test_the_memory_of_the_zip_does_not_grow_with_its_pdfs() -> None:
    campaign, size = a_campaign(), 400_000
    for number in range(12):
        a_stored_receipt(campaign=campaign, at=IN_JUNE, content=bytes([number]) * size)
    b"".join(zip_control(NEXT_YEAR, at=IN_JUNE))  # what is loaded once is not counted

    tracemalloc.start()
    sent = sum(len(piece) for piece in zip_control(YEAR, at=IN_JUNE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 12 * size
    assert peak < 6 * size


def test_two_payouts_share_the_entries_between_them(stripe_account: Sandbox) -> None:
    for amount in (2000, 3000):
        [gift] = paid_gifts(stripe_account, amount)
        issue_receipt(gift, at=timezone.now())
        stripe_account.clock.advance(5 * DAY)
        reconcile(newest_payout(stripe_account))

    found = sheets()

    assert len(found["Virements"]) == 2
    for transfer in found["Virements"]:
        assert transfer["Part de ces dons"] == transfer["Montant du virement"]
    agree(found)


def test_gifts_without_a_receipt_stay_outside(stripe_account: Sandbox) -> None:
    with_receipt, without = paid_gifts(stripe_account, 2000, 3000)
    issue_receipt(with_receipt, at=timezone.now())
    stripe_account.clock.advance(5 * DAY)
    payout = reconcile(newest_payout(stripe_account))

    found = sheets()

    assert without.pk not in {row["N° du don"] for row in found["Écritures"]}
    [transfer] = found["Virements"]
    assert cents([transfer], "Part de ces dons") < payout.amount_cents
    agree(found)


def test_receipts_of_the_other_mode_stay_outside() -> None:
    an_issued_receipt(at=IN_JUNE)
    ReceiptSeries.objects.update(livemode=True)

    assert not receipts_to_control(YEAR).exists()
    assert sheets(YEAR)["Dons"] == []


@pytest.mark.parametrize("receipts", [1, 7])
def test_the_queries_do_not_grow_with_the_receipts(
    receipts: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = a_campaign()
    for _ in range(receipts):
        a_stored_receipt(campaign=campaign, at=IN_JUNE)

    with django_assert_max_num_queries(16):
        assert len(sheets(YEAR)["Reçus"]) == receipts


def test_what_came_back_after_the_payout_is_an_entry_that_names_what_it_reverses() -> None:
    gift = an_issued_receipt(at=IN_JUNE).lines.get().donation
    entry = gift.ledger.get(kind="fee")
    book(gift, "fee", -entry.amount_cents, reverses=entry)

    found = sheets(YEAR)

    [back] = [row for row in found["Écritures"] if row["Annule l’écriture"]]
    assert (back["Écriture"], back["Annule l’écriture"]) == ("Frais", entry.key)
    assert cents(found["Écritures"], "Montant") == 5000
    agree(found)
