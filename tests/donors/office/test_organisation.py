"""Claire keeps the organisation's details right; nobody deletes it."""

from typing import Any

import pytest
from django.test import Client

from donors.campaigns.models import Organisation
from donors.campaigns.regimes import OrganisationRegime
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
