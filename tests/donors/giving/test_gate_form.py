"""What people see of the gate: nothing on a quiet day, no closed door without another way to give."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from donors.campaigns.models import Campaign, Organisation
from donors.gifts.models import Donation
from donors.giving.gate_notices import TRAP
from donors.giving.links import resume_path
from donors.payments.gate.attack import begin_attack, current_attack, end_attack
from donors.payments.gate.models import GateEvent
from donors.payments.gate.pause import pause_giving, resume_giving
from donors.people.models import Donor
from tests.donors.giving.conftest import Post, form_key_of, tag_of, the_gift, words_of
from tests.donors.payments.gate.visits import solved
from tests.factories import a_paid_donation, claire

pytestmark = pytest.mark.django_db

IBAN = "FR7630006000011234567890189"


@pytest.fixture
def attack(campaign: Campaign) -> Iterator[None]:
    episode = begin_attack("Une raison.", at=timezone.now())
    yield
    end_attack(episode, "Assez.", at=timezone.now())


def answer_of(page: Any) -> str:
    """What the page's script would put into its hidden field."""
    found = re.search(r'data-proof="([^"]*)"', page.content.decode())
    assert found
    return solved(unescape(found[1]))


def nothing_is_written() -> bool:
    return not Donation.objects.exists() and not Donor.objects.exists()


# --- The trap ---------------------------------------------------------------------------------------


def test_the_trap_is_out_of_everybodys_way(client: Client, campaign: Campaign) -> None:
    page = client.get("/don/juin/")

    field = tag_of(page, "input", name=TRAP)
    assert 'tabindex="-1"' in field
    assert 'autocomplete="off"' in field
    around = page.content.decode().split(field)[0].rsplit("<p", 1)[1]
    assert 'aria-hidden="true"' in around
    assert "only-read-aloud" in around


def test_who_fills_in_the_trap_sees_the_form_again_and_leaves_nothing(send: Post) -> None:
    page = send(sujet="Buy now")

    assert page.status_code == 200
    assert "Encore un clic" in words_of(page)
    assert 'value="amina@example.org"' in tag_of(page, "input", name="email")
    assert "Buy now" not in page.content.decode()
    assert nothing_is_written()
    assert not GateEvent.objects.exists()


def test_a_person_whose_browser_filled_it_in_gives_at_the_next_click(send: Post) -> None:
    page = send(sujet="x")

    assert send(form_key=form_key_of(page)).status_code == 303


# --- The time ---------------------------------------------------------------------------------------


def test_a_form_that_comes_back_at_once_is_shown_once_more(
    client: Client, send: Post, settings: Settings
) -> None:
    settings.GATE_SECONDS_TO_FILL = 3
    first = client.get("/don/juin/")

    page = send(form_key=form_key_of(first), message="Courage !")

    assert page.status_code == 200
    assert "Encore un clic" in words_of(page)
    assert "Courage !" in words_of(page)
    assert nothing_is_written()
    assert send(form_key=form_key_of(page)).status_code == 303


def test_a_person_takes_their_time_and_notices_nothing(
    client: Client, send: Post, settings: Settings
) -> None:
    settings.GATE_SECONDS_TO_FILL = 3
    key = form_key_of(client.get("/don/juin/"))

    with time_machine.travel(timezone.now() + timedelta(seconds=4)):
        assert send(form_key=key).status_code == 303


def test_a_form_without_a_key_of_ours_is_shown_once_more(send: Post, settings: Settings) -> None:
    settings.GATE_SECONDS_TO_FILL = 3

    for key in (None, "", "forged"):
        page = send(form_key=key)
        assert (page.status_code, nothing_is_written()) == (200, True)
    assert send(form_key=form_key_of(page)).status_code == 303


def test_mending_an_error_quickly_is_not_rushing(client: Client, send: Post, settings: Settings) -> None:
    settings.GATE_SECONDS_TO_FILL = 3
    key = form_key_of(client.get("/don/juin/"))
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=False):
        page = send(form_key=key, email="")
        assert send(form_key=form_key_of(page)).status_code == 303


