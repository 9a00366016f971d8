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


# The form a second time: the first words of each box, in its order.
BOXES = [
    ("oig_association", "Association loi 1901"),
    ("oig_rup", "Association ou fondation reconnue d’utilité publique"),
    ("oig_rup_foundation", "Association ou fondation reconnue d’utilité publique"),
    ("oig_rup_alsace_moselle", "Association située dans le département de la Moselle, du Bas-Rhin ou du"),
    ("oig_university_foundation", "Fondation universitaire ou fondation partenariale"),
    ("oig_company_foundation", "Fondation d’entreprise"),
    ("oig_museum", "Musée de France"),
    (
        "oig_food_aid",
        "Organisme sans but lucratif fournissant gratuitement une aide alimentaire ou des soins",
    ),
    ("oig_forest", "Communes, syndicats intercommunaux ou mixtes de gestion forestière"),
    ("oig_other", "Autre organisme d’intérêt général"),
    ("alsace_moselle_worship", "Association cultuelle et établissement public reconnus d’Alsace-Moselle"),
    ("endowment_fund", "Fonds de dotation"),
    (
        "press_pluralism",
        "Association d’intérêt général exerçant des actions concrètes en faveur du pluralisme",
    ),
    (
        "higher_education",
        "Établissement d’enseignement supérieur ou d’enseignement artistique public ou privé",
    ),
    ("consular_school", "Établissement d’enseignement supérieur consulaire prévu à l’article L. 711-17"),
    ("sme_support", "Organisme agréé ayant pour objectif exclusif d’accorder des aides financières"),
    ("performing_arts", "Organisme public ou privé dont la gestion est désintéressée et qui a pour activité"),
    (
        "heritage_foundation",
        "Fondation du patrimoine ou fondation ou association reconnue d’utilité publique",
    ),
    ("cultural_property", "Organisme ayant pour objet la sauvegarde, contre les effets d’un conflit armé"),
    ("research", "Établissement de recherche public ou privé, d’intérêt général, à but non lucratif"),
    ("insertion_company", "Entreprise d’insertion ou entreprise de travail temporaire d’insertion"),
    ("intermediate_association", "Association intermédiaire (article L. 5132-7 du code du travail)"),
    ("insertion_workshop", "Ateliers et chantiers d’insertion (article L. 5132-15 du code du travail)"),
    ("adapted_company", "Entreprises adaptées (article L. 5213-13 du code du travail)"),
    ("anr", "Agence nationale de la recherche (ANR)"),
    ("geiq", "Groupement d’employeurs pour l’insertion et la qualification"),
    ("business_creation", "Association reconnue d’utilité publique de financement et d’accompagnement"),
    ("eu_organism", "Organisme établi dans un État membre de l’Union européenne autre que la France"),
]


def test_the_boxes_stand_in_the_order_of_the_form() -> None:
    assert list(CATEGORIES) == list(OrganisationCategory)
    assert [code for code, _ in BOXES] == OrganisationCategory.values


@pytest.mark.parametrize(("code", "words"), BOXES)
def test_a_box_says_the_words_of_the_form(code: str, words: str) -> None:
    assert CATEGORIES[OrganisationCategory(code)].label.startswith(words)
