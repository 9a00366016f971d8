"""The page of one object: what it says, what came of it, and a button for all that can happen to it."""

import inspect
import json
from collections.abc import Mapping
from html import escape

from stripe_sandbox.actions import ACTIONS, offered_for
from stripe_sandbox.answers import Response
from stripe_sandbox.buttons import Button
from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard import family, html
from stripe_sandbox.dashboard.frame import framed, refused
from stripe_sandbox.dashboard.words import CHOICES, FIELDS, KINDS, MOMENTS, MONEY, PARAMETERS, state_of
from stripe_sandbox.errors import StripeError
from stripe_sandbox.pages.rendering import see_other
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.webhooks import Delivery, resend
from stripe_sandbox.world import World

UNKNOWN = "Cet objet n’existe pas"


def show(sandbox: Sandbox, object_id: str, done: str = "") -> Response:
    """Page 404 for an id that nothing has; `done` names the action that led here."""
    notice = f"Fait\u202f: {ACTIONS[done].label}." if done in ACTIONS else ""
    with sandbox.locked() as world:
        found = world.store.get(object_id)
        if found is None:
            return framed("", UNKNOWN, "<p>Il a peut-être été oublié avec le reste.</p>", status=404)
        title, body = _body(world, found)
    return framed(_list_of(found), title, body, notice=notice)


def act(sandbox: Sandbox, name: str, form: Mapping[str, str]) -> Response:
    """One button pressed; back to the object's page, with the reason when it cannot be."""
    given = {key: value for key, value in form.items() if key != "back"}
    back = form.get("back", "")
    try:
        sandbox.act(name, **given)
    except (StripeError, ValueError) as error:
        return _not_done(sandbox, back, str(error))
    return see_other(f"/objects/{back}?done={name}" if back else f"/settings/?done={name}")


def send_again(sandbox: Sandbox, event_id: str) -> Response:
    """Deliver an event once more, as the Dashboard's own button does."""
    with sandbox.locked() as world:
        resend(world, event_id)
    return see_other(f"/objects/{event_id}")


def _not_done(sandbox: Sandbox, back: str, reason: str) -> Response:
    with sandbox.locked() as world:
        found = world.store.get(back)
        title, body = _body(world, found) if found else ("Réglages", "")
    return refused(_list_of(found) if found else "/settings/", title, reason, body)


def _list_of(obj: Obj) -> str:
    return family.PAGES.get(str(obj["object"]), "/payments/")


def _body(world: World, obj: Obj) -> tuple[str, str]:
    members = family.family_of(world, obj)
    cards = "".join(_card(member, members[0]) for member in members)
    if members[0]["object"] == "event":
        return KINDS["event"], cards + _deliveries(world, obj["id"])
    lines = family.lines_of(world, members)
    return _title(members[0]), cards + (_lines(lines) if lines else "")


def _title(obj: Obj) -> str:
    """“Paiement de 50,00 €”"""
    amount = obj.get("amount", obj.get("amount_due"))
    return _name(obj) if amount is None else f"{_name(obj)} de {html.money(amount, obj['currency'])}"


def _name(obj: Obj) -> str:
    return KINDS.get(obj["object"], str(obj["object"]))


def _card(obj: Obj, head: Obj) -> str:
    """One object of the page: its facts, its buttons and all of its JSON."""
    hidden = (None, "", head["id"])
    shown = [(FIELDS[name], _value(obj, name)) for name in FIELDS if obj.get(name) not in hidden]
    offered = offered_for(obj).items()
    buttons = "".join(action_form(name, button, obj["id"], head["id"]) for name, button in offered)
    text = escape(json.dumps(obj, indent=2, ensure_ascii=False))
    heading = "" if obj is head else f"<h2>{escape(_name(obj))}</h2>"
    return (
        f'<section class="card" aria-label="{escape(_name(obj))} {escape(obj["id"])}">'
        f"{heading}<p><code>{escape(obj['id'])}</code></p>{html.facts(shown)}{buttons}"
        f"<details><summary>Tout l’objet, en JSON</summary><pre tabindex='0'>{text}</pre></details></section>"
    )


def _value(obj: Obj, name: str) -> str:
    value = obj[name]
    if name in MONEY and isinstance(value, int):
        return html.money(value, obj["currency"])
    if name in MOMENTS:
        return html.moment(value)
    if isinstance(value, dict):
        value = value.get("id", "")
    if name in ("status", "payment_status"):
        return escape(state_of(value))
    return html.object_link(value) if _is_id(value) else escape(str(value))


def _is_id(value: object) -> bool:
    head = value.partition("_")[0] if isinstance(value, str) and "_" in value else ""
    prefixes = ("ch", "py", "pi", "pm", "cus", "sub", "in", "re", "pyr", "du", "dp", "po", "txn", "mandate")
    return head in prefixes and " " not in str(value)


def action_form(name: str, button: Button, target: str, back: str) -> str:
    """A button with the controls for its parameters; the object's own id goes along unseen."""
    parameters = list(button.parameters)
    parts = [html.hidden("back", back)] if back else []
    if button.on != "account":
        parts.append(html.hidden(parameters.pop(0), target))
    for parameter in parameters:
        key = f"{name}-{target}--{parameter}"
        parts.append(html.field(key, _label(button, parameter), _control(key, button, parameter)))
    return html.form(f"/actions/{name}", "".join(parts), button.label)


def _control(key: str, button: Button, parameter: str) -> str:
    options = button.options(parameter)
    if options:
        return html.select(key, [(option, CHOICES.get(option, option)) for option in options])
    return html.number(key, "") if button.is_number(parameter) else html.text(key, "")


def _label(button: Button, parameter: str) -> str:
    words = PARAMETERS.get(parameter, parameter)
    default = button.parameters[parameter].default
    optional = default is not inspect.Parameter.empty and not button.options(parameter)
    return f"{words} (facultatif)" if optional else words


def _lines(lines: list[Obj]) -> str:
    rows = [
        (
            html.object_link(line["id"]),
            escape(line["type"]),
            *(html.money(line[name], line["currency"]) for name in ("amount", "fee", "net")),
            escape(state_of(line["status"])),
            html.object_link(line["source"]) if line["source"] else "—",
        )
        for line in lines
    ]
    total = html.money(sum(line["net"] for line in lines), lines[0]["currency"])
    heads = ("Mouvement", "Type", "Montant", "Frais", "Net", "État", "Origine")
    return html.table(f"Mouvements du solde, {len(lines)} au total {total}", heads, rows)


def _deliveries(world: World, event_id: str) -> str:
    posts = [
        Delivery(**dict(row))
        for row in world.store.rows("select * from deliveries where event = ? order by seq", event_id)
    ]
    rows = [
        (
            escape((world.store.get(post.endpoint) or {}).get("url", "aucune adresse")),
            str(post.attempts),
            escape(str(post.last_status or post.last_error or "—")),
            escape(state_of(post.state)),
        )
        for post in posts
    ]
    heads = ("Adresse", "Essais", "Réponse", "État")
    again = html.form(f"/events/{event_id}/resend", "", "Envoyer une fois de plus")
    return html.table("Livraisons", heads, rows) + again
