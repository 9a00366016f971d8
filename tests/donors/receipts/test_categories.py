from datetime import date
from typing import Any

import pytest

from donors.campaigns.categories import OrganisationCategory
from donors.campaigns.models import Organisation
from donors.receipts.categories import CATEGORIES, detail_of, group_of, lacking, missing_for

DECREE, JOURNAL = date(1987, 3, 12), date(1987, 3, 14)


@pytest.mark.parametrize(
    ("category", "facts", "detail"),
    [
        ("oig_association", {}, ""),
        ("oig_association", {"category_detail": "rien à préciser", "recognised_on": DECREE}, ""),
        (
            "oig_rup",
            {"recognised_on": DECREE, "published_on": JOURNAL},
            "par décret en date du 12 mars 1987 publié au Journal officiel du 14 mars 1987",
        ),
        ("oig_rup_alsace_moselle", {"recognised_on": DECREE}, "par arrêté en date du 12 mars 1987"),
        ("oig_other", {"category_detail": "fonds local"}, "fonds local"),
        ("heritage_foundation", {}, ""),
        ("heritage_foundation", {"approved_on": date(2024, 2, 1)}, "agrément du 1er février 2024"),
        ("eu_organism", {"approved_on": date(2024, 2, 1)}, "agrément du 1er février 2024"),
    ],
)
def test_the_dots_of_the_form_are_filled_in(category: str, facts: dict[str, Any], detail: str) -> None:
    organisation = Organisation(category=category, **facts)

    assert detail_of(organisation) == detail
    assert lacking(organisation) == []


@pytest.mark.parametrize("category", ["oig_rup", "oig_rup_foundation"])
@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ["recognised_on", "published_on"]),
        ({"recognised_on": DECREE}, ["published_on"]),
        ({"published_on": JOURNAL}, ["recognised_on"]),
    ],
)
def test_half_a_detail_is_none(category: str, facts: dict[str, Any], missing: list[str]) -> None:
    organisation = Organisation(category=category, **facts)

    assert detail_of(organisation) == ""
    assert [fact.column for fact in lacking(organisation)] == missing


def test_blanks_specify_nothing() -> None:
    assert [fact.column for fact in lacking(Organisation(category="oig_other", category_detail="  "))] == [
        "category_detail"
    ]


def test_the_boxes_under_general_interest_are_those_of_the_form() -> None:
    grouped = {code for code in OrganisationCategory.values if group_of(code)}

    assert grouped == {code for code in OrganisationCategory.values if code.startswith("oig_")}


@pytest.mark.parametrize("code", OrganisationCategory)
def test_every_category_has_words_of_its_own_and_names_what_it_lacks(code: OrganisationCategory) -> None:
    on_form = CATEGORIES[code]

    assert on_form.label[0].isupper()
    assert "'" not in on_form.label
    assert all(sentence.startswith("la ") for sentence in missing_for(code))
    assert on_form.income or on_form.wealth or on_form.companies
