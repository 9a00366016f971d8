"""Is every mention there that the form requires? A donor loses the reduction for a missing one.

Source: CGI art. 200-5 and 238 bis-5 bis, arrêté du 26 juin 2008 and the forms themselves."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

from donors.receipts.categories import missing_for

# What the page can hold at the smallest type that is still easily read.
LONGEST_PURPOSE = 1000

_OF_ANYBODY = {
    "form": "le modèle du reçu",
    "form_version": "la version du modèle",
    "title": "le titre du reçu",
    "organisation.name": "la dénomination de l’organisme",
    "organisation.street": "l’adresse de l’organisme",
    "organisation.postcode": "le code postal de l’organisme",
    "organisation.city": "la commune de l’organisme",
    "organisation.country": "le pays de l’organisme",
    "organisation.purpose": "l’objet de l’organisme",
    "organisation.category.label": "la catégorie de l’organisme",
    "donor.street": "l’adresse du donateur",
    "donor.postcode": "le code postal du donateur",
    "donor.city": "la commune du donateur",
    "donor.country": "le pays du donateur",
    "gift.amount_cents": "le montant du don",
    "gift.amount_figures": "le montant en chiffres",
    "gift.amount_words": "le montant en toutes lettres",
    "gift.payments": "la liste des versements",
    "gift.forms": "la forme du don",
    "gift.natures": "la nature du don",
    "certification": "l’attestation sur l’honneur",
    "articles": "l’article du code général des impôts",
    "signatory.name": "le nom du signataire",
    "signatory.role": "la qualité du signataire",
    "signatory.signature": "la signature",
    "issued_on": "la date du reçu",
    "notes": "les renvois du modèle",
}
REQUIRED = {
    "person": {
        **_OF_ANYBODY,
        "donor.last_name": "le nom du donateur",
        "donor.first_name": "le prénom du donateur",
    },
    "organisation": {
        **_OF_ANYBODY,
        "donor.name": "la dénomination de l’entreprise donatrice",
        "donor.legal_form": "la forme juridique de l’entreprise donatrice",
        "donor.siren": "le numéro SIREN de l’entreprise donatrice",
    },
}


def missing_mentions(snapshot: dict[str, Any]) -> list[str]:
    """The mentions that this receipt would lack, in French; all of them at once, in the order of the form."""
    return [
        *_empty(snapshot),
        *_undated(snapshot["gift"]),
        *_without_article(snapshot["articles"]),
        *_incomplete(snapshot["organisation"]),
    ]


def _empty(snapshot: dict[str, Any]) -> Iterator[str]:
    for path, label in REQUIRED[snapshot["donor"]["kind"]].items():
        if not reduce(lambda facts, key: facts[key], path.split("."), snapshot):
            yield label


def _undated(gift: dict[str, Any]) -> Iterator[str]:
    if not gift["paid_on"] and not gift["period"]:
        yield "la date du versement"
    if gift["money"] and not gift["payment_modes"]:
        yield "le mode de versement"
    if gift["in_kind"] and not gift["in_kind"]["description"]:
        yield "la description de ce qui a été donné"


def _without_article(articles: list[dict[str, Any]]) -> Iterator[str]:
    if articles and not any(article["ticked"] for article in articles):
        yield "un article du code général des impôts qui s’applique à ce don"


def _incomplete(organisation: dict[str, Any]) -> Iterator[str]:
    if not organisation["siren"] and not organisation["rna"]:
        yield "le numéro SIREN ou RNA de l’organisme"
    category = organisation["category"]
    if not category["detail"] and (needed := missing_for(category["code"])):
        yield " et ".join(needed)
    if len(organisation["purpose"]) > LONGEST_PURPOSE:
        yield f"un objet de {LONGEST_PURPOSE} caractères au plus (il doit tenir sur la page)"
