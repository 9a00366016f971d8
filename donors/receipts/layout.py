"""The two halves of a receipt's first page, as HTML: the sheet that many share, and what is filled in.

Laying out boxes is what takes the time, and most of a page says the same on thousands of receipts: who
receives, who signs, the words of the form. That half is laid out once; `pdf.py` puts the two together."""

from datetime import date
from itertools import groupby
from typing import Any

import segno
from django.template.loader import get_template

from donors.receipts import wording
from donors.receipts.forms import Form

# Long names and purposes take smaller type, so that a receipt never needs a page that it can spare.
DENSITIES = ("airy", "dense", "tight")

# As much of a description as stands on the first page; a longer one stands in the list of payments.
LONGEST_ON_FIRST_PAGE = 240

_SHARED = ("form", "kind", "livemode", "title", "conformity", "organisation", "certification", "articles")


def sheet_facts(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What the sheet says. Nothing of one donor or one gift may be in it: it is kept and used for others."""
    return {fact: snapshot[fact] for fact in (*_SHARED, "signatory", "notes")}


def sheet_html(facts: dict[str, Any], *, density: str) -> str:
    """The shared half: empty places stand where something is filled in, each with an id."""
    context = {
        "receipt": facts,
        "density": density,
        "is_company": facts["form"] == Form.COMPANY,
        "beneficiary": wording.BENEFICIARY,
        "kicker": wording.KICKERS[facts["kind"]],
        "specimen": "" if facts["livemode"] else wording.SPECIMEN,
    }
    return get_template("receipts/sheet.html").render(context)


def filled_html(snapshot: dict[str, Any], *, density: str, duplicate_on: date | None = None) -> str:
    """What is filled in at those places, and the pages that follow; every fact escaped as text."""
    gift = snapshot["gift"]
    description = gift["in_kind"]["description"] if gift["in_kind"] else ""
    too_long = len(description) > LONGEST_ON_FIRST_PAGE
    context = {
        "receipt": snapshot,
        "density": density,
        "is_company": snapshot["form"] == Form.COMPANY,
        "received": wording.RECEIVED,
        "issued_on": _day(snapshot["issued_on"]),
        "paid_on": wording.days_in_french(gift),
        "duplicate_on": wording.day_in_french(duplicate_on) if duplicate_on else "",
        "description": wording.DESCRIBED_BELOW if too_long else description,
        "modes": [(mode, mode in gift["payment_modes"]) for mode in wording.COMPANY_MODES],
        "payments": _dated(gift["payments"]) if len(gift["payments"]) > 1 or too_long else [],
        "verify_at": snapshot["verify_url"].partition("?")[0].partition("://")[2],
        "qr": _qr(snapshot["verify_url"]),
    }
    return get_template("receipts/filled.html").render(context)


def _dated(payments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**payment, "day": _day(payment["paid_on"])} for payment in payments]


def _day(iso: str) -> str:
    return wording.day_in_french(date.fromisoformat(iso))


def _qr(address: str) -> dict[str, Any]:
    """A QR code as one flat path: each row's dark stretches, as strokes one module wide."""
    # One mask for all: trying the eight takes longer than drawing, and every reader takes any of them.
    code = segno.make_qr(address, error="m", mask=3, boost_error=False)
    path = []
    for y, row in enumerate(code.matrix):
        x = 0
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                path.append(f"M{x} {y}.5h{length}")
            x += length
    return {"path": "".join(path), "width": len(code.matrix)}
