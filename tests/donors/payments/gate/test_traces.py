"""The gate recognises somebody without writing down who it is."""

import pytest
from django.test import override_settings

from donors.payments.gate.traces import address_key, email_key


def test_the_same_address_leaves_the_same_trace_and_another_one_another() -> None:
    assert address_key("192.0.2.1") == address_key(" 192.0.2.1 ")
    assert address_key("192.0.2.1") != address_key("192.0.2.2")


def test_a_trace_shows_neither_the_address_nor_the_email() -> None:
    assert "192.0.2.1" not in address_key("192.0.2.1")
    assert "amina" not in email_key("amina@example.org")
    assert len(address_key("192.0.2.1")) == len(email_key("amina@example.org")) == 32


def test_without_the_secret_key_a_trace_cannot_be_made_again() -> None:
    ours = address_key("192.0.2.1")

    with override_settings(SECRET_KEY="another key that is long enough for a test of this kind, and longer"):
        assert address_key("192.0.2.1") != ours


def test_an_ipv6_household_counts_as_one() -> None:
    assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:aaaa::9")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")


def test_an_ipv4_address_in_ipv6_clothes_is_the_same_one() -> None:
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1")


@pytest.mark.parametrize("nonsense", ["", "unknown", "192.0.2", "<script>", "192.0.2.1:8080", "unix:"])
def test_what_is_no_address_is_not_counted(nonsense: str) -> None:
    assert address_key(nonsense) == ""


def test_one_mailbox_is_one_however_it_is_written() -> None:
    plain = email_key("amina@example.org")

    assert email_key(" Amina@Example.ORG ") == plain
    assert email_key("amina+juin@example.org") == plain
    assert email_key("amina@example.com") != plain


def test_an_address_and_an_email_never_leave_the_same_trace() -> None:
    assert address_key("192.0.2.1") != email_key("192.0.2.1")
