import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import bruno, claire


@pytest.fixture
def treasurer(db: None) -> User:
    return claire()


@pytest.fixture
def claires_browser(treasurer: User) -> Client:
    client = Client()
    client.force_login(treasurer)
    return client


@pytest.fixture
def brunos_browser(db: None) -> Client:
    client = Client()
    client.force_login(bruno())
    return client


@pytest.fixture
def admins_browser(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin", "admin@example.org", "a long pass phrase"))
    return client
