"""Which page of the Dashboard answers which address."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from stripe_sandbox.actions import ACTIONS
from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard import controls, home, lists, objects
from stripe_sandbox.dashboard.frame import framed

FROM_HERE = ("same-origin", "none")


def answer(
    sandbox: Sandbox, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> Response | None:
    """The page at this address; None when the Dashboard has none there.

    A page of another site that posts here is told off: browsers say in `Sec-Fetch-Site` where a form was.
    """
    path, query = urlsplit(target).path, _read(urlsplit(target).query)
    if method == "GET":
        return _shown(sandbox, path, query)
    if method != "POST":
        return None
    if headers.get("Sec-Fetch-Site", "same-origin") not in FROM_HERE:
        return framed("", "Refusé", "<p>Cette commande vient d’un autre site.</p>", status=403)
    return _pressed(sandbox, path, _read(body.decode("utf-8", errors="replace")))


def _shown(sandbox: Sandbox, path: str, query: dict[str, str]) -> Response | None:
    if path == "/":
        return home.show(sandbox)
    if path in lists.LISTS:
        return lists.show(sandbox, path, query.get("after", ""))
    if path in controls.PAGES:
        return controls.show(sandbox, path, query.get("done", ""))
    if path.startswith("/objects/"):
        return objects.show(sandbox, path.removeprefix("/objects/"), query.get("done", ""))
    return None


def _pressed(sandbox: Sandbox, path: str, form: dict[str, str]) -> Response | None:
    if path in controls.PAGES:
        return controls.press(sandbox, path, form)
    name = path.removeprefix("/actions/")
    if name in ACTIONS and name != path:
        return objects.act(sandbox, name, form)
    parts = path.split("/")
    if len(parts) == 4 and (parts[1], parts[3]) == ("events", "resend"):
        return objects.send_again(sandbox, parts[2])
    return None


def _read(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
