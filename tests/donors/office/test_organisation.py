"""Claire keeps the organisation's details right; nobody deletes it."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from donors.campaigns.models import Organisation
from donors.campaigns.regimes import OrganisationRegime
from donors.office.organisation_forms import NO_REGIME
from tests.donors.office.test_campaigns import counters, row
from tests.factories import SIGNATURE, an_organisation

LIST = "/admin/tresorerie/organismes/"


def form_of(organisation: Organisation, **over: Any) -> dict[str, Any]:
    data = {
        field.name: getattr(organisation, field.name)
        for field in Organisation._meta.concrete_fields
        if field.name != "id"
    }
    data["receipts_enabled"] = "on" if organisation.receipts_enabled else ""
    data = {name: "" if value is None else value for name, value in data.items()}
    regimes = list(organisation.regimes.order_by("starts_on"))
    data |= counters("regimes", len(regimes))
    for number, regime in enumerate(regimes):
        data |= row("regimes", number, **regime_fields(regime))
    return {**data, **over}


def regime_fields(regime: OrganisationRegime, **over: Any) -> dict[str, Any]:
    names = ("id", "starts_on", "regime", "basis", "ruling_reference", "ruling_on", "note")
    facts = {name: getattr(regime, name) or "" for name in names}
    return {**facts, **over}


def save(browser: Client, organisation: Organisation, **over: Any) -> Any:
    return browser.post(f"{LIST}edit/{organisation.pk}/", form_of(organisation, **over))


def test_claire_suspends_the_receipts_with_a_reason(claires_browser: Client) -> None:
    organisation = an_organisation()

    response = claires_browser.post(
        f"{LIST}edit/{organisation.pk}/",
        form_of(organisation, receipts_enabled="", receipts_reason="Rescrit en attente."),
    )

    assert response.status_code == 302
    organisation.refresh_from_db()
    assert (organisation.receipts_enabled, organisation.receipts_reason) == (False, "Rescrit en attente.")


def test_no_change_of_the_receipts_without_a_reason(claires_browser: Client) -> None:
    organisation = an_organisation()

    response = claires_browser.post(
        f"{LIST}edit/{organisation.pk}/", form_of(organisation, receipts_enabled="", receipts_reason="")
    )

    assert "receipts_reason" in response.context["form"].errors
    organisation.refresh_from_db()
    assert organisation.receipts_enabled


def test_claire_changes_who_signs(claires_browser: Client) -> None:
    organisation = an_organisation()

    claires_browser.post(
        f"{LIST}edit/{organisation.pk}/", form_of(organisation, signatory_name="Karim Haddad")
    )

    organisation.refresh_from_db()
    assert organisation.signatory_name == "Karim Haddad"


@pytest.mark.parametrize(
    ("svg", "sentence"),
    [
        ("pas un dessin", "La signature n’est pas un dessin SVG lisible."),
        (SIGNATURE.replace("<path ", "<path onclick='x()' "), "La signature contient « onclick »"),
        (SIGNATURE.replace("</svg>", "<image href='x'/></svg>"), "La signature contient « image »"),
    ],
)
def test_a_signature_that_no_receipt_could_print_is_refused_at_once(
    claires_browser: Client, svg: str, sentence: str
) -> None:
    organisation = an_organisation()

    response = claires_browser.post(
        f"{LIST}edit/{organisation.pk}/", form_of(organisation, signature_svg=svg)
    )

    assert sentence in str(response.context["form"].errors["signature_svg"])
    organisation.refresh_from_db()
    assert organisation.signature_svg == SIGNATURE


@pytest.mark.parametrize("svg", ["", SIGNATURE.replace("#12324a", "black")])
def test_another_signature_or_none_is_kept(claires_browser: Client, svg: str) -> None:
    organisation = an_organisation()

    claires_browser.post(f"{LIST}edit/{organisation.pk}/", form_of(organisation, signature_svg=svg))

    organisation.refresh_from_db()
    assert organisation.signature_svg == svg


def test_claire_adds_no_organisation(claires_browser: Client) -> None:
    assert claires_browser.get(f"{LIST}new/").status_code == 302


@pytest.mark.parametrize("verb", ["delete", "usage", "copy"])
def test_nobody_deletes_an_organisation(verb: str, admins_browser: Client) -> None:
    organisation = an_organisation()

    assert admins_browser.post(f"{LIST}{verb}/{organisation.pk}/").status_code == 404
    assert Organisation.objects.filter(pk=organisation.pk).exists()


def regimes_of(organisation: Organisation) -> list[tuple[str, str, str]]:
    rows = OrganisationRegime.objects.filter(organisation=organisation).order_by("starts_on")
    return [(row.starts_on.isoformat(), row.regime, row.basis) for row in rows]


def with_a_new_regime(organisation: Organisation, **fields: Any) -> dict[str, Any]:
    """Beside the one that the organisation has."""
    facts = {"starts_on": "2026-03-01", "regime": "aid", "basis": "analysis", **fields}
    return counters("regimes", 1, new=1) | row("regimes", 1, **facts)


def test_claire_adds_a_ruling_from_its_day_on(claires_browser: Client) -> None:
    organisation = an_organisation()
    ruling = {"basis": "ruling", "ruling_reference": "2026/117", "ruling_on": "2026-02-12"}

    response = save(claires_browser, organisation, **with_a_new_regime(organisation, **ruling))

    assert response.status_code == 302
    assert regimes_of(organisation) == [
        ("2012-01-01", "general", "analysis"),
        ("2026-03-01", "aid", "ruling"),
    ]


def test_a_form_sent_back_as_it_was_keeps_the_regimes_with_their_keys(claires_browser: Client) -> None:
    organisation = an_organisation()
    before = list(OrganisationRegime.objects.values())

    assert save(claires_browser, organisation).status_code == 302

    assert list(OrganisationRegime.objects.values()) == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"basis": "ruling", "ruling_on": "2026-02-12"}, "Un rescrit a une référence : écrivez-la."),
        ({"basis": "ruling", "ruling_reference": "2026/117"}, "Un rescrit a une date : écrivez-la."),
        ({"starts_on": "2012-01-01"}, "Deux régimes fiscaux commencent le même jour : gardez-en un."),
    ],
)
def test_a_regime_that_says_too_little_is_refused_with_a_sentence(
    claires_browser: Client, fields: dict[str, str], sentence: str
) -> None:
    organisation = an_organisation()

    response = save(claires_browser, organisation, **with_a_new_regime(organisation, **fields))

    assert sentence in response.text
    assert regimes_of(organisation) == [("2012-01-01", "general", "analysis")]


def test_two_regimes_may_exchange_their_days(claires_browser: Client) -> None:
    organisation = an_organisation()
    first = organisation.regimes.get()
    second = OrganisationRegime.objects.create(
        organisation=organisation, starts_on="2026-03-01", regime="aid"
    )

    response = save(
        claires_browser,
        organisation,
        **row("regimes", 0, **regime_fields(first, starts_on="2026-03-01")),
        **row("regimes", 1, **regime_fields(second, starts_on="2012-01-01")),
    )

    assert response.status_code == 302
    assert regimes_of(organisation) == [
        ("2012-01-01", "aid", "analysis"),
        ("2026-03-01", "general", "analysis"),
    ]


def test_receipts_need_a_regime(claires_browser: Client) -> None:
    organisation = an_organisation()

    response = save(claires_browser, organisation, **{"regimes-0-DELETE": "on"})

    assert response.context["form"].errors["receipts_enabled"] == [NO_REGIME]
    assert len(regimes_of(organisation)) == 1


def test_without_receipts_the_last_regime_may_go(claires_browser: Client) -> None:
    organisation = an_organisation()

    save(claires_browser, organisation, receipts_enabled="", **{"regimes-0-DELETE": "on"})

    assert regimes_of(organisation) == []


def test_a_category_asks_for_its_dates_beside_them(claires_browser: Client) -> None:
    organisation = an_organisation()

    response = save(claires_browser, organisation, category="oig_rup", recognised_on="1987-03-12")

    assert response.context["form"].errors == {
        "published_on": ["Cette catégorie le demande : la date de publication du décret au Journal officiel."]
    }


def test_a_decree_is_not_published_before_it_is_signed(claires_browser: Client) -> None:
    organisation = an_organisation()
    dates = {"recognised_on": "1987-03-15", "published_on": "1987-03-14"}

    response = save(claires_browser, organisation, category="oig_rup", **dates)

    assert "Un décret est publié après sa signature" in str(response.context["form"].errors)


def test_a_category_with_all_its_dates_is_kept(claires_browser: Client) -> None:
    organisation = an_organisation()
    dates = {"recognised_on": "1987-03-12", "published_on": "1987-03-14"}

    assert save(claires_browser, organisation, category="oig_rup", **dates).status_code == 302

    organisation.refresh_from_db()
    assert organisation.category == "oig_rup"
    assert organisation.published_on == date(1987, 3, 14)


def test_claire_says_in_which_month_the_financial_year_ends(claires_browser: Client) -> None:
    organisation = an_organisation()
    assert organisation.financial_year_ends_in == 12

    save(claires_browser, organisation, financial_year_ends_in="6")

    organisation.refresh_from_db()
    assert organisation.get_financial_year_ends_in_display() == "juin"


def test_a_month_that_is_none_is_refused(claires_browser: Client) -> None:
    organisation = an_organisation()

    response = save(claires_browser, organisation, financial_year_ends_in="13")

    assert "financial_year_ends_in" in response.context["form"].errors
    organisation.refresh_from_db()
    assert organisation.financial_year_ends_in == 12


@pytest.mark.django_db
def test_the_database_knows_twelve_months() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        an_organisation(financial_year_ends_in=13)
