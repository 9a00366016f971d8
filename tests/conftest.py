"""Fixtures that every folder shares."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from donors.payments.gateway import connection as gateway
from stripe_sandbox.core import Sandbox
from stripe_sandbox.inprocess import SandboxHTTPClient
from tests import migrated
from tests.browser import browser

__all__ = ["browser"]  # fixtures that stand in a file of their own

# A busy machine is slow now and then: no property is wrong for that.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

append_only = import_module("donors.migrations.0002_append_only")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's file lies in a folder of this run alone: what is there was laid out below."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def laid_out(django_db_modify_db_settings: None) -> bool:
    return connection.vendor == "sqlite" and migrated.lay_out()


@pytest.fixture(scope="session")
def django_db_setup(laid_out: bool, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    if connection.vendor == "sqlite" and not laid_out:
        with django_db_blocker.unblock():
            migrated.keep()


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def planted_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """What the migrations planted (groups, pages). pytest-django keeps it only when a marker asks for it."""
    with django_db_blocker.unblock():
        if not hasattr(connection, "_test_serialized_contents"):
            connection._test_serialized_contents = connection.creation.serialize_db_to_string()  # type: ignore[attr-defined]
    return str(connection._test_serialized_contents)  # type: ignore[attr-defined]


@pytest.fixture
def planted_again(planted_rows: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the migrations planted stands again after a test that emptied every table."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(planted_rows)


@pytest.fixture
def committed_db(
    planted_again: None, django_db_serialized_rollback: None, transactional_db: None
) -> Iterator[None]:
    """A database whose commits are real: for threads, processes and what runs after a commit.

    Afterwards SQLite's tables are emptied row by row, which the append-only triggers refuse, so they step
    aside until the next test of this kind. PostgreSQL truncates, which row triggers do not see."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.schema_editor() as editor:
        append_only.remove(None, editor)
        append_only.install(None, editor)
    yield
    with connection.schema_editor() as editor:
        append_only.remove(None, editor)


@pytest.fixture
def stripe_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A pretend Stripe in this process; the real SDK speaks with it through the gateway."""
    sandbox = Sandbox(base_url="http://127.0.0.1:8420")
    monkeypatch.setattr(gateway, "make_transport", lambda: SandboxHTTPClient(sandbox))
    gateway.client.cache_clear()
    yield sandbox
    gateway.client.cache_clear()
    sandbox.close()
