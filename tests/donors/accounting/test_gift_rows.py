from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from donors.accounting.gift_rows import HEADINGS, gift_table, with_books
from donors.accounting.table import Cell, Euros
from donors.campaigns.models import PARIS
from donors.gifts.models import Donation, LedgerEntry
from donors.receipts.cancel import cancel_receipt
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt
from tests.donors.accounting.issued import an_issued_receipt
from tests.factories import a_campaign, a_donation, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db


def rows() -> list[dict[str, Cell]]:
    table = gift_table(Donation.objects.order_by("pk"))
    return [dict(zip(table.headings, row, strict=True)) for row in table.rows]


def book(gift: Donation, kind: str, cents: int, key: str) -> LedgerEntry:
    now = timezone.now()
    return LedgerEntry.objects.create(
        kind=kind, donation=gift, amount_cents=cents, occurred_at=now, booked_at=now, livemode=False, key=key
    )


def test_a_paid_gift_shows_what_the_ledger_says() -> None:
    gift = a_paid_donation(amount_cents=5000, fee_cents=100)
    book(gift, "refund", -2000, "refund:re_1")

    (row,) = rows()

    assert row["Montant du don"] == Euros(5000)
    assert row["Encaissé"] == Euros(5000)
    assert (row["Remboursé"], row["Contesté"]) == (Euros(-2000), Euros(0))
    assert row["Frais"] == Euros(-100)
    assert row["Net"] == Euros(2900)


def test_a_gift_that_is_not_paid_brought_nothing() -> None:
    a_donation(amount_cents=5000)

    (row,) = rows()

    assert (row["Montant du don"], row["Encaissé"], row["Net"]) == (Euros(5000), Euros(0), Euros(0))
    assert (row["Statut"], row["Crédité le"], row["Reçu fiscal"]) == ("Commencé", None, None)


def test_a_dispute_and_its_reversal_leave_nothing() -> None:
    gift = a_paid_donation(amount_cents=5000, fee_cents=0)
    dispute = book(gift, "dispute", -5000, "dispute:dp_1")
    now = timezone.now()
    LedgerEntry.objects.create(
        kind="dispute",
        donation=gift,
        amount_cents=5000,
        occurred_at=now,
        booked_at=now,
        livemode=False,
        key="reversal:dp_1",
        reverses=dispute,
    )

    (row,) = rows()

    assert (row["Contesté"], row["Net"]) == (Euros(0), Euros(5000))


def test_how_the_receipt_stands_is_told_with_its_number() -> None:
    gift = a_paid_donation()
    receipt = issue_receipt(gift, at=timezone.now())
    assert (rows()[0]["Reçu fiscal"], rows()[0]["État du reçu"]) == (receipt.full_number, "valable")

    Receipt.objects.update(suspended_at=timezone.now())
    assert (rows()[0]["Reçu fiscal"], rows()[0]["État du reçu"]) == (receipt.full_number, "suspendu")

    cancel_receipt(receipt, at=timezone.now(), reason="Erreur")
    assert (rows()[0]["Reçu fiscal"], rows()[0]["État du reçu"]) == (None, "annulé")


def test_days_are_those_of_paris() -> None:
    new_year_in_paris = datetime(2027, 1, 1, 0, 30, tzinfo=PARIS)
    a_paid_donation(credited_at=new_year_in_paris)

    (row,) = rows()

    assert str(row["Crédité le"]) == "2027-01-01"


def test_stripe_ids_and_the_last_payment_page_are_named() -> None:
    gift = a_paid_donation()
    for number, state in ((1, "expired"), (2, "complete")):
        gift.attempts.create(
            number=number,
            amount_cents=5000,
            email="a@example.org",
            idempotency_key=f"key-{number}",
            state=state,
            livemode=False,
            stripe_session_id=f"cs_test_{number}",
            created_at=timezone.now(),
            expires_at=timezone.now(),
        )

    (row,) = rows()

    assert (row["Paiement Stripe"], row["Débit Stripe"]) == (
        gift.stripe_payment_intent_id,
        gift.stripe_charge_id,
    )
    assert row["Session Stripe"] == "cs_test_2"


def test_only_a_valid_receipt_is_named() -> None:
    receipt = an_issued_receipt()
    assert rows()[0]["Reçu fiscal"] == receipt.full_number

    cancel_receipt(receipt, at=timezone.now(), reason="Adresse fausse")
    assert rows()[0]["Reçu fiscal"] is None


def test_the_donor_stands_in_the_row() -> None:
    donor = a_donor(
        kind="organisation", organisation_name="Boulangerie Benali", siren="732829320", email="B@example.org"
    )
    a_donation(donor=donor, wants_receipt=False, anonymous=True, source="affiche")

    (row,) = rows()

    assert (row["Organisme"], row["SIREN"], row["Nom"]) == ("Boulangerie Benali", "732829320", "Benali")
    assert (row["Adresse e-mail"], row["Ville"]) == ("B@example.org", "Bordeaux")
    assert (row["Souhaite un reçu"], row["Anonyme"], row["Provenance"]) == ("non", "oui", "affiche")


def test_every_row_is_as_long_as_the_headings() -> None:
    a_donation()

    assert len(rows()[0]) == len(HEADINGS) == len(set(HEADINGS))


def test_a_filter_that_joins_other_tables_does_not_change_a_sum() -> None:
    gift = a_paid_donation(amount_cents=5000, fee_cents=100)

    joined: Any = with_books(Donation.objects.filter(ledger__amount_cents__gt=-1_000_000))

    assert {row.net_cents for row in joined} == {4900}
    assert {row.pk for row in joined} == {gift.pk}


@pytest.mark.parametrize("gifts", [1, 12])
def test_one_query_brings_all_rows(gifts: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    campaign = a_campaign()
    for _ in range(gifts):
        an_issued_receipt(campaign=campaign)

    with django_assert_num_queries(1):
        assert len(rows()) == gifts
