"""Wagtail's admin needs inline scripts; no page for the public gets them."""

import pytest
from django.test import Client

from tests.factories import a_campaign, claire

HEADER = "Content-Security-Policy"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/tresorerie/dons/"])
def test_the_admin_may_run_the_scripts_that_wagtail_writes(path: str) -> None:
    client = Client()
    if path != "/admin/login/":
        client.force_login(claire())

    policy = client.get(path)[HEADER]

    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "form-action 'self';" in f"{policy};"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/live", "/api/campaigns/june/progress.json", "/nowhere/"])
def test_the_public_pages_run_nothing_inline(path: str) -> None:
    a_campaign(code="june")

    assert "unsafe-inline" not in Client().get(path)[HEADER]
