"""The page that `hosted_invoice_url` leads to: a month that the card did not pay by itself."""

from html import escape
from urllib.parse import parse_qs

import stripe

from stripe_sandbox.amounts import french_amount
from stripe_sandbox.answers import Response
from stripe_sandbox.billing.collecting import is_processing, subscription_of
from stripe_sandbox.billing.paying import NotOwed, pay_in_person
from stripe_sandbox.core import Sandbox
from stripe_sandbox.errors import StripeError
from stripe_sandbox.pages.rendering import fill, page, see_other
from stripe_sandbox.resources.accounts import the_account
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

UNKNOWN = "Cette facture n’existe pas. Retournez sur le site de l’association."
NO_OUTCOME = "Cette issue n’existe pas. Revenez en arrière et choisissez l’un des boutons."
PROCESSING = (
    "Un prélèvement est en cours. Vous n’avez rien à faire\u00a0: la banque répond en quelques jours."
)
SETTLED = {
    "paid": ("Facture payée", "Cette facture est payée. Vous pouvez fermer cette page."),
    "void": ("Facture annulée", "Cette facture a été annulée. Vous n’avez rien à payer."),
    "draft": ("Facture en préparation", "Cette facture n’est pas encore définitive. Revenez dans une heure."),
}


def show(sandbox: Sandbox, invoice_id: str) -> Response:
    """The page as it stands: buttons while the invoice is open, else what became of it."""
    with sandbox.locked() as world:
        try:
            return _shown(world, world.get(stripe.Invoice, invoice_id), "")
        except StripeError:
            return _notice(404, "Facture inconnue", UNKNOWN)


def press(sandbox: Sandbox, invoice_id: str, body: bytes) -> Response:
    """One button pressed: the page of a paid invoice, or this page again with the reason."""
    outcome = parse_qs(body.decode("utf-8", errors="replace")).get("outcome", [""])[0]
    with sandbox.locked() as world:
        try:
            invoice = world.get(stripe.Invoice, invoice_id)
        except StripeError:
            return _notice(404, "Facture inconnue", UNKNOWN)
        try:
            failure = pay_in_person(world, invoice, outcome)
        except NotOwed:
            if invoice["status"] == "open" and not is_processing(world, invoice):
                return _notice(400, "Issue impossible", NO_OUTCOME)
            failure = None
        if failure is not None:
            return _shown(world, invoice, failure.french)
    return see_other(f"/invoice/{invoice_id}")


def _shown(world: World, invoice: Obj, message: str) -> Response:
    if invoice["status"] != "open":
        return _notice(200, *SETTLED[invoice["status"]])
    if is_processing(world, invoice):
        return _notice(200, "Prélèvement en cours", PROCESSING)
    amount = french_amount(invoice["amount_remaining"], invoice["currency"])
    method = world.get(stripe.PaymentMethod, subscription_of(world, invoice)["default_payment_method"])
    alert = f'<p class="alert" role="alert">{escape(message)}</p>' if message else ""
    body = fill(
        "invoice.html",
        {"alert": alert},
        organisation=the_account(world)["business_profile"]["name"],
        product=invoice["lines"]["data"][0]["description"],
        amount=amount,
        number=invoice["number"],
        email=invoice["customer_email"] or "non communiquée",
        method=method_text(method),
        way="avec la carte enregistrée" if method["type"] == "card" else "par prélèvement",
        tries=str(invoice["attempt_count"]),
        invoice=invoice["id"],
    )
    return page(200, f"Payer {amount} — simulation", body)


def method_text(method: Obj) -> str:
    """Visa •••• 4242, 12/2029"""
    if method["type"] != "card":
        return f"prélèvement SEPA •••• {method['sepa_debit']['last4']}"
    card = method["card"]
    return f"{card['brand'].capitalize()} •••• {card['last4']}, {card['exp_month']:02}/{card['exp_year']}"


def _notice(status: int, title: str, text: str) -> Response:
    return page(status, f"{title} — simulation", fill("notice.html", title=title, text=text))
