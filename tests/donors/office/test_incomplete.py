"""Claire sees whose receipts wait for facts, and has donors written to, seldom and never twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from donors.gifts.models import Donation
from donors.letters.completion import TRIES, asks, owe, send_owed
from donors.letters.models import Letter
from donors.receipts.complete import complete_donor
from donors.tasks import send_completion_letters
from tests.donors.letters.reading import both_parts, the_letter
from tests.donors.office.test_yearly import plain
from tests.donors.test_at_once import all_at_once
from tests.factories import a_campaign, a_company, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db

ROOM = "/admin/tresorerie/recus-a-completer/"


@pytest.fixture
def gifts() -> list[Donation]:
    """Amina gave twice without an address, a company once without its number; Zoé lacks nothing."""
    campaign = a_campaign()
    amina = a_donor(email="amina@example.org", street="", postcode="", city="")
    company = a_company(email="fournil@example.org", siren="", legal_form="")
    complete = a_donor(first_name="Zoé", email="zoe@example.org")
    return [a_paid_donation(campaign=campaign, donor=who) for who in (amina, amina, company, complete)]


def room(browser: Client, path: str = "") -> str:
    return plain(browser.get(f"{ROOM}{path}").text)


def ask_all(browser: Client) -> str:
    page = plain(browser.post(f"{ROOM}lettres/", follow=True).text)
    send_completion_letters.call()
    return page


def test_the_list_says_who_lacks_what_and_how_much_waits(
    claires_browser: Client, gifts: list[Donation]
) -> None:
    page = room(claires_browser)

    assert "2 donateurs</strong> attendent un reçu de <strong>150 €" in page
    assert "Amina Benali" in page
    assert "L’adresse du donateur est incomplète." in page
    assert "Il manque la forme juridique de l’entreprise donatrice." in page
    assert "Zoé" not in page


def test_an_empty_list_says_so(claires_browser: Client) -> None:
    assert "Aucun reçu n’attend un renseignement" in room(claires_browser)
    assert "plus rien ne manque" in room(claires_browser, "lettres/")


def test_before_letters_leave_she_reads_how_many_and_to_whom(
    claires_browser: Client, gifts: list[Donation]
) -> None:
    page = room(claires_browser, "lettres/")

    assert "2 lettres</strong> partiront" in page
    assert "amina@example.org" in page
    assert "fournil@example.org" in page
    assert "zoe@example.org" not in page
    send_completion_letters.call()
    assert (mail.outbox, Letter.objects.count()) == ([], 0)


def test_each_gets_one_letter_and_none_a_second_within_a_fortnight(
    claires_browser: Client, gifts: list[Donation]
) -> None:
    assert "2 lettres partent dans un instant." in ask_all(claires_browser)
    assert "Aucune lettre à envoyer" in ask_all(claires_browser)

    assert sorted(letter.to[0] for letter in mail.outbox) == ["amina@example.org", "fournil@example.org"]
    assert "une lettre est déjà partie" in room(claires_browser, "lettres/")
    assert "Écrire à tous" not in room(claires_browser)

    Letter.objects.update(sent_at=timezone.now() - timedelta(days=15))
    ask_all(claires_browser)
    assert len(mail.outbox) == 4


def test_one_donor_can_be_written_to_alone(claires_browser: Client, gifts: list[Donation]) -> None:
    path = f"lettres/{gifts[0].pk}/"
    assert "1 lettre</strong> partira" in room(claires_browser, path)

    claires_browser.post(f"{ROOM}{path}")
    send_completion_letters.call()

    assert the_letter().to == ["amina@example.org"]
    assert "Écrire à tous (1)" in room(claires_browser)
    assert claires_browser.get(f"{ROOM}lettres/0/").status_code == 404


def test_the_letter_says_what_is_missing_and_carries_a_link_that_names_nobody(
    claires_browser: Client, gifts: list[Donation]
) -> None:
    claires_browser.post(f"{ROOM}lettres/{gifts[0].pk}/")
    send_completion_letters.call()

    letter = the_letter()
    assert letter.subject == "Il manque un renseignement pour votre reçu fiscal"
    for part in both_parts(letter):
        assert "100" in part
        for words in ("votre adresse", "votre code postal", "votre ville"):
            assert words in part
        assert "Ce lien est valable jusqu’au" in part
        (link,) = set(re.findall(r"/recus/completer/[^/\"]+/", part))
        assert "amina" not in link


def test_the_link_of_the_letter_opens_the_page(
    claires_browser: Client, gifts: list[Donation], client: Client
) -> None:
    ask_all(claires_browser)

    for letter in mail.outbox:
        (link,) = re.findall(r"/recus/completer/[^/\s]+/", str(letter.body))
        assert client.get(link).status_code == 200


def test_who_answers_disappears_from_the_list(claires_browser: Client, gifts: list[Donation]) -> None:
    complete_donor(
        gifts[0].donor, {"street": "1 rue Neuve", "postcode": "33000", "city": "Pau", "country": "FR"}
    )

    assert "Amina Benali" not in room(claires_browser)
    assert "1 donateur</strong> attend un reçu" in room(claires_browser)


def test_a_letter_that_is_needless_by_now_is_taken_back(
    claires_browser: Client, gifts: list[Donation]
) -> None:
    claires_browser.post(f"{ROOM}lettres/{gifts[2].pk}/")
    complete_donor(gifts[2].donor, {"siren": "732829320", "legal_form": "SARL"})

    send_completion_letters.call()

    assert (mail.outbox, Letter.objects.count()) == ([], 0)


def test_a_mail_server_that_refuses_one_stops_no_other_and_is_asked_again(
    claires_browser: Client, gifts: list[Donation], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = mail.EmailMultiAlternatives.send

    def refuse_amina(self: mail.EmailMultiAlternatives, *args: Any, **kwargs: Any) -> int:
        if self.to == ["amina@example.org"]:
            raise ConnectionError("mailbox busy")
        return send(self, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refuse_amina)
    ask_all(claires_browser)
    assert [letter.to for letter in mail.outbox] == [["fournil@example.org"]]
    assert "va partir" in room(claires_browser)
    monkeypatch.undo()

    send_completion_letters.call()

    assert [letter.to for letter in mail.outbox][1:] == [["amina@example.org"]]


def test_a_letter_that_could_not_leave_for_days_is_shown_and_may_be_asked_again(
    claires_browser: Client, gifts: list[Donation]
) -> None:
    claires_browser.post(f"{ROOM}lettres/{gifts[0].pk}/")
    Letter.objects.update(created_at=timezone.now() - TRIES)

    send_completion_letters.call()
    assert mail.outbox == []
    assert "n’a pas pu partir le" in room(claires_browser)

    claires_browser.post(f"{ROOM}lettres/{gifts[0].pk}/")
    send_completion_letters.call()
    assert the_letter().to == ["amina@example.org"]


def test_two_who_press_at_once_send_one_letter(committed_db: None) -> None:
    a_paid_donation(donor=a_donor(street=""))
    (ask,) = asks(at=timezone.now())

    all_at_once([lambda: owe(ask, at=timezone.now())] * 3)
    assert Letter.objects.count() == 1
    all_at_once([lambda: send_owed(at=timezone.now())] * 3)

    assert len(mail.outbox) == 1


def test_the_list_asks_no_more_of_the_database_for_more_donors(
    claires_browser: Client, django_assert_max_num_queries: Any
) -> None:
    campaign = a_campaign()
    for _ in range(8):
        a_paid_donation(campaign=campaign, donor=a_donor(street=""))
    room(claires_browser)

    with django_assert_max_num_queries(20):
        assert "8 donateurs" in room(claires_browser)


def test_bruno_neither_looks_nor_writes(brunos_browser: Client, gifts: list[Donation]) -> None:
    for path in ("", "lettres/", f"lettres/{gifts[0].pk}/"):
        assert brunos_browser.get(f"{ROOM}{path}")["Location"] == "/admin/"
        brunos_browser.post(f"{ROOM}{path}")

    assert not Letter.objects.exists()
    assert ROOM not in brunos_browser.get("/admin/").text
