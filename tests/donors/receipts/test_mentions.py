from typing import Any

import pytest

from donors.receipts.mentions import LONGEST_PURPOSE, REQUIRED, missing_mentions
from tests.donors.receipts.snapshots import a_snapshot


def test_a_complete_receipt_lacks_nothing() -> None:
    assert missing_mentions(a_snapshot()) == []


@pytest.mark.parametrize("path", REQUIRED)
def test_each_mention_is_missed_by_its_name(path: str) -> None:
    snapshot = a_snapshot()
    *parents, last = path.split(".")
    facts: Any = snapshot
    for key in parents:
        facts = facts[key]
    facts[last] = ""

    assert REQUIRED[path] in missing_mentions(snapshot)


@pytest.mark.parametrize("number", ["siren", "rna"])
def test_one_of_siren_and_rna_is_enough(number: str) -> None:
    assert missing_mentions(a_snapshot(organisation={number: ""})) == []


def test_neither_siren_nor_rna_is_a_missing_mention() -> None:
    lacking = missing_mentions(a_snapshot(organisation={"siren": "", "rna": " "}))
    assert lacking == ["le numéro SIREN ou RNA de l’organisme"]


@pytest.mark.parametrize("category", ["oig_rup", "oig_other"])
def test_a_category_with_dots_to_fill_in_needs_its_detail(category: str) -> None:
    without = a_snapshot(organisation={"category": category})
    filled = a_snapshot(organisation={"category": category, "category_detail": "décret du 12 mars 1987"})

    assert "la précision de la catégorie" in missing_mentions(without)[0]
    assert missing_mentions(filled) == []


def test_a_purpose_that_no_page_can_hold_is_named() -> None:
    assert missing_mentions(a_snapshot(organisation={"purpose": "x" * LONGEST_PURPOSE})) == []
    lacking = missing_mentions(a_snapshot(organisation={"purpose": "x" * (LONGEST_PURPOSE + 1)}))
    assert "1000 caractères" in lacking[0]


def test_everything_that_is_missing_is_told_at_once() -> None:
    snapshot = a_snapshot(
        organisation={"purpose": "", "signature_svg": "", "signatory_role": " "}, donor={"city": ""}
    )
    assert missing_mentions(snapshot) == [
        "l’objet de l’organisme",
        "la commune du donateur",
        "la qualité du signataire",
        "la signature",
    ]
