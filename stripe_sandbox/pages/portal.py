"""The page that a portal session leads to: a donor stops a monthly gift, or gives another card."""

from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qs

import stripe

from stripe_sandbox.amounts import french_amount
from stripe_sandbox.answers import Response
from stripe_sandbox.billing.editing import update
from stripe_sandbox.billing.subscriptions import change, end, item_of, subscriptions_of
from stripe_sandbox.billing.wallet import add_card
from stripe_sandbox.core import Sandbox
from stripe_sandbox.errors import StripeError
from stripe_sandbox.pages.invoice import method_text
from stripe_sandbox.pages.rendering import fill, page, see_other
from stripe_sandbox.resources.accounts import the_account
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

OPEN_FOR = 60 * 60
UNKNOWN = "Cette page n’existe pas ou n’est plus valable. Retournez sur le site de l’association."
NOT_OFFERED = "Ce bouton n’existe pas. Revenez en arrière et choisissez l’un des boutons."
BUTTONS = {
    "stop": "Arrêter ce don mensuel",
    "keep": "Finalement, continuer ce don",
    "card": "Donner une autre carte",
}
DONE = {
    "stop": "C’est fait\u00a0: ce don mensuel s’arrête.",
    "keep": "C’est fait\u00a0: ce don mensuel continue.",
    "card": "C’est fait\u00a0: la nouvelle carte servira dès le prochain mois.",
}


def show(sandbox: Sandbox, session_id: str) -> Response:
    with sandbox.locked() as world:
        session = _session(world, session_id)
        return _gone() if session is None else _shown(world, session, "")


def press(sandbox: Sandbox, session_id: str, body: bytes) -> Response:
    """One button pressed: done at once, and the page says so, or the flow leads back to the site."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", errors="replace")).items()}
    wanted = form.get("action", "")
    with sandbox.locked() as world:
        session = _session(world, session_id)
        if session is None:
            return _gone()
        found = {gift["id"]: gift for gift in subscriptions_of(world, session["customer"])}
        gift = found.get(form.get("subscription", ""))
        if gift is None or wanted not in _offered(world, session, gift):
            return page(
                400, "Impossible — simulation", fill("notice.html", title="Impossible", text=NOT_OFFERED)
            )
        _do(world, session, gift, wanted)
        after = (session["flow"] or {}).get("after_completion")
        if after is not None and after["type"] == "redirect":
            return see_other(after["redirect"]["return_url"])
        return _shown(world, session, DONE[wanted])


def _session(world: World, session_id: str) -> Obj | None:
    """The session while it is young and its customer is there."""
    try:
        session = world.get(stripe.billing_portal.Session, session_id)
    except StripeError:
        return None
    customer = world.get(stripe.Customer, session["customer"])
    young = world.now() < session["created"] + OPEN_FOR
    return session if young and not customer.get("deleted") else None


def _gone() -> Response:
    title = "Page inconnue"
    return page(404, f"{title} — simulation", fill("notice.html", title=title, text=UNKNOWN))


def _features(world: World, session: Obj) -> Obj:
    found: Obj = world.get(stripe.billing_portal.Configuration, session["configuration"])["features"]
    return found


def _offered(world: World, session: Obj, gift: Obj) -> list[str]:
    features = _features(world, session)
    offered = []
    if features["subscription_cancel"]["enabled"] and session["flow"] is None:
        offered.append("keep" if gift["cancel_at_period_end"] else "stop")
    if features["payment_method_update"]["enabled"]:
        offered.append("card")
    return offered


def _do(world: World, session: Obj, gift: Obj, wanted: str) -> None:
    if wanted == "card":
        change(world, gift, default_payment_method=add_card(world, gift["customer"])["id"])
    elif wanted == "stop" and _features(world, session)["subscription_cancel"]["mode"] == "immediately":
        end(world, gift, "cancellation_requested")
    else:
        update(world, gift, {"cancel_at_period_end": wanted == "stop"})


def _shown(world: World, session: Obj, message: str) -> Response:
    gifts = "".join(_gift(world, session, gift) for gift in subscriptions_of(world, session["customer"]))
    back = session["return_url"]
    link = f'<p><a href="{escape(back)}">Revenir au site de l’association</a></p>' if back else ""
    body = fill(
        "portal.html",
        {
            "alert": f'<p class="done" role="status">{escape(message)}</p>' if message else "",
            "gifts": gifts or "<p>Aucun don mensuel en cours.</p>",
            "back": link,
        },
        organisation=the_account(world)["business_profile"]["name"],
        email=world.get(stripe.Customer, session["customer"])["email"] or "ce client",
    )
    return page(200, "Vos dons mensuels — simulation", body)


def _gift(world: World, session: Obj, gift: Obj) -> str:
    item = item_of(gift)
    buttons = "".join(
        f'<button name="action" value="{name}">{BUTTONS[name]}</button>\n'
        for name in _offered(world, session, gift)
    )
    return fill(
        "portal_gift.html",
        {"buttons": buttons},
        session=session["id"],
        subscription=gift["id"],
        product=world.get(stripe.Product, item["price"]["product"])["name"],
        amount=french_amount(item["price"]["unit_amount"], gift["currency"]),
        state=_state(gift),
        method=method_text(world.get(stripe.PaymentMethod, gift["default_payment_method"])),
    )


def _state(gift: Obj) -> str:
    day = datetime.fromtimestamp(item_of(gift)["current_period_end"], UTC).strftime("%d/%m/%Y")
    if gift["cancel_at_period_end"]:
        return f"s’arrête le {day}"
    if gift["pause_collection"] is not None or gift["status"] == "paused":
        return "suspendu"
    if gift["status"] == "past_due":
        return "en retard\u00a0: le dernier mois n’est pas payé"
    return f"prochain prélèvement le {day}"
