"""Every mention of form 2041-RD, read back from the printed text."""

from datetime import date
from typing import Any

import pytest

from donors.receipts.pdf import render_pdf
from tests.donors.receipts.reading import read_aloud, squeezed, text_of
from tests.donors.receipts.snapshots import REFERENCE, a_snapshot

pytestmark = pytest.mark.pdf

MENTIONS = {
    "form": "conforme au modèle 2041-RD",
    "form number": "Cerfa n° 11580",
    "title": "Reçu des dons et versements effectués par les particuliers au titre des articles 200 et 978 du "
    "code général des impôts",
    "order number": "Numéro d’ordre du reçu 2027-000123",
    "beneficiary": "Organisme bénéficiaire des dons et versements Nom ou dénomination Emmaüs Connect",
    "SIREN and RNA": "Numéro SIREN ou RNA SIREN 732829320 · RNA W751234567",
    "address of the beneficiary": "Adresse 12 rue des Essais 33300 Bordeaux France",
    "object": "Objet L’inclusion numérique des personnes en situation de précarité.",
    "category": "Œuvre ou organisme d’intérêt général ayant un caractère philanthropique, éducatif, "
    "scientifique, social, humanitaire, sportif, familial, culturel ou concourant à la mise en valeur du "
    "patrimoine artistique, à la défense de l’environnement naturel ou à la diffusion de la culture, de la "
    "langue et des connaissances scientifiques françaises :",
    "sub-category": "✓Association loi 1901",
    "donor's last name": "Donateur Nom Benali",
    "donor's first names": "Prénoms Amina",
    "donor's full address": "Adresse 3 cours de l’Yser 33800 Bordeaux France",
    "acknowledgement": "Le bénéficiaire reconnaît avoir reçu des dons et versements ouvrant droit à "
    "réduction d’impôt d’un montant de (1) :",
    "amount in figures, framed": "***1 234,50*** euros",
    "amount in words": "Somme en toutes lettres mille deux cent trente-quatre euros et cinquante centimes",
    "date of the payment": "Date du versement ou du don",
    "the day": "12 juin 2027",
    "certification": "Le bénéficiaire certifie sur l’honneur que les dons et versements qu’il reçoit ouvrent "
    "droit à la réduction d’impôt prévue à l’article (2) : ✓200 du CGI 978 du CGI",
    "form of the gift": "Forme du don",
    "the form": "Déclaration de don manuel",
    "nature of the gift": "Nature du don (3)",
    "the nature": "Numéraire",
    "payment mode": "Mode de versement",
    "the mode": "Virement, prélèvement, carte bancaire",
    "date and signature": "Date et signature Le 13 juin 2027",
    "signatory and quality": "Claire Martin trésorière",
    "note 1": "(1) Pour les dons de titres de sociétés cotées et les dons en nature",
    "note 2": "(2) La fraction du montant donné",
    "ruling": "l’article L. 80 C du livre des procédures fiscales",
    "fine": "l’amende prévue à l’article 1740 A du CGI",
    "note 3": "(3) La réduction d’impôt sur la fortune immobilière ne s’applique qu’aux dons en numéraire",
    "gift": f"Référence du don {REFERENCE}",
    "where to check": "Vérifier ce reçu : dons.example.org/recus/verifier/ code 7K3M-9QTX-2B4F",
}


@pytest.fixture(scope="module")
def text() -> str:
    return read_aloud(render_pdf(a_snapshot()))


@pytest.mark.parametrize("mention", MENTIONS)
def test_the_printed_receipt_says(mention: str, text: str) -> None:
    assert squeezed(MENTIONS[mention]) in squeezed(text)


def test_article_978_is_printed_and_not_ticked(text: str) -> None:
    assert "✓978" not in squeezed(text)
    assert text.count("✓") == 3  # the group, the category, article 200


@pytest.mark.parametrize(
    ("over", "expected", "absent"),
    [
        (
            {
                "category": "oig_rup",
                "recognised_on": date(1987, 3, 12),
                "published_on": date(1987, 3, 14),
            },
            "✓Association ou fondation reconnue d’utilité publique : par décret en date du 12 mars 1987 "
            "publié au Journal officiel du 14 mars 1987",
            "Association loi 1901",
        ),
        (
            {"category": "oig_food_aid"},
            "✓Organisme sans but lucratif fournissant gratuitement une aide alimentaire",
            "Association loi 1901",
        ),
        (
            {"category": "oig_other", "category_detail": "fonds local"},
            "✓Autre organisme d’intérêt général : fonds local",
            "Association loi 1901",
        ),
    ],
)
def test_only_the_category_that_applies_is_printed(over: dict[str, Any], expected: str, absent: str) -> None:
    text = text_of(render_pdf(a_snapshot(organisation=over)))

    assert squeezed(expected) in squeezed(text)
    assert absent not in text


def test_a_box_that_stands_alone_is_printed_without_the_group() -> None:
    text = text_of(render_pdf(a_snapshot(organisation={"category": "endowment_fund"})))

    assert squeezed("✓Fonds de dotation") in squeezed(text)
    assert "philanthropique" not in text


@pytest.mark.parametrize(
    ("over", "printed"), [({"rna": ""}, "SIREN 732829320 Adresse"), ({"siren": ""}, "RNA RNA W751234567")]
)
def test_the_number_that_there_is_is_printed_alone(over: dict[str, str], printed: str) -> None:
    assert printed in text_of(render_pdf(a_snapshot(organisation=over)))


def test_the_signature_is_drawn_and_described() -> None:
    with_signature = render_pdf(a_snapshot())
    without = a_snapshot()
    without["signatory"]["signature"]["strokes"] = []

    assert len(with_signature) > len(render_pdf(without))


@pytest.mark.parametrize(("cents", "printed"), [(100, "***1,00*** euros"), (5000, "***50,00*** euros")])
def test_the_figures_always_show_their_cents(cents: int, printed: str) -> None:
    assert printed in text_of(render_pdf(a_snapshot(amount_cents=cents)))


def test_a_receipt_that_replaces_another_names_it() -> None:
    text = text_of(render_pdf(a_snapshot(replaces="2027-000007")))

    assert "Annule et remplace le reçu n° 2027-000007" in text


def test_a_receipt_that_replaces_none_says_nothing_of_it(text: str) -> None:
    assert "remplace" not in text
