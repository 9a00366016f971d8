"""What every page of the Dashboard has around it: the way to the others, and what was just done."""

from html import escape

from stripe_sandbox.answers import Response
from stripe_sandbox.dashboard.html import link
from stripe_sandbox.pages.rendering import page

PAGES = {
    "/": "Accueil",
    "/payments/": "Paiements",
    "/subscriptions/": "Abonnements",
    "/payouts/": "Virements",
    "/disputes/": "Litiges",
    "/events/": "Événements",
    "/clock/": "Horloge",
    "/webhooks/": "Webhooks",
    "/faults/": "Pannes",
    "/settings/": "Réglages",
}


def framed(here: str, title: str, body_html: str, *, notice: str = "", status: int = 200) -> Response:
    """One page; `here` is its address in `PAGES`, or that of the list that it belongs to."""
    done = f'<p class="done" role="status">{escape(notice)}</p>' if notice else ""
    heading = f"<h1>{escape(title)}</h1>"
    return page(status, f"{title} — faux Stripe", f"{done}{heading}{body_html}", nav=_nav(here))


def refused(here: str, title: str, reason: str, body_html: str) -> Response:
    """The page again, with Stripe's own English words for why not."""
    alert = (
        '<p class="alert" role="alert">Ce n’est pas possible&nbsp;: '
        f'<span lang="en">{escape(reason)}</span></p>'
    )
    return framed(here, title, f"{alert}{body_html}", status=400)


def _nav(here: str) -> str:
    items = "".join(
        f"<li>{link(href, name) if href != here else _current(href, name)}</li>"
        for href, name in PAGES.items()
    )
    return f'<nav aria-label="Pages du faux Stripe"><ul>{items}</ul></nav>'


def _current(href: str, name: str) -> str:
    return f'<a href="{escape(href)}" aria-current="page">{escape(name)}</a>'
