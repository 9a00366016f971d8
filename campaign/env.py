"""Reads settings from the environment; a bad value stops the start with one clear sentence."""

import os
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable's text. Raises ImproperlyConfigured when it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. docs/operations.md lists every setting.")
    return value.strip()


def flag(name: str, default: str = "0") -> bool:
    value = text(name, default).lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without empty items."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def http_url(name: str, default: str) -> str:
    """An http(s) address without user, path, query or trailing slash."""
    value = text(name, default).rstrip("/")
    parts = _split(value)
    plain = parts is not None and value == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    if parts is None or not plain or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must look like https://www.example.org, not {value!r}.")
    return value


def _split(value: str) -> SplitResult | None:
    """The parts of an address; None if its brackets or its port are wrong."""
    try:
        parts = urlsplit(value)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def file(name: str, default: str) -> str:
    """The path of a file that is there and may be read; empty if the variable is not set."""
    value = text(name, default)
    if value and not (os.path.isfile(value) and os.access(value, os.R_OK)):
        raise ImproperlyConfigured(f"{name} must name a file that this process may read, not {value!r}.")
    return value


def host_of(url: str) -> str:
    """The host of an address, as Django compares it with a request's: an IPv6 address in its brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def mailer(name: str, default: str) -> dict[str, object]:
    """A Django mailer from one address: console:, eml:/a/folder, smtp://user:password@host:port?tls=1."""
    wrong = ImproperlyConfigured(
        f"{name} must be console:, eml:/a/folder or smtp://user:password@host:port?tls=1."
    )
    parts = _split(text(name, default))
    if parts is None:
        raise wrong
    if parts.scheme == "console":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "eml" and parts.path:
        return {"BACKEND": "campaign.eml.EmailBackend", "OPTIONS": {"folder": parts.path}}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise wrong
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or (465 if parts.scheme == "smtps" else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parse_qs(parts.query).get("tls") == ["1"],
            "timeout": 20,
        },
    }
