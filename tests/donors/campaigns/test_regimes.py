"""Since when an organisation is under which rule."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from donors.campaigns.models import Organisation
from donors.campaigns.regimes import OrganisationRegime, regimes_of
from tests.factories import an_organisation

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST, SECOND = date(2020, 3, 1), date(2025, 9, 1)


def a_regime(organisation: Organisation, starts_on: date, **over: Any) -> OrganisationRegime:
    return OrganisationRegime.objects.create(organisation=organisation, starts_on=starts_on, **over)


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        (FIRST - DAY, None),
        (FIRST, "general"),
        (SECOND - DAY, "general"),
        (SECOND, "aid"),
        (date(2040, 1, 1), "aid"),
    ],
)
def test_a_regime_holds_until_the_next_one_begins(day: date, regime: str | None) -> None:
    organisation = an_organisation(regime="")
    a_regime(organisation, SECOND, regime="aid")
    a_regime(organisation, FIRST)
    other = an_organisation(regime="", siren="552100554")
    a_regime(other, date(2000, 1, 1))

    found = regimes_of([organisation.pk, other.pk]).on(day, organisation_id=organisation.pk)

    assert (found.regime if found else None) == regime


def test_two_regimes_never_begin_on_the_same_day() -> None:
    organisation = an_organisation(regime="")
    a_regime(organisation, FIRST)

    with pytest.raises(IntegrityError), transaction.atomic():
        a_regime(organisation, FIRST, regime="aid")


@pytest.mark.parametrize(
    "wrong",
    [
        {"regime": "lottery"},
        {"basis": "rumour"},
        {"basis": "ruling"},
        {"basis": "ruling", "ruling_reference": "2024/17"},
        {"basis": "ruling", "ruling_on": FIRST},
    ],
)
def test_the_database_refuses_an_unknown_regime_and_a_ruling_without_a_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_regime(an_organisation(regime=""), FIRST, **wrong)


def test_a_ruling_says_what_it_lacks() -> None:
    with pytest.raises(ValidationError) as refused:
        OrganisationRegime(starts_on=FIRST, basis="ruling").clean()

    assert refused.value.message_dict == {
        "ruling_reference": ["Un rescrit a une référence : écrivez-la."],
        "ruling_on": ["Un rescrit a une date : écrivez-la."],
    }


def test_a_regime_reads_as_people_say_it() -> None:
    regime = OrganisationRegime(starts_on=FIRST)
    assert str(regime) == "Intérêt général (article 200 du CGI, 1), depuis le 01/03/2020"


@pytest.mark.parametrize(
    ("wrong"), [{"category": "club"}, {"recognised_on": date(1987, 3, 15), "published_on": date(1987, 3, 14)}]
)
def test_the_database_knows_the_categories_and_the_order_of_their_dates(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        an_organisation(**wrong)
