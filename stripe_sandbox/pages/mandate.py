"""The page that a mandate's `url` leads to: what the donor has signed."""

from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from stripe_sandbox.pages.rendering import fill, page

BY_REFERENCE = "json_extract(body, '$.payment_method_details.sepa_debit.reference') = ?"
UNKNOWN = "Ce mandat n’existe pas sur le faux Stripe."
GOOD, REVOKED = "en vigueur", "révoqué\u00a0: aucun prélèvement n’est plus possible"


def show(sandbox: Sandbox, reference: str) -> Response:
    with sandbox.locked() as world:
        found = world.store.find("mandate", BY_REFERENCE, reference)
    if not found:
        return page(404, "Mandat inconnu", fill("notice.html", title="Mandat inconnu", text=UNKNOWN))
    state = GOOD if found[0]["status"] == "active" else REVOKED
    text = f"Référence unique du mandat (RUM)\u00a0: {reference}. État\u00a0: {state}."
    title = "Mandat de prélèvement SEPA"
    return page(200, f"{title} — simulation", fill("notice.html", title=title, text=text))
