"""A form that was open for too long, or a browser without cookies: nothing is lost."""

import re
from html import unescape

import pytest
from django.test import Client

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import form_key_of, tag_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict() -> Client:
    """A browser that is checked for forgery, as everybody's is."""
    return Client(enforce_csrf_checks=True)


def hidden_fields(body: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', body)
    return {name: unescape(value) for name, value in found}


def test_a_form_without_its_cookie_is_not_sent_but_kept(
    strict: Client, campaign: Campaign, amina: dict[str, str]
) -> None:
    page = strict.post("/don/juin/", {**amina, "first_name": 'Am"ina <b>', "unknown": "x"})

    assert page.status_code == 403
    assert Donation.objects.count() == 0
    assert "rien n’a été débité" in words_of(page)
    kept = hidden_fields(page.content.decode())
    assert (kept["first_name"], kept["email"], kept["amount"]) == ('Am"ina <b>', "amina@example.org", "50")
    assert "unknown" not in kept
    assert page["Cache-Control"] == "private, no-store"


def test_the_button_on_that_page_brings_everything_back_to_the_eyes(
    strict: Client, campaign: Campaign, amina: dict[str, str], stripe_account: Sandbox
) -> None:
    refused = strict.post(
        "/don/juin/", {**amina, "amount": "other", "other_amount": "2x", "message": "Bravo"}
    )
    kept = hidden_fields(refused.content.decode())

    page = strict.post("/don/juin/", {**kept, "retrouver": "1"})

    assert page.status_code == 200
    assert Donation.objects.count() == 0
    assert "Tout ce que vous aviez écrit est là" in words_of(page)
    assert 'value="2x"' in tag_of(page, "input", name="other_amount")
    assert 'value="amina@example.org"' in tag_of(page, "input", name="email")
    assert "checked" in tag_of(page, "input", name="wants_receipt")
    assert "checked" not in tag_of(page, "input", name="newsletter")
    assert "Bravo" in words_of(page)


def test_the_form_that_came_back_can_be_sent(
    strict: Client, campaign: Campaign, amina: dict[str, str], stripe_account: Sandbox
) -> None:
    kept = hidden_fields(strict.post("/don/juin/", amina).content.decode())
    page = strict.post("/don/juin/", {**kept, "retrouver": "1"})
    token = hidden_fields(page.content.decode())["csrfmiddlewaretoken"]

    sent = {**amina, "csrfmiddlewaretoken": token, "form_key": form_key_of(page)}
    assert strict.post("/don/juin/", sent).status_code == 303

    assert Donation.objects.count() == 1


def test_other_forms_are_not_repeated(strict: Client, db: None) -> None:
    page = strict.post("/admin/login/", {"username": "claire", "password": "secret"})

    assert page.status_code == 403
    assert b"secret" not in page.content
    assert "page précédente" in words_of(page)
