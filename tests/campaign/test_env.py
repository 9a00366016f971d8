"""Settings from the environment: a bad value stops the start with one clear sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port, validate_host

from campaign import env


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", True), ("yes", True), ("0", False), ("", False), ("OFF", False)]
)
def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch, value: str, wanted: bool) -> None:
    monkeypatch.setenv("DEBUG", value)

    assert env.flag("DEBUG") is wanted


def test_a_flag_of_another_word_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")

    with pytest.raises(ImproperlyConfigured, match="DEBUG must be 1 or 0, not 'maybe'"):
        env.flag("DEBUG")


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        env.text("SECRET_KEY")


@pytest.mark.parametrize("value", ["-1", "81", "x", "1.5", "²"])
def test_a_number_outside_its_bounds_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STRIPE_TIMEOUT_SECONDS", value)

    with pytest.raises(ImproperlyConfigured, match="a whole number from 1 to 80"):
        env.whole_number("STRIPE_TIMEOUT_SECONDS", 25, least=1, most=80)


@pytest.mark.parametrize(
    "value",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://a.org/path",
        "https://a.org?x=1",
        "https://a.org#top",
        "https://:8000",
        "https://claire@a.org",
        "http://[::1",
        "http://[::1:8000",
        "http://[fe80]",
        "http://host:99999",
        "http://host:0",
        "http://host:port",
    ],
)
def test_an_address_must_be_one(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SITE_URL", value)

    with pytest.raises(ImproperlyConfigured, match="SITE_URL must look like"):
        env.http_url("SITE_URL", "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("https://Dons.Example.org", "dons.example.org"),
        ("http://[::1]:8000", "[::1]"),
        ("https://[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_the_host_of_an_address_is_the_one_that_a_request_names(
    monkeypatch: pytest.MonkeyPatch, url: str, host: str
) -> None:
    monkeypatch.setenv("SITE_URL", url)

    assert env.host_of(env.http_url("SITE_URL", "")) == host
    assert validate_host(split_domain_port(url.split("://")[1])[0], [host])


def test_words_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", "whsec_a, whsec_b,,")

    assert env.words("STRIPE_WEBHOOK_SECRETS") == ["whsec_a", "whsec_b"]


def test_a_mailer_is_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://claire%40x:p%2Fw@mail.example.org:25?tls=1")

    options = env.mailer("EMAIL_URL", "console:")["OPTIONS"]

    assert isinstance(options, dict)
    assert (options["host"], options["port"], options["use_tls"]) == ("mail.example.org", 25, True)
    assert (options["username"], options["password"]) == ("claire@x", "p/w")


@pytest.mark.parametrize(
    "value", ["mail.example.org", "smtp:", "eml:", "gopher://x", "smtp://host:99999", "smtp://[::1"]
)
def test_a_mailer_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EMAIL_URL", value)

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must be"):
        env.mailer("EMAIL_URL", "console:")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "at least 50 random characters"),
        ("STRIPE_API_KEY", "pk_test_1", "must begin with sk_test_"),
        ("DATABASE_URL", "mysql://x/y", "must name PostgreSQL or SQLite"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must"),
        ("DATABASE_URL", "postgres://host:99999/name", "DATABASE_URL must"),
        ("SITE_URL", "http://[::1", "SITE_URL must look like"),
        ("STRIPE_API_BASE", "http://host:99999", "STRIPE_API_BASE must look like"),
    ],
)
def test_the_start_stops_on_a_bad_value(name: str, value: str, sentence: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", "import campaign.settings"],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode != 0
    assert sentence in result.stderr.splitlines()[-1]


def test_a_file_that_is_there_is_taken_and_none_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cachet.p12").write_bytes(b"x")
    monkeypatch.setenv("RECEIPT_SEAL_PKCS12", str(tmp_path / "cachet.p12"))
    assert env.file("RECEIPT_SEAL_PKCS12", "") == str(tmp_path / "cachet.p12")

    monkeypatch.setenv("RECEIPT_SEAL_PKCS12", "")
    assert env.file("RECEIPT_SEAL_PKCS12", "") == ""


@pytest.mark.parametrize("name", ["absent.p12", "."])
def test_a_file_that_is_not_there_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("RECEIPT_SEAL_PKCS12", str(tmp_path / name))

    with pytest.raises(ImproperlyConfigured, match="RECEIPT_SEAL_PKCS12 must name a file"):
        env.file("RECEIPT_SEAL_PKCS12", "")
