"""The front page: what this server is, and what has just happened on it."""

from html import escape

from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard.frame import framed
from stripe_sandbox.dashboard.html import Row, link, moment, money, object_link, table
from stripe_sandbox.dashboard.words import state_of
from stripe_sandbox.pages.rendering import fill
from stripe_sandbox.resources.accounts import the_account
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.webhooks import Delivery, deliveries

SHOWN = 15
SESSIONS = {"open": "ouverte", "complete": "terminée", "expired": "expirée"}
CHARGES = {"succeeded": "acceptée", "failed": "refusée", "pending": "en attente"}


def show(sandbox: Sandbox) -> Response:
    with sandbox.locked() as world:
        sessions = world.store.find("checkout.session", limit=SHOWN)
        charges = world.store.find("charge", limit=SHOWN)
        posts = deliveries(world, limit=SHOWN)
        organisation = the_account(world)["business_profile"]["name"]
        now = world.now()
    intro = fill("home.html", organisation=organisation, now=moment(now))
    tables = [
        table(
            "Dernières pages de paiement",
            ("Créée", "Session", "Montant", "État"),
            map(_session_row, sessions),
        ),
        table(
            "Derniers paiements",
            ("Créé", "Paiement", "Montant", "Remboursé", "État"),
            map(_charge_row, charges),
        ),
        table(
            "Derniers webhooks",
            ("Événement", "Identifiant", "Essais", "Réponse", "État"),
            map(_post_row, posts),
        ),
    ]
    return framed("/", "Un Stripe pour de faux", intro + "".join(tables))


def _session_row(session: Obj) -> Row:
    shown = f"{session['id'][:20]}…"
    href = session["url"] if session["status"] == "open" else f"/objects/{session['id']}"
    amount = money(session["amount_total"], session["currency"])
    return moment(session["created"]), link(href, shown), amount, SESSIONS[session["status"]]


def _charge_row(charge: Obj) -> Row:
    amounts = [money(charge[name], charge["currency"]) for name in ("amount", "amount_refunded")]
    return moment(charge["created"]), object_link(charge["id"]), *amounts, CHARGES[charge["status"]]


def _post_row(post: Delivery) -> Row:
    answer = str(post.last_status or post.last_error or "—")
    state = escape(state_of(post.state))
    return escape(post.type), object_link(post.event), str(post.attempts), escape(answer), state
