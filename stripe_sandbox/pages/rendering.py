"""Fill an HTML file and send it with headers that let the browser load nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from stripe_sandbox.answers import Response

HERE = Path(__file__).parent


@cache
def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """No `form-action`: browsers apply it to the redirect after the form too, which leaves this host."""
    digest = base64.b64encode(hashlib.sha256(_file("sandbox.css").encode()).digest()).decode()
    style = f"style-src 'sha256-{digest}'"
    return f"default-src 'none'; {style}; img-src data:; base-uri 'none'; frame-ancestors 'none'"


def fill(name: str, html: Mapping[str, str] | None = None, /, **values: str) -> str:
    """The named part with text put in, everything escaped but what is `html` already."""
    texts = {key: escape(value) for key, value in values.items()}
    return Template(_file(name)).substitute({**texts, **(html or {})})


def page(status: int, title: str, body: str, *, nav: str = "") -> Response:
    """A whole page around `body`, which is HTML already, as is `nav`."""
    html = Template(_file("frame.html")).substitute(
        title=escape(title), css=_file("sandbox.css"), body=body, nav=nav
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _policy(),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, headers, html.encode())


def see_other(url: str) -> Response:
    return Response(303, {"Location": url, "Cache-Control": "no-store"}, b"")
