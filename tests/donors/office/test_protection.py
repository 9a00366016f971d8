"""The treasurer sees what protects the payments, and turns the switch; every turn is kept."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from donors.payments.gate.admit import TurnedAway, admit
from donors.payments.gate.attack import begin_attack, end_attack
from donors.payments.gate.models import GivingPause
from donors.payments.gate.pause import current_pause, pause_giving, resume_giving
from donors.payments.gate.watch import note_decline
from tests.donors.payments.gate.visits import a_declined_charge, a_visit

pytestmark = pytest.mark.django_db

PAGE = "/admin/tresorerie/protection/"
SWITCH = f"{PAGE}interrupteur/"


def words_of(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_on_a_quiet_day_the_page_says_so(claires_browser: Client) -> None:
    words = words_of(claires_browser.get(PAGE))

    assert "Dons en ligne ouverts" in words
    assert "Mode attaque au repos" in words
    assert "10 pages de paiement par dix minutes" in words
    assert "300 pages de paiement par dix minutes" in words
    assert "Calcul demandé au navigateur non" in words
    assert "Aucune attaque jusqu’ici." in words
    assert "Les dons en ligne n’ont jamais été suspendus." in words


def test_the_page_counts_the_last_hour(claires_browser: Client) -> None:
    now = timezone.now()
    visits = [a_visit() for _ in range(3)]
    for visit in visits:
        admit(visit, at=now)
    note_decline(a_declined_charge(visits[0].gift_uuid, at=now).pk, at=now)
    admit(a_visit(), at=now - timedelta(hours=2))

    words = words_of(claires_browser.get(PAGE))

    assert "ouvertes : 3 ; paiements refusés par une banque : 1 ; demandes écartées : 0" in words


def test_during_an_attack_the_page_shows_what_holds_and_each_step(claires_browser: Client) -> None:
    now = timezone.now()
    begin_attack("20 paiements refusés pour 22 pages ouvertes en dix minutes.", at=now)
    with pytest.raises(TurnedAway):
        admit(a_visit(), at=now)

    words = words_of(claires_browser.get(PAGE))

    assert "Mode attaque activé" in words
    assert "20 paiements refusés pour 22 pages" in words
    assert "Don minimum 10 €, ou celui de la campagne" in words
    assert "3 pages de paiement par dix minutes" in words
    assert "Calcul demandé au navigateur oui" in words
    assert "La trésorerie est prévenue par une alerte." in words
    assert "en cours" in words


def test_an_attack_that_is_over_stays_on_the_page(claires_browser: Client) -> None:
    now = timezone.now()
    end_attack(begin_attack("Une raison.", at=now), "Tout est calme.", at=now)

    words = words_of(claires_browser.get(PAGE))

    assert "Mode attaque au repos" in words
    assert "Mode attaque terminé. Tout est calme." in words


def test_claire_pauses_online_gifts_with_a_reason(claires_browser: Client, treasurer: User) -> None:
    answer = claires_browser.post(SWITCH, {"reason": "Essais de cartes."}, follow=True)

    pause = GivingPause.objects.get()
    assert (pause.reason, pause.paused_by, pause.is_on) == ("Essais de cartes.", treasurer, True)
    words = words_of(answer)
    assert "Les dons en ligne sont suspendus." in words
    assert "Dons en ligne suspendus par claire" in words
    assert "Rétablir les dons en ligne" in words


def test_a_pause_needs_a_reason(claires_browser: Client) -> None:
    answer = claires_browser.post(SWITCH, {"reason": "  "})

    assert answer.status_code == 400
    assert "Écrivez pourquoi" in words_of(answer)
    assert current_pause() is None


def test_claire_takes_gifts_again_and_the_history_keeps_both(
    claires_browser: Client, treasurer: User
) -> None:
    pause_giving("Essais de cartes.", by=treasurer, at=timezone.now())

    words = words_of(claires_browser.post(SWITCH, {"resume": "1"}, follow=True))

    assert current_pause() is None
    assert "Les dons en ligne sont rétablis." in words
    assert "Essais de cartes." in words
    assert GivingPause.objects.get().resumed_by == treasurer


def test_who_is_slower_is_told_so(claires_browser: Client, treasurer: User) -> None:
    pause_giving("Essais de cartes.", by=treasurer, at=timezone.now())
    second = words_of(claires_browser.post(SWITCH, {"reason": "Encore."}, follow=True))
    resume_giving(by=treasurer, at=timezone.now())
    third = words_of(claires_browser.post(SWITCH, {"resume": "1"}, follow=True))

    assert "Quelqu’un l’avait déjà fait." in second
    assert "Quelqu’un l’avait déjà fait." in third
    assert GivingPause.objects.count() == 1


def test_bruno_turns_no_switch(brunos_browser: Client) -> None:
    for fields in ({"reason": "Non."}, {"resume": "1"}):
        assert brunos_browser.post(SWITCH, fields).status_code == 302
    assert not GivingPause.objects.exists()


def test_a_stranger_turns_no_switch(client: Client, db: None) -> None:
    answer = client.post(SWITCH, {"reason": "Non."})

    assert answer["Location"].startswith("/admin/login/")
    assert not GivingPause.objects.exists()


def test_the_switch_wants_a_token_against_forgery(treasurer: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(treasurer)

    assert browser.post(SWITCH, {"reason": "Non."}).status_code == 403
    assert not GivingPause.objects.exists()


def test_the_menu_leads_there(claires_browser: Client, brunos_browser: Client) -> None:
    assert PAGE in claires_browser.get("/admin/").content.decode()
    assert PAGE not in brunos_browser.get("/admin/").content.decode()


def test_the_page_costs_as_many_queries_with_one_attack_as_with_ten(
    claires_browser: Client, treasurer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    claires_browser.get(PAGE)
    for _ in range(12):
        end_attack(begin_attack("Une raison.", at=now), "Tout est calme.", at=now)
        pause_giving("Vite.", by=treasurer, at=now)
        resume_giving(by=treasurer, at=now)

    with django_assert_max_num_queries(22):
        page = claires_browser.get(PAGE)
    assert words_of(page).count("Mode attaque terminé") == 10
