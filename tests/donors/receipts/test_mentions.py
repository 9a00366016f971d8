from datetime import date
from typing import Any

import pytest

from donors.receipts.mentions import LONGEST_PURPOSE, REQUIRED, missing_mentions
from tests.donors.receipts.snapshots import a_snapshot


def test_a_complete_receipt_lacks_nothing() -> None:
    assert missing_mentions(a_snapshot()) == []


COMPANY = {
    "kind": "organisation",
    "organisation_name": "Boulangerie Martin",
    "legal_form": "SARL",
    "siren": "732829320",
}


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind, mentions in REQUIRED.items() for path in mentions]
)
def test_each_mention_is_missed_by_its_name(kind: str, path: str) -> None:
    snapshot = a_snapshot(donor=COMPANY if kind == "organisation" else {})
    *parents, last = path.split(".")
    facts: Any = snapshot
    for key in parents:
        facts = facts[key]
    facts[last] = ""

    assert REQUIRED[kind][path] in missing_mentions(snapshot)


def test_a_complete_receipt_of_a_company_lacks_nothing() -> None:
    assert missing_mentions(a_snapshot(donor=COMPANY)) == []


def test_a_receipt_without_any_day_is_not_complete() -> None:
    snapshot = a_snapshot()
    snapshot["gift"]["paid_on"] = ""

    assert missing_mentions(snapshot) == ["la date du versement"]


def test_money_without_its_mode_is_not_complete() -> None:
    snapshot = a_snapshot()
    snapshot["gift"]["payment_modes"] = []

    assert missing_mentions(snapshot) == ["le mode de versement"]


def test_what_was_given_in_kind_must_be_described() -> None:
    gift = {"nature": "in_kind", "method": "none"}

    assert missing_mentions(a_snapshot(**gift, description="Dix ordinateurs")) == []
    assert missing_mentions(a_snapshot(**gift)) == ["la description de ce qui a été donné"]


@pytest.mark.parametrize("number", ["siren", "rna"])
def test_one_of_siren_and_rna_is_enough(number: str) -> None:
    assert missing_mentions(a_snapshot(organisation={number: ""})) == []


def test_neither_siren_nor_rna_is_a_missing_mention() -> None:
    lacking = missing_mentions(a_snapshot(organisation={"siren": "", "rna": " "}))
    assert lacking == ["le numéro SIREN ou RNA de l’organisme"]


@pytest.mark.parametrize(
    ("category", "facts", "missing"),
    [
        (
            "oig_rup",
            {"recognised_on": date(1987, 3, 12), "published_on": date(1987, 3, 14)},
            "la date du décret de reconnaissance d’utilité publique et la date de publication du décret au "
            "Journal officiel",
        ),
        (
            "oig_rup_alsace_moselle",
            {"recognised_on": date(1987, 3, 12)},
            "la date de l’arrêté de reconnaissance de la mission",
        ),
        ("oig_other", {"category_detail": "fonds local"}, "la précision de la catégorie de l’organisme"),
    ],
)
def test_a_category_with_dots_to_fill_in_needs_them_filled(
    category: str, facts: dict[str, Any], missing: str
) -> None:
    without = a_snapshot(organisation={"category": category})
    filled = a_snapshot(organisation={"category": category, **facts})

    assert missing_mentions(without) == [missing]
    assert missing_mentions(filled) == []


def test_a_receipt_without_any_article_is_refused() -> None:
    of_a_company = a_snapshot(
        organisation={"category": "anr"}, nature="in_kind", method="none", description="Un lit"
    )

    assert missing_mentions(of_a_company) == ["un article du code général des impôts qui s’applique à ce don"]


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
