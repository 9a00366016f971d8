"""Face B without the socket: which part of the sandbox answers which address."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from stripe_sandbox import control
from stripe_sandbox.answers import Response, json_answer
from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard import site as dashboard
from stripe_sandbox.pages import invoice, mandate, pay, portal
from stripe_sandbox.pages.rendering import fill, page

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

type Show = Callable[[Sandbox, str], Response]
type Press = Callable[[Sandbox, str, bytes], Response]

DONORS_PAGES: dict[str, tuple[Show, Press]] = {
    "pay": (pay.show, pay.press),
    "invoice": (invoice.show, invoice.press),
    "portal": (portal.show, portal.press),
}
"""What Stripe shows to donors: the first part of the address, then the id of what it is about."""


def answer(sandbox: Sandbox, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
    """Answer any request to the server. Raises `ConnectionDropped` when a fault says so."""
    path = urlsplit(target).path
    if path.startswith("/v1/"):
        return sandbox.handle(method, target, headers, body)
    if urlsplit(f"//{headers.get('Host', '127.0.0.1')}").hostname not in LOCAL_NAMES:
        return json_answer(421, {"error": "this server answers on 127.0.0.1 only"})
    if path.startswith("/_sandbox/"):
        # A page of another site cannot send JSON here without asking first, and asking is never answered.
        if method == "POST" and not headers.get("Content-Type", "").startswith("application/json"):
            return json_answer(415, {"error": "send Content-Type: application/json"})
        return control.answer(sandbox, method, path, body)
    shown = dashboard.answer(sandbox, method, target, headers, body)
    return shown or _page(sandbox, method, path, body)


def _page(sandbox: Sandbox, method: str, path: str, body: bytes) -> Response:
    _, kind, object_id = f"{path.rstrip('/')}//".split("/", 2)
    if kind in DONORS_PAGES and method in ("GET", "POST"):
        show, press = DONORS_PAGES[kind]
        object_id = object_id.rstrip("/")
        return show(sandbox, object_id) if method == "GET" else press(sandbox, object_id, body)
    if path.startswith("/mandate/") and method == "GET":
        return mandate.show(sandbox, path.removeprefix("/mandate/"))
    text = "Cette page n’existe pas sur le faux Stripe."
    return page(404, "Page inconnue", fill("notice.html", title="Page inconnue", text=text))
