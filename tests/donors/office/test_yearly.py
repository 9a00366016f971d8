"""Claire issues the yearly receipts: preview, start, progress, results, failures taken up again."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donors.campaigns.models import PARIS, Campaign, Organisation, local_day
from donors.office import yearly_preview
from donors.office.yearly_preview import look_at
from donors.receipts import runs
from donors.receipts.models import Receipt
from donors.receipts.plan import plan_year
from donors.receipts.run_models import ReceiptRun
from donors.receipts.runs import carry_on, start_run
from donors.tasks import carry_receipt_run
from tests.factories import a_campaign, a_company, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db

LAST_YEAR = local_day(timezone.now()).year - 1
ROOM = "/admin/tresorerie/recus-annuels/"


def a_run(organisation: Organisation, year: int = LAST_YEAR) -> ReceiptRun:
    """One that found nothing and has ended."""
    at = timezone.now()
    return ReceiptRun.objects.create(
        organisation=organisation,
        year=year,
        livemode=False,
        started_at=at,
        prepared_at=at,
        next_try_at=at,
        finished_at=at,
    )


def credited(month: int, year: int = LAST_YEAR) -> datetime:
    return datetime(year, month, 5, 10, tzinfo=PARIS)


@pytest.fixture
def campaign() -> Campaign:
    """Last year Amina gave twice, a company once, and somebody without an address once."""
    campaign = a_campaign()
    amina = a_donor()
    for month in (3, 9):
        a_paid_donation(campaign=campaign, donor=amina, credited_at=credited(month))
    a_paid_donation(campaign=campaign, donor=a_company(), credited_at=credited(4), amount_cents=120_000)
    a_paid_donation(
        campaign=campaign, donor=a_donor(last_name="Sans-Adresse", street=""), credited_at=credited(5)
    )
    return campaign


def asked(campaign: Campaign, year: int = LAST_YEAR) -> dict[str, Any]:
    return {"annee": year, "organisme": campaign.organisation_id}


def preview(browser: Client, campaign: Campaign, **more: Any) -> str:
    return plain(browser.get(f"{ROOM}apercu/", {**asked(campaign), **more}).text)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def begin(browser: Client, campaign: Campaign) -> ReceiptRun:
    answer = browser.post(f"{ROOM}emettre/", asked(campaign))
    run = ReceiptRun.objects.latest("pk")
    assert answer["Location"] == f"{ROOM}{run.pk}/"
    return run


def work() -> None:
    """What the worker finds in its queue."""
    for task in DBTaskResult.objects.filter(task_path="donors.tasks.carry_receipt_run"):
        carry_receipt_run.call(*task.args_kwargs["args"])


def test_the_preview_keeps_persons_and_companies_apart_and_writes_nothing(
    claires_browser: Client, campaign: Campaign
) -> None:
    page = preview(claires_browser, campaign)

    assert "2 pour 1 300 €" in page
    assert "1 reçu, 100 €" in page
    assert "1 reçu, 1 200 €" in page
    assert "1 donateur" in page
    assert "Amina Benali" in page
    assert "Sans-Adresse" not in page
    assert not Receipt.objects.exists()
    assert not ReceiptRun.objects.exists()


def test_who_cannot_have_one_is_listed_with_the_reason(claires_browser: Client, campaign: Campaign) -> None:
    page = preview(claires_browser, campaign, liste="bloques")

    assert "Sans-Adresse" in page
    assert "L’adresse du donateur est incomplète." in page
    assert "Boulangerie Martin" not in page


def test_the_plan_can_be_taken_home_as_csv(claires_browser: Client, campaign: Campaign) -> None:
    answer = claires_browser.get(f"{ROOM}apercu/", {**asked(campaign), "export": "csv"})

    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert f"recus-annuels-{LAST_YEAR}-apercu-" in answer["Content-Disposition"]
    assert lines[0].startswith("Donateur;Adresse e-mail;")
    assert any(line.endswith("Particulier;Annuel;2;100,00;0;") for line in lines)
    assert any("Aucun;0;0,00;1;L’adresse du donateur est incomplète." in line for line in lines)


def test_who_may_look_and_not_export_gets_no_csv(db: None, campaign: Campaign) -> None:
    reader = User.objects.create_user("lecteur", "l@example.org", "a long pass phrase")
    names = ["access_admin", "view_receiptrun"]
    reader.user_permissions.set(Permission.objects.filter(codename__in=names))
    browser = Client()
    browser.force_login(reader)

    page = browser.get(f"{ROOM}apercu/", asked(campaign)).text
    assert "Tout en CSV" not in page
    assert "emettre/" not in page
    assert browser.get(f"{ROOM}apercu/", {**asked(campaign), "export": "csv"})["Location"] == "/admin/"
    assert browser.post(f"{ROOM}emettre/", asked(campaign))["Location"] == "/admin/"
    assert not ReceiptRun.objects.exists()


def test_a_year_without_gifts_is_answered_with_a_date(claires_browser: Client, campaign: Campaign) -> None:
    page = plain(claires_browser.get(f"{ROOM}apercu/", asked(campaign, LAST_YEAR + 1)).text)

    assert f"Aucun don de {LAST_YEAR + 1} à Emmaüs Connect n’attend de reçu. Vérifié le" in page
    assert f"{local_day(timezone.now()):%d/%m/%Y}" in page


@pytest.mark.parametrize("year", ["1999", "2999", "x", ""])
def test_an_impossible_year_is_asked_again(claires_browser: Client, campaign: Campaign, year: str) -> None:
    answer = claires_browser.get(
        f"{ROOM}apercu/", {"annee": year, "organisme": f"{campaign.organisation_id}"}
    )

    assert answer.status_code == 400
    assert "Choisissez une année" in answer.text
    assert claires_browser.post(f"{ROOM}emettre/", {"annee": year}).status_code == 400
    assert not ReceiptRun.objects.exists()


def test_a_year_that_goes_on_is_issued_with_a_warning(claires_browser: Client, campaign: Campaign) -> None:
    a_paid_donation(campaign=campaign, method="transfer")

    page = plain(claires_browser.get(f"{ROOM}apercu/", asked(campaign, LAST_YEAR + 1)).text)

    assert f"L’année {LAST_YEAR + 1} n’est pas finie." in page
    assert "Émettre 1 reçu<" in page


def test_with_several_bodies_each_is_asked_for_by_name(claires_browser: Client, campaign: Campaign) -> None:
    assert 'type="hidden" name="organisme"' in claires_browser.get(ROOM).text
    other = a_campaign()

    assert 'type="hidden" name="organisme"' not in claires_browser.get(ROOM).text
    assert "n’attend de reçu" in preview(claires_browser, other)


def test_a_long_plan_comes_in_pages(claires_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yearly_preview, "PAGE", 2)
    campaign = a_campaign()
    for number in range(5):
        donor = a_donor(last_name=f"Numéro-{number}", email=f"n{number}@example.org")
        a_paid_donation(campaign=campaign, donor=donor, credited_at=credited(3))

    second = preview(claires_browser, campaign, p="2")

    assert "Page 2 sur 3" in second
    assert [n for n in range(5) if f"Numéro-{n}" in second] == [2, 3]
    assert "Numéro-4" in preview(claires_browser, campaign, p="3")
    assert "Numéro-0" in preview(claires_browser, campaign, p="-1")
    assert "Personne sur cette page" in preview(claires_browser, campaign, p="9")


def test_the_preview_asks_no_more_of_the_database_for_more_donors(
    campaign: Campaign, django_assert_num_queries: Any
) -> None:
    for _ in range(12):
        a_paid_donation(campaign=campaign, credited_at=credited(6))

    with django_assert_num_queries(6):
        found = look_at(plan_year(campaign.organisation, LAST_YEAR, at=timezone.now()), blocked=False, page=1)

    assert found.totals.receipts == 14


def test_she_starts_and_the_worker_issues(
    claires_browser: Client, campaign: Campaign, treasurer: User
) -> None:
    run = begin(claires_browser, campaign)
    assert (run.year, run.actor) == (LAST_YEAR, treasurer)
    assert not Receipt.objects.exists()

    work()

    assert {receipt.amount_cents for receipt in Receipt.objects.all()} == {10_000, 120_000}
    page = plain(claires_browser.get(f"{ROOM}{run.pk}/").text)
    assert "terminée le" in page
    assert "3 sur 3" in page
    for receipt in Receipt.objects.all():
        assert f"/admin/tresorerie/recus/{receipt.pk}/" in page
    assert "L’adresse du donateur est incomplète." in page
    assert f"{LAST_YEAR}, Emmaüs Connect" in plain(claires_browser.get(ROOM).text)


def test_while_it_runs_the_page_looks_again_by_itself_until_told_not_to(
    claires_browser: Client, campaign: Campaign
) -> None:
    run = begin(claires_browser, campaign)
    assert "la liste des donateurs est en préparation" in claires_browser.get(f"{ROOM}{run.pk}/").text
    carry_on(run.pk, at=timezone.now(), most=1)

    answer = claires_browser.get(f"{ROOM}{run.pk}/")
    assert answer["Refresh"] == "4"
    assert "2 sur 3" in plain(answer.text)
    assert "Refresh" not in claires_browser.get(f"{ROOM}{run.pk}/", {"fixe": "1"})

    carry_on(run.pk, at=timezone.now())
    assert "Refresh" not in claires_browser.get(f"{ROOM}{run.pk}/")


def test_the_results_can_be_narrowed_down(claires_browser: Client, campaign: Campaign) -> None:
    run = begin(claires_browser, campaign)
    work()

    refused = claires_browser.get(f"{ROOM}{run.pk}/", {"resultat": "refused"}).text
    assert ("Sans-Adresse" in refused, "Boulangerie Martin" in refused) == (True, False)
    failed = claires_browser.get(f"{ROOM}{run.pk}/", {"resultat": "failed"}).text
    assert "Aucun donateur avec ce résultat." in failed
    assert "Boulangerie Martin" in claires_browser.get(f"{ROOM}{run.pk}/", {"resultat": "?"}).text


def test_the_second_who_starts_is_led_to_the_run_of_the_first(
    claires_browser: Client, admins_browser: Client, campaign: Campaign
) -> None:
    run = begin(claires_browser, campaign)

    answer = admins_browser.post(f"{ROOM}emettre/", asked(campaign), follow=True)

    assert answer.redirect_chain == [(f"{ROOM}{run.pk}/", 302)]
    assert "en cours, lancée par claire" in answer.text
    assert "Une émission est déjà en cours" in preview(claires_browser, campaign)
    assert ReceiptRun.objects.count() == 1


def test_failures_are_taken_up_again_by_a_button(
    claires_browser: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Receipt:
        raise DatabaseError("disk full")

    monkeypatch.setattr(runs, "issue_together", fail)
    run = begin(claires_browser, campaign)
    work()
    monkeypatch.undo()
    assert "Reprendre les échecs (2)" in claires_browser.get(f"{ROOM}{run.pk}/").text

    claires_browser.post(f"{ROOM}{run.pk}/reprendre/")
    work()

    assert Receipt.objects.count() == 2
    assert "Reprendre les échecs" not in claires_browser.get(f"{ROOM}{run.pk}/").text
    again = claires_browser.post(f"{ROOM}{run.pk}/reprendre/", follow=True)
    assert "Plus rien n’est en échec" in again.text


def test_failures_wait_while_another_run_goes_on(claires_browser: Client, campaign: Campaign) -> None:
    run = begin(claires_browser, campaign)
    work()
    run.items.filter(state="refused").update(state="failed")
    other = start_run(campaign.organisation, LAST_YEAR - 1, at=timezone.now())

    answer = claires_browser.post(f"{ROOM}{run.pk}/reprendre/", follow=True)

    assert answer.redirect_chain == [(f"{ROOM}{other.pk}/", 302)]
    assert "lancée par la ligne de commande" in answer.text


def test_a_run_that_stumbles_says_so(claires_browser: Client, campaign: Campaign) -> None:
    run = begin(claires_browser, campaign)
    run.note_failure(DatabaseError("no connection"), at=timezone.now())

    page = claires_browser.get(f"{ROOM}{run.pk}/").text

    assert "Un pas de l’émission a échoué" in page
    assert "no connection" in page


@pytest.mark.parametrize("address", ["emettre/", "1/reprendre/"])
def test_bruno_issues_nothing(brunos_browser: Client, campaign: Campaign, address: str) -> None:
    answer = brunos_browser.post(f"{ROOM}{address}", asked(campaign))

    assert answer["Location"] == "/admin/"
    assert not ReceiptRun.objects.exists()


def test_an_old_run_that_found_nothing_says_so(claires_browser: Client, campaign: Campaign) -> None:
    run = a_run(campaign.organisation, 2019)

    page = plain(claires_browser.get(f"{ROOM}{run.pk}/").text)

    assert "Aucun don de 2019 n’attendait de reçu ce jour-là." in page
    assert "terminée le" in page


def test_the_only_body_need_not_be_named(claires_browser: Client, campaign: Campaign) -> None:
    assert claires_browser.get(f"{ROOM}apercu/", {"annee": LAST_YEAR}).status_code == 200
    a_campaign()

    answer = claires_browser.get(f"{ROOM}apercu/", {"annee": LAST_YEAR})

    assert answer.status_code == 400
    assert "Choisissez l’organisme." in answer.text
