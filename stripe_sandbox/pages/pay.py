"""The page that `session.url` leads to: buttons instead of card numbers, test accounts instead of IBANs."""

from html import escape
from urllib.parse import parse_qs

import stripe

from stripe_sandbox.amounts import french_amount
from stripe_sandbox.answers import Response
from stripe_sandbox.bank_accounts import ACCOUNTS
from stripe_sandbox.core import Sandbox
from stripe_sandbox.debits import days_to_know
from stripe_sandbox.due import expire_due
from stripe_sandbox.errors import StripeError
from stripe_sandbox.pages.rendering import fill, page, see_other
from stripe_sandbox.payments import SEPA, NotPayable, Payer, tries
from stripe_sandbox.resources.accounts import the_account
from stripe_sandbox.resources.checkout_sessions import line_items_of
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

LABELS = {"donate": "Donner", "book": "Réserver"}
NO_SESSION = "Cette page de paiement n’existe pas. Retournez sur le site de l’association et recommencez."
PAID = "Ce paiement a déjà été accepté, une seule fois. Vous pouvez fermer cette page."
EXPIRED = "Cette page de paiement a expiré. Rien n’a été débité. Retournez sur le site et recommencez."
SUBMITTED = (
    "La banque a reçu le prélèvement\u00a0; elle répondra dans quelques jours. Vous pouvez fermer cette page."
)
NO_SEPA = (
    "Le site ne propose pas le prélèvement SEPA pour ce paiement. Revenez en arrière et choisissez la carte."
)
NO_OUTCOME = "Cette issue n’existe pas. Revenez en arrière et choisissez l’un des boutons."


def show(sandbox: Sandbox, session_id: str) -> Response:
    """The page as it stands: buttons while the session is open, else what became of it."""
    with sandbox.locked() as world:
        expire_due(world)
        try:
            session = world.get(stripe.checkout.Session, session_id)
        except StripeError:
            return _notice(404, "Page de paiement inconnue", NO_SESSION)
        return _shown(world, session, "")


def press(sandbox: Sandbox, session_id: str, body: bytes) -> Response:
    """One button pressed: on to the site when it is decided, else the page again with the reason."""
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", errors="replace")).items()}
    outcome = form.get("outcome", SEPA if "iban" in form else "")
    payer = Payer(**{field: form.get(field, "").strip() for field in ("email", "name", "iban")})
    try:
        result = sandbox.play(session_id, outcome, payer)
    except StripeError:
        return _notice(404, "Page de paiement inconnue", NO_SESSION)
    except NotPayable as refusal:
        return _refused(str(refusal))
    if result.message:
        with sandbox.locked() as world:
            return _shown(world, world.get(stripe.checkout.Session, session_id), result.message)
    return see_other(result.redirect)


def _refused(reason: str) -> Response:
    if reason == "expired":
        return _notice(410, "Paiement expiré", EXPIRED)
    return _notice(400, "Issue impossible", NO_SEPA if reason == SEPA else NO_OUTCOME)


def _shown(world: World, session: Obj, message: str) -> Response:
    if session["status"] == "complete" and session["payment_status"] == "unpaid":
        return _notice(200, "Prélèvement en cours", SUBMITTED)
    if session["status"] == "complete":
        return _notice(200, "Paiement accepté", PAID)
    if session["status"] == "expired":
        return _notice(410, "Paiement expiré", EXPIRED)
    amount = french_amount(session["amount_total"], session["currency"])
    if session["mode"] == "subscription":
        amount += " par mois"
    email = (session["customer_details"] or {}).get("email")
    organisation = the_account(world)["business_profile"]["name"]
    summary = fill(
        "pay.html",
        organisation=organisation,
        product=_products(world, session["id"]),
        amount=amount,
        email=email or "non communiquée",
        session=session["id"],
        tries=str(tries(world, session["id"])),
    )
    alert = f'<p class="alert" role="alert">{escape(message)}</p>' if message else ""
    forms = _forms(world, session, amount, ask_email=not email)
    return page(200, f"Payer {amount} — simulation", f"{summary}{alert}{forms}</section></div>")


def _forms(world: World, session: Obj, amount: str, *, ask_email: bool) -> str:
    """One form for the card, one for the debit, one to leave: Enter in a field presses its own button."""
    known = {"session": session["id"], "amount": amount, "label": LABELS.get(session["submit_type"], "Payer")}
    forms = ""
    if "card" in session["payment_method_types"]:
        email = fill("email.html", id="email") if ask_email else ""
        forms += fill("choices.html", {"email": email}, **known)
    if "sepa_debit" in session["payment_method_types"]:
        email = fill("email.html", id="email-2") if ask_email else ""
        parts = {"email": email, **_accounts()}
        forms += fill("debit.html", parts, **known, when=_when(days_to_know(world)))
    return forms + fill("leave.html", session=session["id"])


def _accounts() -> dict[str, str]:
    known = [(account.iban, escape(account.french)) for account in ACCOUNTS.values()]
    return {
        "accounts": "".join(f'<option value="{iban}">{french}</option>' for iban, french in known),
        "list": "".join(f"<dt>{french}</dt><dd><code>{iban}</code></dd>" for iban, french in known),
    }


def _when(days: int) -> str:
    return f"{days} jours plus tard" if days > 1 else ("le jour même", "le lendemain")[days]


def _products(world: World, session_id: str) -> str:
    return ", ".join(item["description"] for item in line_items_of(world, session_id))


def _notice(status: int, title: str, text: str) -> Response:
    return page(status, f"{title} — simulation", fill("notice.html", title=title, text=text))
