"""Bruno sets up a campaign: amounts are typed in euros and stored in cents."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from donors.campaigns.models import Campaign, GiftPreset, Goal
from donors.office.campaigns import KEPT
from tests.factories import a_campaign, a_donation, an_organisation

LIST = "/admin/campagnes/"


def form_of(campaign: Campaign, **over: Any) -> dict[str, Any]:
    """What the browser sends for a campaign as it stands."""
    presets, goals = list(campaign.presets.all()), list(campaign.goals.all())
    data: dict[str, Any] = {
        "name": campaign.name,
        "code": campaign.code,
        "organisation": campaign.organisation_id,
        "starts_on": campaign.starts_on.strftime("%d/%m/%Y"),
        "ends_on": campaign.ends_on.strftime("%d/%m/%Y"),
        "minimum_cents": "5",
        "maximum_cents": "10 000",
        **counters("presets", len(presets)),
        **counters("goals", len(goals)),
    }
    for number, preset in enumerate(presets):
        data |= row(
            "presets",
            number,
            id=preset.pk,
            frequency=preset.frequency,
            amount_cents=preset.amount_cents // 100,
            text=preset.text,
        )
    for number, goal in enumerate(goals):
        data |= row("goals", number, id=goal.pk, kind=goal.kind, target=goal.target // 100)
    return {**data, **over}


def counters(name: str, rows: int, *, new: int = 0) -> dict[str, Any]:
    return {f"{name}-TOTAL_FORMS": rows + new, f"{name}-INITIAL_FORMS": rows, f"{name}-MIN_NUM_FORMS": 0}


def row(name: str, number: int, **fields: Any) -> dict[str, Any]:
    return {f"{name}-{number}-{field}": value for field, value in fields.items()}


def save(browser: Client, campaign: Campaign, **over: Any) -> Any:
    return browser.post(f"{LIST}edit/{campaign.pk}/", form_of(campaign, **over))


def presets_of(campaign: Campaign) -> list[int]:
    return list(GiftPreset.objects.filter(campaign=campaign).values_list("amount_cents", flat=True))


def test_the_form_shows_euros(brunos_browser: Client) -> None:
    campaign = a_campaign(minimum_cents=550)

    page = brunos_browser.get(f"{LIST}edit/{campaign.pk}/").text

    assert 'name="minimum_cents" value="5,50"' in page
    assert 'name="maximum_cents" value="10000"' in page
    assert 'name="presets-0-amount_cents" value="20"' in page
    assert 'name="goals-0-target" value="20000"' in page


def test_a_form_sent_back_as_it_was_changes_nothing(brunos_browser: Client) -> None:
    campaign = a_campaign()
    keys = list(GiftPreset.objects.values_list("pk", "amount_cents", "text"))

    response = save(brunos_browser, campaign)

    assert response.status_code == 302
    campaign.refresh_from_db()
    assert (campaign.minimum_cents, campaign.maximum_cents) == (500, 1_000_000)
    assert list(GiftPreset.objects.values_list("pk", "amount_cents", "text")) == keys
    assert Goal.objects.get().target == 2_000_000


def test_euros_become_cents(brunos_browser: Client) -> None:
    campaign = a_campaign()

    save(
        brunos_browser,
        campaign,
        minimum_cents="7,50 €",
        **row("presets", 0, amount_cents="25.50"),
        **row("goals", 0, target="1 234,56 €"),
    )

    campaign.refresh_from_db()
    assert campaign.minimum_cents == 750
    assert presets_of(campaign) == [2550, 5000, 8000, 15000]
    assert Goal.objects.get().target == 123_456


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("cinq", "Écrivez le montant en chiffres"),
        ("5,555", "s’arrête aux centimes"),
        ("-5", "supérieur à zéro"),
        ("0", "supérieur à zéro"),
        ("0,10", "Stripe n’accepte rien au-dessous de 0,50 €."),
        ("1000000", "Stripe n’accepte rien au-dessus de 999 999,99 €."),
        ("20000", "Le maximum doit dépasser le minimum."),
    ],
)
def test_an_amount_that_cannot_be_is_explained_and_kept(typed: str, why: str, brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(brunos_browser, campaign, minimum_cents=typed)

    assert response.status_code == 200
    assert why in response.text
    assert f'value="{typed}"' in response.text
    campaign.refresh_from_db()
    assert campaign.minimum_cents == 500


def test_an_empty_amount_is_asked_for(brunos_browser: Client) -> None:
    campaign = a_campaign()

    assert "minimum_cents" in save(brunos_browser, campaign, minimum_cents="").context["form"].errors


def test_amounts_can_move_up_onto_each_other(brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(
        brunos_browser,
        campaign,
        **row("presets", 0, amount_cents="50"),
        **row("presets", 1, amount_cents="80"),
        **row("presets", 2, amount_cents="150"),
        **row("presets", 3, amount_cents="300"),
    )

    assert response.status_code == 302
    assert presets_of(campaign) == [5000, 8000, 15000, 30000]


def test_the_ticked_amount_can_change(brunos_browser: Client) -> None:
    campaign = a_campaign()
    GiftPreset.objects.filter(amount_cents=8000).update(selected=True)

    response = save(brunos_browser, campaign, **row("presets", 0, selected="on"))

    assert response.status_code == 302
    assert GiftPreset.objects.get(selected=True).amount_cents == 2000


def test_two_ticked_amounts_are_refused(brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(
        brunos_browser, campaign, **row("presets", 0, selected="on"), **row("presets", 1, selected="on")
    )

    assert "Un seul montant par fréquence peut être coché au départ." in response.text
    assert not GiftPreset.objects.filter(selected=True).exists()


def test_the_same_amount_twice_is_refused(brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(brunos_browser, campaign, **row("presets", 0, amount_cents="50"))

    assert "Le même montant est proposé deux fois." in response.text
    assert presets_of(campaign) == [2000, 5000, 8000, 15000]


def test_an_amount_can_be_added_and_another_removed(brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(
        brunos_browser,
        campaign,
        **counters("presets", 4, new=1),
        **row("presets", 0, DELETE="on"),
        **row("presets", 4, frequency="once", amount_cents="500", text="Une salle pour un mois", id=""),
    )

    assert response.status_code == 302
    assert presets_of(campaign) == [5000, 8000, 15000, 50000]


def test_a_goal_of_donors_is_a_number_and_not_euros(brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(
        brunos_browser,
        campaign,
        **counters("goals", 1, new=1),
        **row("goals", 1, kind="donors", target="1 000", id=""),
    )

    assert response.status_code == 302
    assert Goal.objects.get(kind="donors").target == 1000
    assert 'name="goals-0-target" value="1000"' in brunos_browser.get(f"{LIST}edit/{campaign.pk}/").text


@pytest.mark.parametrize("typed", ["12,5", "beaucoup", "0", "-3", "9" * 12])
def test_a_number_of_donors_that_cannot_be_is_explained(typed: str, brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(
        brunos_browser,
        campaign,
        **counters("goals", 1, new=1),
        **row("goals", 1, kind="donors", target=typed, id=""),
    )

    assert "Indiquez un nombre entier de donateurs" in response.text
    assert Goal.objects.count() == 1


def test_two_goals_of_the_same_kind_are_refused(brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(
        brunos_browser,
        campaign,
        **counters("goals", 1, new=1),
        **row("goals", 1, kind="raised", target="500", id=""),
    )

    assert response.status_code == 200
    assert "gardez-en un" in response.text
    assert Goal.objects.count() == 1


def test_what_an_existing_goal_counts_does_not_change(brunos_browser: Client) -> None:
    campaign = a_campaign()

    save(brunos_browser, campaign, **row("goals", 0, kind="donors"))

    assert Goal.objects.get().kind == Goal.Kind.RAISED


def test_the_last_day_follows_the_first(brunos_browser: Client) -> None:
    campaign = a_campaign()

    response = save(brunos_browser, campaign, starts_on="30/06/2026", ends_on="01/06/2026")

    assert "Le dernier jour doit suivre le premier." in response.text


def test_the_list_says_which_campaign_is_open(brunos_browser: Client) -> None:
    a_campaign(name="Campagne ouverte")

    page = brunos_browser.get(LIST).text

    assert "Campagne ouverte" in page
    assert "Ouverte" in page


def test_bruno_adds_and_deletes_no_campaign(brunos_browser: Client) -> None:
    campaign = a_campaign()

    for path in ("new/", f"delete/{campaign.pk}/"):
        assert brunos_browser.post(LIST + path).status_code == 302
    assert Campaign.objects.get() == campaign


def test_the_administrator_adds_a_campaign(admins_browser: Client) -> None:
    organisation = an_organisation()

    response = admins_browser.post(
        f"{LIST}new/",
        {
            "name": "Noël",
            "code": "noel",
            "organisation": organisation.pk,
            "starts_on": "2026-12-01",
            "ends_on": "2026-12-31",
            "minimum_cents": "5",
            "maximum_cents": "5000",
            **counters("presets", 0, new=1),
            **row("presets", 0, frequency="once", amount_cents="20"),
            **counters("goals", 0),
        },
    )

    assert response.status_code == 302
    campaign = Campaign.objects.get(code="noel")
    assert (campaign.maximum_cents, presets_of(campaign)) == (500_000, [2000])


def test_a_campaign_with_gifts_is_kept_and_says_why(admins_browser: Client) -> None:
    campaign = a_campaign()
    a_donation(campaign=campaign)

    for ask in (admins_browser.get, admins_browser.post):
        response = ask(f"{LIST}delete/{campaign.pk}/", follow=True)
        assert KEPT in response.text
    assert Campaign.objects.filter(pk=campaign.pk).exists()


def test_a_campaign_without_gifts_can_be_deleted(admins_browser: Client) -> None:
    campaign = a_campaign()

    assert "Oui, supprimer" in admins_browser.get(f"{LIST}delete/{campaign.pk}/").text
    admins_browser.post(f"{LIST}delete/{campaign.pk}/")

    assert not Campaign.objects.exists()


def test_claire_sees_campaigns_and_changes_none(claires_browser: Client) -> None:
    campaign = a_campaign()

    assert campaign.name in claires_browser.get(LIST).text
    assert claires_browser.get(f"{LIST}edit/{campaign.pk}/").status_code == 302
    assert User.objects.get(username="claire").has_perm("donors.change_campaign") is False
