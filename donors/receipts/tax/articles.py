"""Which articles of the tax code (CGI) a receipt may name."""

from datetime import date
from enum import StrEnum

from donors.campaigns.categories import OrganisationCategory
from donors.receipts.categories import CATEGORIES
from donors.receipts.tax.law import NoRule, TaxRegime
from donors.receipts.tax.reduction import company_regime, rule_for


class Article(StrEnum):
    INCOME = "200"
    WEALTH = "978"
    COMPANY = "238 bis"


def articles_for(category: str, *, regime: str | None, is_company: bool, on: date) -> tuple[Article, ...]:
    """The articles that apply to a gift of this day to a body of this category; none without a regime.

    Art. 978 is a closed list, and for money and listed shares alone: for a gift in kind leave it out."""
    if regime is None:
        return ()
    on_form = CATEGORIES[OrganisationCategory(category)]
    if is_company:
        wanted = [(Article.COMPANY, on_form.companies, company_regime(regime))]
    else:
        wanted = [
            (Article.INCOME, on_form.income, TaxRegime(regime)),
            (Article.WEALTH, on_form.wealth, TaxRegime.WEALTH),
        ]
    return tuple(article for article, may, ruled in wanted if may and _is_ruled(ruled, on))


def printed_articles(
    category: str, *, is_company: bool, suits_wealth: bool
) -> tuple[tuple[Article, bool], ...]:
    """The articles of the form with their ticks, for a gift that `articles_for` found something for.

    `suits_wealth` is False for a gift of anything but money and listed shares."""
    on_form = CATEGORIES[OrganisationCategory(category)]
    if is_company:
        return ((Article.COMPANY, on_form.companies),)
    return ((Article.INCOME, on_form.income), (Article.WEALTH, on_form.wealth and suits_wealth))


def _is_ruled(regime: TaxRegime, on: date) -> bool:
    try:
        rule_for(regime, on)
    except NoRule:
        return False
    return True
