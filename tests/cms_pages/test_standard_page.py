"""Plain text: legal notice, privacy."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from tests.cms_pages.pages import a_standard_page

pytestmark = pytest.mark.django_db


def test_it_shows_its_title_and_text(client: Client) -> None:
    page = a_standard_page(body="<h2>Éditeur</h2><p>Une <b>association</b>.</p>")

    html = client.get(page.get_url()).content.decode()

    assert "<title>Mentions légales – Emmaüs Connect</title>" in html
    assert "<h1>Mentions légales</h1>" in html
    assert "<h2>Éditeur</h2>" in html
    assert "<b>association</b>" in html


def test_every_page_leads_to_the_legal_pages(client: Client) -> None:
    html = client.get(a_standard_page().get_url()).content.decode()

    assert 'href="/mentions-legales/"' in html
    assert 'href="/confidentialite/"' in html


def test_its_title_is_text_and_nothing_else(client: Client) -> None:
    html = client.get(a_standard_page(title="<script>alert(1)</script>").get_url()).content.decode()

    assert "<script>alert" not in html


def test_a_renamed_legal_page_is_found_at_its_old_address(
    client: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    """The footer's links are fixed; Wagtail leaves a redirect behind when an editor changes an address."""
    page = a_standard_page()
    page.slug = "qui-sommes-nous"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()

    response = client.get("/mentions-legales/", follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[0][0] == "/qui-sommes-nous/"
