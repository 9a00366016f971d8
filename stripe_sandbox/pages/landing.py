"""The front page: what this server is, and what has just happened on it."""

from datetime import UTC, datetime
from html import escape

from stripe_sandbox.amounts import french_amount
from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from stripe_sandbox.pages.rendering import fill, page
from stripe_sandbox.resources.accounts import the_account
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.webhooks import Delivery, deliveries

SHOWN = 20
SESSIONS = {"open": "ouverte", "complete": "payée", "expired": "expirée"}
CHARGES = {"succeeded": "acceptée", "failed": "refusée", "pending": "en attente"}
DELIVERIES = {
    "pending": "en attente",
    "delivered": "livrée",
    "dropped": "perdue exprès",
    "failed": "abandonnée",
}


def show(sandbox: Sandbox) -> Response:
    with sandbox.locked() as world:
        sessions = world.store.find("checkout.session", limit=SHOWN)
        charges = world.store.find("charge", limit=SHOWN)
        posts = deliveries(world, limit=SHOWN)
        organisation = the_account(world)["business_profile"]["name"]
        now = world.now()
    intro = fill("landing.html", organisation=organisation, now=_moment(now))
    tables = [
        _table(
            "Dernières pages de paiement",
            ("Créée", "Session", "Montant", "État"),
            map(_session_row, sessions),
        ),
        _table(
            "Derniers paiements",
            ("Créé", "Paiement", "Montant", "Remboursé", "État"),
            map(_charge_row, charges),
        ),
        _table(
            "Derniers webhooks",
            ("Événement", "Identifiant", "Essais", "Réponse", "État"),
            map(_post_row, posts),
        ),
    ]
    return page(200, "Un Stripe pour de faux", intro + "".join(tables))


def _table(caption: str, heads: tuple[str, ...], rows: "map[tuple[str, ...]]") -> str:
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    body = body or f'<tr><td colspan="{len(heads)}">Rien pour l’instant.</td></tr>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    frame = f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">'
    top = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"{frame}<table>{top}<tbody>{body}</tbody></table></div>"


def _session_row(session: Obj) -> tuple[str, ...]:
    amount = french_amount(session["amount_total"], session["currency"])
    return _moment(session["created"]), f"{session['id'][:20]}…", amount, SESSIONS[session["status"]]


def _charge_row(charge: Obj) -> tuple[str, ...]:
    amounts = [french_amount(charge[name], charge["currency"]) for name in ("amount", "amount_refunded")]
    return _moment(charge["created"]), charge["id"], *amounts, CHARGES[charge["status"]]


def _post_row(post: Delivery) -> tuple[str, ...]:
    answer = str(post.last_status or post.last_error or "—")
    return post.type, post.event, str(post.attempts), answer, DELIVERIES[post.state]


def _moment(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%d/%m/%Y %H:%M:%S")
