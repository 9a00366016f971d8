"""Claire sees which tax rules the site applies, and which of them somebody should look at again."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from donors.campaigns.models import PARIS
from donors.office.tax_rules import NAMES, rules_to_check, tax_rows
from donors.receipts.tax.checked import GOOD_FOR
from donors.receipts.tax.law import TaxRegime
from donors.receipts.tax.rows import CHECKED_ON
from tests.factories import claire

PAGE = "/admin/tresorerie/regles-fiscales/"
HOME = "/admin/"
LAST_GOOD_DAY = CHECKED_ON + GOOD_FOR


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)


def figures_on(day: date) -> dict[str, str]:
    return {row.name: row.figures.replace("\u00a0", " ").replace("\u202f", " ") for row in tax_rows(day)}


def test_the_figures_are_those_of_the_day_in_french() -> None:
    assert figures_on(date(2026, 11, 23)) == {
        "Particuliers : intérêt général": "66 % du don ; dans la limite de 20 % du revenu imposable",
        "Particuliers : aide aux personnes en difficulté": (
            "75 % jusqu’à 2 000 € par an, puis 66 % ; dans la limite de 20 % du revenu imposable"
        ),
        "Particuliers : aide aux victimes de violences": (
            "75 % jusqu’à 2 000 € par an, puis 66 % ; dans la limite de 20 % du revenu imposable"
        ),
        "Entreprises": "60 % jusqu’à 2 000 000 € par an, puis 40 %",
        "Entreprises : aide aux personnes en difficulté": "60 % du don",
        "Impôt sur la fortune immobilière": "75 % du don ; réduction de 50 000 € par an au plus",
        "Entreprises : plafond des dons": (
            "20 000 € ou 5 ‰ du chiffre d’affaires, si c’est plus, par exercice"
        ),
        "Contreparties": "25 % du don au plus, et pour un particulier 73 € par an",
    }


def test_the_eve_of_the_new_ceiling_shows_the_old_one() -> None:
    aid = "Particuliers : aide aux personnes en difficulté"

    assert "jusqu’à 1 000 €" in figures_on(date(2025, 10, 13))[aid]
    assert "jusqu’à 2 000 €" in figures_on(date(2025, 10, 14))[aid]


def test_every_regime_has_a_name() -> None:
    assert set(NAMES) == set(TaxRegime)


@pytest.mark.parametrize(("later", "every_row"), [(timedelta(0), False), (timedelta(days=1), True)])
@pytest.mark.django_db
def test_claire_reads_what_to_check(client: Client, later: timedelta, every_row: bool) -> None:
    day = LAST_GOOD_DAY + later
    with time_machine.travel(noon(day), tick=False):
        client.force_login(claire())
        page, home = client.get(PAGE).text, client.get(HOME).text

    assert ("Vérifiée il y a plus d’un an." in page) == every_row
    assert "Le seuil annuel des contreparties pour 2026 à 2030 n’a pas été trouvé" in page
    count = len(tax_rows(day)) if every_row else 1
    assert rules_to_check(noon(day)) == page.count("w-status--primary") == count
    assert f'<a href="{PAGE}">{count}</a>' in home


def test_bruno_has_no_business_there(brunos_browser: Client) -> None:
    assert brunos_browser.get(PAGE).status_code == 302
    assert "Règles fiscales" not in brunos_browser.get(HOME).text
