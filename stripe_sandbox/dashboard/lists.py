"""The lists: newest first, twenty-five a page."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard.frame import framed
from stripe_sandbox.dashboard.html import Row, link, moment, money, object_link, table
from stripe_sandbox.dashboard.words import state_of
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

SHOWN = 25


@dataclass(frozen=True)
class List:
    """A page with the objects of one kind; `row` makes the cells, in HTML."""

    title: str
    kind: str
    heads: tuple[str, ...]
    row: Callable[[World, Obj], Row]


def show(sandbox: Sandbox, path: str, after: str) -> Response:
    """The page that begins after the object `after`, or the first one."""
    wanted = LISTS[path]
    with sandbox.locked() as world:
        found = objects(world, wanted.kind, after, SHOWN + 1)
        rows = [wanted.row(world, obj) for obj in found[:SHOWN]]
    more = link(f"{path}?after={found[SHOWN - 1]['id']}", "Plus anciens") if len(found) > SHOWN else ""
    return framed(path, wanted.title, table(wanted.title, wanted.heads, rows) + f"<p>{more}</p>")


def objects(world: World, kind: str, after: str, limit: int) -> list[Obj]:
    cursor = world.store.run("select created, seq from objects where id = ?", after).fetchone()
    if cursor is None:
        return world.store.find(kind, limit=limit)
    where = "(created, seq) < (?, ?)"
    return world.store.find(kind, where, cursor["created"], cursor["seq"], limit=limit)


def _payment(world: World, intent: Obj) -> Row:
    charge = world.store.get(intent["latest_charge"] or "") or {}
    refunded = money(charge.get("amount_refunded", 0), intent["currency"])
    disputed = " · litige" if charge.get("disputed") else ""
    state = f"{escape(state_of(intent['status']))}{disputed}"
    return _common(intent), money(intent["amount"], intent["currency"]), refunded, state, _when(intent)


def _subscription(world: World, subscription: Obj) -> Row:
    del world
    price = subscription["items"]["data"][0]["price"]
    amount = f"{money(price['unit_amount'], price['currency'])} par mois"
    paused = " · prélèvements suspendus" if subscription["pause_collection"] else ""
    state = f"{escape(state_of(subscription['status']))}{paused}"
    return _common(subscription), amount, state, _when(subscription)


def _payout(world: World, payout: Obj) -> Row:
    del world
    arrival = moment(payout["arrival_date"])
    amount = money(payout["amount"], payout["currency"])
    return _common(payout), amount, escape(state_of(payout["status"])), arrival


def _dispute(world: World, dispute: Obj) -> Row:
    del world
    amount = money(dispute["amount"], dispute["currency"])
    return _common(dispute), amount, escape(state_of(dispute["status"])), _when(dispute)


def _event(world: World, event: Obj) -> Row:
    posts = world.store.rows("select state, attempts from deliveries where event = ?", event["id"])
    sent = ", ".join(f"{state_of(post['state'])} ({post['attempts']})" for post in posts)
    about = object_link(event["data"]["object"].get("id", ""))
    return link(f"/objects/{event['id']}", event["type"]), about, escape(sent or "—"), _when(event)


def _common(obj: Obj) -> str:
    return object_link(obj["id"])


def _when(obj: Obj) -> str:
    return moment(obj["created"])


LISTS = {
    "/payments/": List(
        "Paiements", "payment_intent", ("Paiement", "Montant", "Remboursé", "État", "Créé"), _payment
    ),
    "/subscriptions/": List(
        "Abonnements", "subscription", ("Abonnement", "Montant", "État", "Créé"), _subscription
    ),
    "/payouts/": List("Virements", "payout", ("Virement", "Montant", "État", "Arrivée"), _payout),
    "/disputes/": List("Litiges", "dispute", ("Litige", "Montant", "État", "Créé"), _dispute),
    "/events/": List("Événements", "event", ("Événement", "Objet", "Livraisons (essais)", "Créé"), _event),
}
