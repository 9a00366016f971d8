from io import BytesIO

import pytest
from django.test import Client

from tests.factories import bruno


@pytest.fixture(autouse=True)
def closed_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wagtail leaves the file of each new picture size to the garbage collector, which warns of it."""
    monkeypatch.setattr("wagtail.images.models.SpooledTemporaryFile", lambda max_size: BytesIO())


@pytest.fixture
def brunos_browser(db: None) -> Client:
    client = Client()
    client.force_login(bruno())
    return client
