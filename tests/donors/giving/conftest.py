"""A visitor's steps through the public pages, and Amina's form as she fills it in."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation
from stripe_sandbox.core import Sandbox
from tests.factories import a_campaign

type Post = Callable[..., Any]


@pytest.fixture
def campaign(db: None) -> Campaign:
    return a_campaign(code="juin")


@pytest.fixture
def amina() -> dict[str, str]:
    """What Amina's browser sends: 50 €, a receipt to her address, no newsletter."""
    return {
        "frequency": "once",
        "amount": "50",
        "other_amount": "",
        "email": "amina@example.org",
        "first_name": "Amina",
        "last_name": "Benali",
        "wants_receipt": "on",
        "street": "3 cours de l’Yser",
        "postcode": "33800",
        "city": "Bordeaux",
        "country": "FR",
        "message": "",
        "source": "",
    }


@pytest.fixture
def send(client: Client, campaign: Campaign, amina: dict[str, str], stripe_account: Sandbox) -> Post:
    """Send Amina's form, changed as told; None takes a field out."""

    def run(**changed: str | None) -> Any:
        fields = {name: value for name, value in {**amina, **changed}.items() if value is not None}
        return client.post("/don/juin/", fields)

    return run


def words_of(response: HttpResponse | Any) -> str:
    """The page's text, without its tags, with plain spaces."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def tag_of(response: HttpResponse | Any, element: str, /, **attributes: str) -> str:
    """The first tag of this kind that has all of these attributes, as it stands in the page; "" if none."""
    for tag in map(unescape, re.findall(rf"<{element}\b[^>]*>", response.content.decode())):
        if all(f'{key}="{value}"' in tag for key, value in attributes.items()):
            return tag
    return ""


def form_key_of(response: HttpResponse | Any) -> str:
    found = re.search(r'value="([^"]*)"', tag_of(response, "input", name="form_key"))
    assert found
    return found[1]


def the_gift() -> Donation:
    gift: Donation = Donation.objects.select_related("donor", "campaign").get()
    return gift
