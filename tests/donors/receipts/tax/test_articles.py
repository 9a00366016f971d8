from datetime import date

import pytest

from donors.campaigns.categories import OrganisationCategory
from donors.receipts.categories import CATEGORIES
from donors.receipts.tax.articles import articles_for, printed_articles

TODAY = date(2027, 6, 12)

CLOSED_LIST = {
    "oig_rup_foundation",
    "oig_university_foundation",
    "higher_education",
    "consular_school",
    "research",
    "insertion_company",
    "intermediate_association",
    "insertion_workshop",
    "adapted_company",
    "anr",
    "geiq",
    "business_creation",
}
WEALTH_ALONE = {"insertion_company", "adapted_company", "anr", "geiq"}
NOT_FOR_COMPANIES = WEALTH_ALONE | {"intermediate_association", "insertion_workshop"}


@pytest.mark.parametrize("category", OrganisationCategory.values)
def test_each_category_has_the_articles_of_the_law(category: str) -> None:
    of_a_person = articles_for(category, regime="general", is_company=False, on=TODAY)
    of_a_company = articles_for(category, regime="general", is_company=True, on=TODAY)

    assert ("978" in of_a_person) == (category in CLOSED_LIST)
    assert ("200" in of_a_person) == (category not in WEALTH_ALONE)
    assert of_a_company == (() if category in NOT_FOR_COMPANIES else ("238 bis",))


def test_the_usual_association_has_article_200_alone() -> None:
    assert articles_for("oig_association", regime="general", is_company=False, on=TODAY) == ("200",)
    assert articles_for("oig_food_aid", regime="aid", is_company=False, on=TODAY) == ("200",)


@pytest.mark.parametrize("is_company", [True, False])
def test_without_a_regime_no_article_applies(is_company: bool) -> None:
    assert articles_for("research", regime=None, is_company=is_company, on=TODAY) == ()


@pytest.mark.parametrize(
    ("regime", "is_company", "last_day_without"),
    [
        ("general", False, date(2004, 12, 31)),
        ("aid", False, date(2011, 12, 31)),
        ("aid", True, date(2018, 12, 31)),
    ],
)
def test_no_article_applies_before_its_first_row(
    regime: str, is_company: bool, last_day_without: date
) -> None:
    before = articles_for("oig_association", regime=regime, is_company=is_company, on=last_day_without)
    first = last_day_without.replace(year=last_day_without.year + 1, month=1, day=1)

    assert before == ()
    assert len(articles_for("oig_association", regime=regime, is_company=is_company, on=first)) == 1


def test_the_wealth_tax_of_today_is_younger_than_its_donors() -> None:
    assert articles_for("research", regime="general", is_company=False, on=date(2017, 12, 31)) == ("200",)
    assert articles_for("research", regime="general", is_company=False, on=date(2018, 1, 1)) == ("200", "978")


def test_the_form_of_a_person_prints_both_articles_and_ticks_what_applies() -> None:
    usual = printed_articles("oig_association", is_company=False, suits_wealth=True)
    research = printed_articles("research", is_company=False, suits_wealth=True)
    in_kind = printed_articles("research", is_company=False, suits_wealth=False)
    company = printed_articles("research", is_company=True, suits_wealth=False)

    assert usual == (("200", True), ("978", False))
    assert research == (("200", True), ("978", True))
    assert in_kind == (("200", True), ("978", False))
    assert company == (("238 bis", True),)


@pytest.mark.parametrize("is_company", [True, False])
@pytest.mark.parametrize("category", OrganisationCategory.values)
def test_what_is_ticked_is_what_applies_today(category: str, is_company: bool) -> None:
    printed = printed_articles(category, is_company=is_company, suits_wealth=True)
    ticked = tuple(article for article, is_ticked in printed if is_ticked)

    assert ticked == articles_for(category, regime="general", is_company=is_company, on=TODAY)


def test_every_category_is_on_the_form() -> None:
    assert set(CATEGORIES) == set(OrganisationCategory)
