"""The pages for what went wrong, and the way home from them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views.defaults import server_error

from tests.source import ROOT


@pytest.mark.django_db
def test_an_unknown_address_helps_and_leads_home(client: Client) -> None:
    response = client.get("/cette-page/")
    html = response.content.decode()

    assert response.status_code == 404
    assert "Cette page n’existe pas" in html
    assert '<a class="button" href="/">' in html
    assert 'href="/c/"' in html
    assert "noindex" in html


@pytest.mark.django_db
def test_an_unknown_address_under_the_form_leads_home_too(client: Client) -> None:
    response = client.get("/don/rien/")

    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


@pytest.mark.django_db
def test_the_address_is_not_repeated_in_the_page(client: Client) -> None:
    assert "onerror" not in client.get("/<img src=x onerror=alert(1)>/").content.decode()


def test_a_failure_is_told_without_database_and_without_context() -> None:
    """No database mark on this test: a query would fail it."""
    response = server_error(RequestFactory().get("/"))
    html = response.content.decode()

    assert response.status_code == 500
    assert "Le site a rencontré un problème" in html  # what happened
    assert "aucun don n’est perdu" in html  # what it means
    assert "ne payez pas une seconde fois" in html  # what to do
    assert "recommencer dans quelques minutes" in html
    assert 'href="/"' in html
    assert "{{" not in html
    assert "{%" not in html


@pytest.mark.django_db
def test_a_failure_page_asks_the_database_nothing() -> None:
    with CaptureQueriesContext(connection) as captured:
        render_to_string("500.html")

    assert len(captured) == 0


def test_both_pages_find_their_style_sheets() -> None:
    styles = re.findall(r"/static/(css/[\w.-]+)", render_to_string("500.html"))

    assert "css/tokens.css" in styles
    static = ROOT / "campaign" / "static"
    assert [name for name in styles if not Path(static, name).is_file()] == []
    assert settings.STATIC_URL == "/static/"
