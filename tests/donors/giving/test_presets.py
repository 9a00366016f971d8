"""What the form may announce about tax: the law of the day, read from dated rows."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from donors.campaigns.models import Campaign, Frequency
from donors.campaigns.regimes import OrganisationRegime
from donors.giving.presets import TaxHint, preset_options, tax_hint
from tests.factories import a_campaign, an_organisation

pytestmark = pytest.mark.django_db

TODAY = date(2027, 6, 12)


def hint_of(campaign: Campaign, on: date = TODAY) -> TaxHint:
    found = tax_hint(campaign.organisation, on)
    assert found is not None
    return found


def costs_of(campaign: Campaign, on: date = TODAY) -> list[str]:
    options = preset_options(campaign, tax=tax_hint(campaign.organisation, on))
    return [option.cost.replace("\u00a0", " ") for option in options[Frequency.ONCE]]


def test_each_amount_says_what_it_costs_under_the_regime_of_the_day() -> None:
    campaign = a_campaign()
    OrganisationRegime.objects.create(
        organisation=campaign.organisation, starts_on=date(2027, 6, 13), regime="aid"
    )

    assert costs_of(campaign) == ["6,80 €", "17 €", "27,20 €", "51 €"]
    assert costs_of(campaign, date(2027, 6, 13)) == ["5 €", "12,50 €", "20 €", "37,50 €"]


def test_a_company_reads_the_rule_of_what_the_body_does() -> None:
    general, aid = (
        hint_of(a_campaign(organisation=an_organisation(regime=regime))) for regime in ("general", "aid")
    )

    assert (general.company_rule.regime, aid.company_rule.regime) == ("company", "company_aid")
    assert general.company_base == "20\u202f000\u00a0€"
    assert general.base.turnover_per_thousand == 5


def test_only_a_rule_with_a_ceiling_names_one() -> None:
    assert hint_of(a_campaign()).ceiling == ""
    assert hint_of(a_campaign(organisation=an_organisation(regime="aid"))).ceiling == "2\u202f000\u00a0€"


@pytest.mark.parametrize(
    ("facts", "on"),
    [
        ({"receipts_enabled": False}, TODAY),
        ({"regime": ""}, TODAY),
        ({}, date(2011, 12, 31)),  # the regime's first day is 1 January 2012
        ({}, date(2012, 6, 12)),  # no row for companies that early
    ],
)
def test_nothing_is_announced_without_receipts_a_regime_or_a_rule(facts: dict[str, str], on: date) -> None:
    campaign = a_campaign(organisation=an_organisation(**facts))

    assert tax_hint(campaign.organisation, on) is None
    assert costs_of(campaign, on) == ["", "", "", ""]


def test_the_law_is_asked_once_however_many_amounts_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = a_campaign()

    with django_assert_num_queries(2):
        preset_options(campaign, tax=tax_hint(campaign.organisation, TODAY))