def test_coming_back_from_stripe_and_going_on_at_once_is_not_rushing(
    client: Client, send: Post, settings: Settings
) -> None:
    send()
    settings.GATE_SECONDS_TO_FILL = 3
    resumed = client.get(resume_path(the_gift()))

    assert send(form_key=form_key_of(resumed)).status_code == 303


# --- Limits -----------------------------------------------------------------------------------------


def test_too_many_pages_are_refused_kindly_with_all_that_was_typed(send: Post, settings: Settings) -> None:
    Organisation.objects.update(iban=IBAN)
    settings.GATE_PER_ADDRESS = 2
    for number in range(2):
        assert send(email=f"amina.{number}@example.org").status_code == 303

    page = send(email="amina.3@example.org", message="Courage !")

    assert (page.status_code, page["Retry-After"]) == (429, "600")
    words = words_of(page)
    assert "Un peu de patience : rien n’a été débité" in words
    assert "Courage !" in words
    assert 'value="amina.3@example.org"' in tag_of(page, "input", name="email")
    assert "FR76 3000 6000 0112 3456 7890 189" in words.replace("\u00a0", " ")
    assert "DON JUIN" in words
    assert "À l’ordre de Emmaüs Connect" in words
    assert Donation.objects.count() == 2


def test_the_limit_of_an_email_says_tomorrow(send: Post, settings: Settings) -> None:
    settings.GATE_PER_EMAIL = 1
    send()

    page = send()

    assert (page.status_code, page["Retry-After"]) == (429, "86400")
    assert "Réessayez demain" in words_of(page)


def test_a_refused_visitor_gives_when_the_time_is_over(send: Post, settings: Settings) -> None:
    settings.GATE_PER_ADDRESS = 1
    send()
    page = send(email="amina.2@example.org")

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        again = send(email="amina.2@example.org", form_key=form_key_of(page))

    assert again.status_code == 303


def test_a_double_click_is_no_second_page(client: Client, send: Post, settings: Settings) -> None:
    settings.GATE_PER_ADDRESS = settings.GATE_PER_EMAIL = 1
    key = form_key_of(client.get("/don/juin/"))

    answers = [send(form_key=key) for _ in range(3)]

    assert {answer["Location"] for answer in answers} == {answers[0]["Location"]}
    assert [answer.status_code for answer in answers] == [303] * 3


def test_a_form_with_an_error_costs_nothing_of_the_limit(send: Post, settings: Settings) -> None:
    settings.GATE_PER_ADDRESS = 1
    for _ in range(5):
        send(email="")

    assert send().status_code == 303


def test_behind_a_proxy_each_visitor_counts_alone(
    client: Client, send: Post, amina: dict[str, str], settings: Settings
) -> None:
    settings.GATE_PER_ADDRESS, settings.BEHIND_PROXY = 1, True

    def from_there(address: str) -> int:
        fields = {**amina, "email": f"{address.replace('.', '-').replace(', ', '-')}@example.org"}
        return client.post("/don/juin/", fields, headers={"X-Forwarded-For": address}).status_code

    assert from_there("192.0.2.1") == 303
    assert from_there("192.0.2.2") == 303
    assert from_there("198.51.100.7, 192.0.2.2") == 429  # the first entry is what the visitor claims


# --- During an attack -------------------------------------------------------------------------------


def test_on_a_quiet_day_no_browser_calculates(client: Client, campaign: Campaign) -> None:
    page = client.get("/don/juin/").content.decode()

    assert "data-proof" not in page
    assert "proof.js" not in page


def test_during_an_attack_the_form_asks_for_a_calculation_and_takes_the_answer(
    client: Client, send: Post, attack: None
) -> None:
    page = client.get("/don/juin/")
    assert "js/proof.js" in page.content.decode()

    answer = send(form_key=form_key_of(page), proof=answer_of(page))

    assert answer.status_code == 303
    assert "/pay/" in answer["Location"]


def test_without_javascript_the_page_says_why_and_how_to_give_otherwise(
    client: Client, campaign: Campaign, attack: None
) -> None:
    Organisation.objects.update(iban=IBAN)

    words = words_of(client.get("/don/juin/"))

    assert "des cartes volées" in words
    assert "revenez un peu plus tard, ou donnez par virement ou par chèque" in words
    assert "FR76" in words


