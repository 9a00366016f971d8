"""Whose address counts: the one that connected, or what our own proxy says of it."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from donors.giving.visitor import client_address


def test_without_a_proxy_nobody_can_claim_to_be_somebody_else(settings: Settings) -> None:
    settings.BEHIND_PROXY = False
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.7")

    assert client_address(request) == "192.0.2.1"


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("198.51.100.7, 192.0.2.1", "192.0.2.1"),
        ("198.51.100.7,192.0.2.1 ", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_behind_a_proxy_its_own_word_counts_and_no_other(settings: Settings, told: str, address: str) -> None:
    settings.BEHIND_PROXY = True
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=told)

    assert client_address(request) == address


def test_a_proxy_that_says_nothing_makes_nobody_count(settings: Settings) -> None:
    settings.BEHIND_PROXY = True

    assert client_address(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1")) == ""


def test_a_server_on_a_unix_socket_knows_no_address(settings: Settings) -> None:
    settings.BEHIND_PROXY = False

    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == ""
