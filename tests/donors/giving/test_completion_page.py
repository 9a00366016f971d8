"""Amina completes what her receipt lacks, by the link of a letter, and strangers learn nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donors.gifts.models import Donation
from donors.gifts.monthly_tokens import Action, monthly_token
from donors.letters.models import Letter
from donors.people.models import Donor
from donors.receipts.completion_tokens import LIFE, completion_path
from donors.receipts.models import Receipt
from donors.tasks import send_completion_letters, sweep_receipts
from tests.factories import a_company, a_donor, a_monthly_gift, a_paid_donation

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "3 cours de l’Yser", "postcode": "33 800", "city": "Bordeaux", "country": "FR"}


@pytest.fixture
def amina() -> Donor:
    return a_donor(email="amina@example.org", street="", postcode="", city="")


@pytest.fixture
def gift(amina: Donor) -> Donation:
    """50 €, paid; a receipt is wanted and its address is missing."""
    return a_paid_donation(donor=amina)


def link(gift: Donation, **ago: int) -> str:
    return completion_path(gift, at=timezone.now() - timedelta(**ago))


def fields(page: Any) -> list[str]:
    return list(page.context["form"].fields)


def again(donor: Donor) -> Donor:
    donor.refresh_from_db()
    return donor


def test_the_page_asks_exactly_what_is_missing(client: Client, gift: Donation) -> None:
    page = client.get(link(gift))

    assert page.status_code == 200
    assert fields(page) == ["street", "postcode", "city", "country"]
    assert "Compléter votre reçu fiscal" in page.text


@pytest.mark.parametrize(
    ("lacks", "asked"),
    [
        ({"city": ""}, ["city"]),
        ({"first_name": ""}, ["first_name"]),
        ({"street": "", "postcode": ""}, ["street", "postcode"]),
        ({"first_name": "", "city": ""}, ["first_name", "city"]),
    ],
)
def test_what_is_known_is_not_asked(client: Client, lacks: dict[str, str], asked: list[str]) -> None:
    gift = a_paid_donation(donor=a_donor(**lacks))

    assert fields(client.get(link(gift))) == asked


def test_a_company_is_asked_for_its_number_and_form(client: Client) -> None:
    company = a_company(siren="", legal_form="")
    gift = a_paid_donation(donor=company)
    assert fields(client.get(link(gift))) == ["siren", "legal_form"]

    client.post(link(gift), {"siren": "732 829 320", "legal_form": "  SARL "})

    assert (again(company).siren, company.legal_form) == ("732829320", "SARL")


def test_looking_changes_nothing_and_sending_completes(client: Client, gift: Donation, amina: Donor) -> None:
    client.get(link(gift))
    assert again(amina).street == ""

    answer = client.post(link(gift), ADDRESS)

    assert answer.status_code == 303
    assert (again(amina).street, amina.postcode, amina.city) == ("3 cours de l’Yser", "33800", "Bordeaux")
    assert "Merci, il ne manque plus rien" in client.get(answer["Location"]).text


def test_the_receipt_follows_at_once(client: Client, gift: Donation) -> None:
    client.post(link(gift), ADDRESS)
    assert DBTaskResult.objects.filter(task_path="donors.tasks.sweep_receipts").count() == 1

    sweep_receipts.call()

    receipt = Receipt.objects.get()
    assert receipt.snapshot["donor"]["city"] == "Bordeaux"
    assert any(letter.attachments for letter in mail.outbox)


def test_the_months_of_a_monthly_gift_are_told_of_the_yearly_receipt(client: Client, amina: Donor) -> None:
    promise = a_monthly_gift(donor=amina)
    month = a_paid_donation(donor=amina, monthly_gift=promise, campaign=promise.campaign)

    page = client.post(link(month), ADDRESS, follow=True)

    assert "au début de l’année qui suit" in page.text
    sweep_receipts.call()
    assert not Receipt.objects.exists()


def test_sending_twice_changes_nothing_the_second_time(client: Client, gift: Donation, amina: Donor) -> None:
    client.post(link(gift), ADDRESS)
    answer = client.post(link(gift), {**ADDRESS, "street": "666 rue du Voleur"})

    assert answer.status_code == 303
    assert again(amina).street == "3 cours de l’Yser"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"street": ""}, "Indiquez votre adresse : le reçu fiscal doit la porter."),
        ({"postcode": ""}, "Indiquez votre code postal : le reçu fiscal doit le porter."),
        ({"city": " "}, "Indiquez votre ville : le reçu fiscal doit la porter."),
        ({"country": ""}, "Choisissez votre pays."),
        ({"country": "??"}, "Choisissez votre pays."),
        ({"postcode": "338"}, "Un code postal français a cinq chiffres, par exemple 33000."),
        ({"street": "3\u202e cours"}, "caractère invisible"),
    ],
)
def test_what_cannot_be_read_is_asked_again_and_nothing_is_lost(
    client: Client, gift: Donation, amina: Donor, typed: dict[str, str], sentence: str
) -> None:
    page = client.post(link(gift), {**ADDRESS, "city": "Bègles", **typed})

    assert page.status_code == 400
    assert sentence in page.text
    assert "Un point est à corriger" in page.text
    assert again(amina).street == ""
    if "city" not in typed:
        assert 'value="Bègles"' in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez le SIREN"),
        ("123456789", "Ce numéro SIREN n’existe pas."),
        ("73282932000074", "C’est un SIRET. Gardez ses neuf premiers chiffres : 732829320."),
    ],
)
def test_a_wrong_number_is_explained(client: Client, typed: str, sentence: str) -> None:
    gift = a_paid_donation(donor=a_company(siren=""))

    assert sentence in client.post(link(gift), {"siren": typed}).text


def test_a_foreign_postcode_is_taken_as_it_is(client: Client, gift: Donation, amina: Donor) -> None:
    client.post(link(gift), {**ADDRESS, "postcode": "SW1A 2AA", "country": "GB"})

    assert (again(amina).postcode, amina.country) == ("SW1A 2AA", "GB")


def test_the_page_keeps_to_itself(client: Client, gift: Donation, amina: Donor) -> None:
    path = link(gift)
    page = client.get(path)

    assert page["X-Robots-Tag"] == "noindex"
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "same-origin"
    for secret in (amina.email, amina.last_name, "50\u00a0€"):
        assert secret not in page.text
        assert secret not in path
    assert f"{gift.pk}-" not in path


def test_another_link_opens_nothing(client: Client, gift: Donation) -> None:
    promise = a_monthly_gift(donor=gift.donor, campaign=gift.campaign)
    strange = monthly_token(promise, Action.STOP, at=timezone.now())

    assert client.get(f"{link(gift)[:-2]}x/").status_code == 404
    assert client.get(f"/recus/completer/{strange}/").status_code == 404
    assert client.post(f"/recus/completer/{strange}/", ADDRESS).status_code == 404


def test_a_link_about_another_mode_opens_nothing(client: Client, gift: Donation) -> None:
    path = link(gift)
    Donation.objects.filter(pk=gift.pk).update(livemode=True)

    assert client.get(path).status_code == 404


def test_an_old_link_changes_nothing_and_brings_a_fresh_one_to_the_donor(
    client: Client, gift: Donation, amina: Donor
) -> None:
    old = link(gift, days=LIFE.days + 1)

    assert client.get(old).status_code == 410
    assert "Ce lien n’est plus valable" in client.get(old).text
    for _ in range(2):
        assert "Un e-mail est en route" in client.post(old, ADDRESS).text
    assert again(amina).street == ""
    send_completion_letters.call()
    send_completion_letters.call()

    (letter,) = mail.outbox
    assert letter.to == ["amina@example.org"]
    assert Letter.objects.count() == 1
    fresh = next(word for word in str(letter.body).split() if "/recus/completer/" in word)
    assert (
        client.get(fresh.replace("http://testserver", "").replace("http://localhost:8000", "")).status_code
        == 200
    )


def test_a_link_lives_thirty_days(client: Client, gift: Donation) -> None:
    assert client.get(link(gift, days=29)).status_code == 200
    assert client.get(link(gift, days=31)).status_code == 410


def test_an_old_link_sends_nothing_when_nothing_is_missing(client: Client) -> None:
    gift = a_paid_donation()

    client.post(link(gift, days=40))
    send_completion_letters.call()

    assert mail.outbox == []
    assert not Letter.objects.exists()