def test_a_form_from_before_the_attack_goes_on_with_one_more_click(client: Client, send: Post) -> None:
    key = form_key_of(client.get("/don/juin/"))
    begin_attack("Une raison.", at=timezone.now())

    page = send(form_key=key, message="Courage !")

    assert page.status_code == 200
    assert "Encore un clic" in words_of(page)
    assert "Courage !" in words_of(page)
    assert nothing_is_written()
    assert send(form_key=form_key_of(page), proof=answer_of(page)).status_code == 303


def test_the_page_that_begins_the_attack_already_brings_the_calculation(
    send: Post, settings: Settings
) -> None:
    settings.GATE_IN_ALL, settings.GATE_PER_ADDRESS = 3, 30
    for number in range(3):
        send(email=f"amina.{number}@example.org")

    page = send(email="amina.9@example.org")

    assert current_attack()
    answer = send(email="amina.9@example.org", form_key=form_key_of(page), proof=answer_of(page))
    assert page.status_code == 200
    assert answer.status_code == 303


def test_during_an_attack_the_minimum_is_higher_and_the_form_says_so(
    client: Client, send: Post, attack: None
) -> None:
    page = client.get("/don/juin/")
    assert "De 10\u00a0€ à" in page.content.decode()

    refused = send(form_key=form_key_of(page), proof=answer_of(page), amount="other", other_amount="6")

    assert "Le don minimum est de 10" in words_of(refused)
    assert Campaign.objects.get().minimum_cents == 500


def test_a_campaign_of_small_gifts_keeps_its_maximum(
    client: Client, send: Post, campaign: Campaign, attack: None
) -> None:
    Campaign.objects.update(minimum_cents=100, maximum_cents=800)

    assert "De 8\u00a0€ à 8\u00a0€" in client.get("/don/juin/").content.decode()


def test_after_the_attack_all_is_as_before(client: Client, send: Post, campaign: Campaign) -> None:
    end_attack(begin_attack("Une raison.", at=timezone.now()), "Assez.", at=timezone.now())

    assert "data-proof" not in client.get("/don/juin/").content.decode()
    assert send().status_code == 303


# --- The pause --------------------------------------------------------------------------------------


def test_a_pause_shows_a_kind_page_with_the_other_ways(client: Client, campaign: Campaign) -> None:
    Organisation.objects.update(iban=IBAN)
    a_paid_donation(campaign=campaign)
    pause_giving("Une raison pour l’équipe.", by=claire(), at=timezone.now())

    page = client.get("/don/juin/?montant=50")

    words = words_of(page).replace("\u00a0", " ")
    assert page.status_code == 200
    assert "Les dons en ligne font une courte pause" in words
    assert "50 € déjà réunis sur 20 000 €" in words
    assert "FR76 3000 6000 0112 3456 7890 189" in words
    assert "12 rue des Essais 33300 Bordeaux" in words
    assert "Une raison pour l’équipe" not in words
    assert "no-store" in page["Cache-Control"]


def test_a_form_that_arrives_during_a_pause_opens_nothing(send: Post) -> None:
    pause_giving("Vite.", by=claire(), at=timezone.now())

    page = send()

    assert page.status_code == 200
    assert "courte pause" in words_of(page)
    assert nothing_is_written()


def test_without_an_iban_only_the_cheque_is_offered(client: Client, campaign: Campaign) -> None:
    pause_giving("Vite.", by=claire(), at=timezone.now())

    words = words_of(client.get("/don/juin/"))

    assert "IBAN" not in words
    assert "Par chèque" in words


def test_after_the_pause_gifts_are_taken_again(send: Post) -> None:
    treasurer = claire()
    pause_giving("Vite.", by=treasurer, at=timezone.now())
    resume_giving(by=treasurer, at=timezone.now())

    assert send().status_code == 303


def test_the_campaign_page_leads_to_the_kind_page(client: Client, campaign: Campaign) -> None:
    """Its button stays where it is: what it opens says how to give meanwhile."""
    pause_giving("Vite.", by=claire(), at=timezone.now())

    assert client.get("/don/juin/").status_code == client.head("/don/juin/").status_code == 200
