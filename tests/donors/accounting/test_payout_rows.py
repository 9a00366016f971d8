"""Payouts and their lines for the books: each line says what it is, and the sums are zero."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from donors.accounting.payout_rows import (
    explanation,
    line_table,
    lines_to_read,
    payout_table,
    payouts_in_site_mode,
    with_unexplained,
)
from donors.accounting.payout_sums import KindSum, sums_of
from donors.accounting.table import Cell, Euros, Table
from donors.payments.payout_models import Payout, PayoutLine
from tests.donors.office.test_payouts import a_line, a_payout
from tests.factories import a_donation, a_paid_donation

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 8, 12, tzinfo=UTC)
LATE = datetime(2026, 6, 8, 23, tzinfo=UTC)  # the 9th in Paris


def cells(table: Table) -> list[dict[str, Cell]]:
    rows: list[Sequence[Cell]] = list(table.rows)
    return [dict(zip(table.headings, row, strict=True)) for row in rows]


def own_line(payout: Payout, **over: Any) -> PayoutLine:
    facts: dict[str, Any] = {
        "type": "payout",
        "reporting_category": "payout",
        "amount_cents": -payout.amount_cents,
        "fee_cents": 0,
        "source_id": payout.stripe_payout_id,
        "state": "matched",
        "reason": "",
        **over,
    }
    return a_line(payout, **facts)


def test_a_payout_is_one_row_with_its_days_in_paris() -> None:
    payout = a_payout(
        created_at=LATE, arrives_on=NOON.date(), state="reconciled", reconciled_at=NOON, complete=True
    )
    a_line(payout)

    (row,) = cells(payout_table(with_unexplained(payouts_in_site_mode())))

    assert row["Virement Stripe"] == payout.stripe_payout_id
    assert f"{row['Émis le']} {row['À la banque le']}" == "2026-06-09 2026-06-08"
    assert (row["Montant"], row["Différence"]) == (Euros(4900), Euros(0))
    assert (row["État"], row["Opérations inexpliquées"]) == ("Rapproché", 1)
    assert str(row["Rapproché le"]) == "2026-06-08"


def test_what_is_not_reconciled_has_no_day() -> None:
    a_payout(state="failed", failure="Compte fermé")

    (row,) = cells(payout_table(with_unexplained(payouts_in_site_mode())))

    assert (row["Rapproché le"], row["Cause du retour"]) == (None, "Compte fermé")


def test_only_money_of_the_sites_mode_is_shown(settings: Settings) -> None:
    a_payout()
    real = a_payout(livemode=True)

    settings.STRIPE_LIVEMODE = True

    assert list(payouts_in_site_mode()) == [real]


def test_unexplained_lines_are_counted_and_foreign_ones_are_not() -> None:
    payout, empty = a_payout(), a_payout()
    for state in ("unmatched", "unmatched", "foreign", "matched"):
        a_line(payout, state=state)

    counted = {found.pk: found.unexplained for found in with_unexplained(payouts_in_site_mode())}

    assert counted == {payout.pk: 2, empty.pk: 0}


def test_lines_to_read_begin_with_what_is_not_explained_then_go_by_date() -> None:
    payout = a_payout()
    late = a_line(payout, created_at=LATE, state="matched")
    early = a_line(payout, created_at=NOON, state="foreign")
    unknown = a_line(payout, created_at=LATE)

    assert list(lines_to_read(payout)) == [unknown, early, late]


def test_a_line_is_explained_by_its_entry_or_says_why_not() -> None:
    payout = a_payout()
    gift = a_paid_donation(credited_at=NOON)
    entry = gift.ledger.get(kind="gift")
    booked = a_line(payout, state="matched", ledger_entry=entry, donation=gift, reason="")
    noted = a_line(payout, state="matched", ledger_entry=entry, reason="Aller et retour.")
    unknown = a_line(payout, ledger_entry=entry, reason="Le montant n’est pas celui de l’écriture.")

    assert explanation(booked) == "Écriture «\u00a0Don\u00a0» du 08/06/2026"
    assert explanation(noted) == "Écriture «\u00a0Don\u00a0» du 08/06/2026. Aller et retour."
    assert explanation(unknown) == "Le montant n’est pas celui de l’écriture."
    assert explanation(own_line(payout)) == "Le virement lui-même."


def test_each_line_is_a_row_and_the_net_adds_up_to_zero() -> None:
    payout = a_payout()
    gift = a_donation()
    a_line(payout, donation=gift, state="matched", created_at=LATE)
    own_line(payout, created_at=LATE)

    rows = cells(line_table(payout))

    assert [row["Nature"] for row in rows] == ["Don", "Virement à la banque"]
    assert [row["N° du don"] for row in rows] == [gift.pk, None]
    assert {str(row["Date"]) for row in rows} == {"2026-06-09"}
    assert sum(row["Net"].cents for row in rows if isinstance(row["Net"], Euros)) == 0


def test_sums_go_by_kind_and_hold_the_payouts_own_line_apart() -> None:
    payout = a_payout(amount_cents=7700)
    a_line(payout)
    a_line(payout, type="payment", amount_cents=4000, fee_cents=0)
    a_line(payout, type="refund", reporting_category="refund", amount_cents=-1130, fee_cents=0)
    a_line(payout, type="stripe_fee", reporting_category="fee", amount_cents=-70, fee_cents=0)
    own_line(payout)

    sums = sums_of(payout)

    gifts = KindSum(name="Don", count=2, amount_cents=9000, fee_cents=100, net_cents=8900)
    assert sums.kinds[0] == gifts
    assert [kind.name for kind in sums.kinds] == ["Don", "Remboursement", "Frais du compte Stripe"]
    assert (sums.total.count, sums.total.net_cents, sums.left_cents) == (4, 7700, -7700)
    assert sums.difference_cents == 0


def test_a_cent_too_many_is_a_difference() -> None:
    payout = a_payout(amount_cents=4899)
    a_line(payout)

    assert sums_of(payout).difference_cents == 1


def test_a_payout_that_brings_another_back_is_made_of_it() -> None:
    """A payout of another's return is a line like any other; only its own line is set apart."""
    payout = a_payout()
    a_line(payout, type="payout_failure", reporting_category="payout_reversal", source_id="po_another")
    own_line(payout)

    assert [kind.name for kind in sums_of(payout).kinds] == ["Virement revenu de la banque"]


def test_a_payout_without_lines_has_no_kinds() -> None:
    payout = a_payout()

    sums = sums_of(payout)

    assert (sums.kinds, sums.total.count, sums.difference_cents) == ([], 0, -4900)
