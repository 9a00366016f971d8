"""Receipts over several gifts, for companies, copies: read back from the printed text."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from donors.receipts.layout import LONGEST_ON_FIRST_PAGE
from donors.receipts.models import Receipt
from donors.receipts.pdf import RenderRefused, render_pdf
from tests.donors.receipts.reading import info_of, picture_of, read_aloud, squeezed, text_of
from tests.donors.receipts.snapshots import (
    a_company_snapshot,
    a_snapshot,
    a_yearly_snapshot,
    an_unsaved_gift,
    together,
)
from tests.donors.receipts.variants import COPIED_ON, GOODS

pytestmark = pytest.mark.pdf

SIX_LINES = "Appartement 12, escalier B, bâtiment 38"


def test_a_year_of_gifts_is_one_sum_and_says_which_days_it_covers() -> None:
    text = read_aloud(render_pdf(a_yearly_snapshot(12)))

    assert "Reçu fiscal annuel, cumul des versements" in text
    assert "***126,66*** euros" in text
    assert "Période des versements du 20 mars 2027 au 5 juin 2027 12 versements, page 2" in text
    assert squeezed("Virement, prélèvement, carte bancaire ; Remise d’espèces") in squeezed(text)


def test_each_gift_of_a_year_stands_in_the_list_with_its_day_and_reference() -> None:
    snapshot = a_yearly_snapshot(60)
    content = render_pdf(snapshot)
    text = text_of(content)

    for payment in snapshot["gift"]["payments"]:
        assert payment["reference"] in text
        assert payment["amount_figures"] in text
    assert "18 avril 2026 Numéraire – Virement, prélèvement, carte bancaire" in text
    assert "Total ***647,70***" in text
    assert info_of(content)["Pages"] == "3"
    assert text.count("Montant en euros") == 2  # a list over two pages repeats its header row


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (2, 2), (60, 3)])
def test_every_page_says_its_number_and_how_many_there_are(count: int, pages: int) -> None:
    text = text_of(render_pdf(a_yearly_snapshot(count)))

    for page in range(1, pages + 1):
        assert f"page {page}/{pages}" in text


def test_a_late_gift_has_a_receipt_that_says_it_comes_on_top() -> None:
    snapshot = together([an_unsaved_gift()], kind=Receipt.Kind.SUPPLEMENTARY)

    assert "Reçu fiscal complémentaire" in read_aloud(render_pdf(snapshot))


COMPANY_MENTIONS = (
    "au titre de l’article 238 bis du code général des impôts",
    "Document conforme au modèle 2041-MEC-SD (Cerfa n° 16216)",
    "Entreprise donatrice Dénomination Coopérative des Deux Rives",
    "Forme juridique SCOP à responsabilité limitée",
    "Numéro SIREN 732829320",
    "Adresse 3 cours de l’Yser 33800 Bordeaux France",
    "***2 074,50*** euros Montant total en toutes lettres deux mille soixante-quatorze euros et cinquante",
    "Versements Total ***1 234,50*** euros mille deux cent trente-quatre euros et cinquante centimes",
    "Remise d’espèces Chèque ✓Virement, prélèvement, carte bancaire Autre",
    f"Dons en nature Valeur ***840,00*** euros huit cent quarante euros Description {GOODS}",
    "Date du versement ou du don 12 juin 2027",
    "✓238 bis du CGI",
)


def test_a_company_reads_every_mention_of_its_own_form() -> None:
    text = squeezed(read_aloud(render_pdf(a_company_snapshot(in_kind=GOODS))))

    for mention in COMPANY_MENTIONS:
        assert squeezed(mention) in text
    assert "particuliers" not in text
    assert "978" not in text


def test_a_company_that_gave_only_money_reads_that_there_was_nothing_in_kind() -> None:
    text = read_aloud(render_pdf(a_company_snapshot()))

    assert "Dons en nature Aucun" in text


def test_a_company_that_gave_only_goods_reads_that_there_was_no_payment() -> None:
    snapshot = a_company_snapshot(nature="in_kind", method="none", description=GOODS)

    text = read_aloud(render_pdf(snapshot))

    assert "Versements Aucun" in text
    assert text.count("✓") == 3  # the group, the category, the article: no way of paying


@pytest.mark.parametrize("company", [True, False])
def test_a_description_too_long_for_the_first_page_stands_whole_on_the_next(company: bool) -> None:
    goods = ("Douze ordinateurs portables avec leur chargeur ; " * 30)[:1000].strip()
    facts = {"nature": "in_kind", "method": "none", "description": goods}
    content = render_pdf(a_company_snapshot(**facts) if company else a_snapshot(**facts))

    assert len(goods) > LONGEST_ON_FIRST_PAGE
    assert "décrits page 2, dans le détail des versements" in read_aloud(content)
    assert squeezed(goods) in squeezed(read_aloud(content))
    assert info_of(content)["Pages"] == "2"


def test_a_person_reads_what_was_given_in_kind() -> None:
    content = render_pdf(a_snapshot(nature="in_kind", method="none", description="Un ordinateur portable"))

    text = read_aloud(content)
    assert "Autres : don en nature Un ordinateur portable" in text
    assert "Mode de versement Sans objet" in text
    assert info_of(content)["Pages"] == "1"


def test_a_later_copy_says_so_with_its_day_and_the_first_one_does_not() -> None:
    copied, first = (render_pdf(a_snapshot(), duplicate_on=day) for day in (COPIED_ON, None))

    assert "DUPLICATA du 3 mars 2028" in read_aloud(copied)
    assert "DUPLICATA" not in read_aloud(first)


def test_a_copy_of_another_day_says_that_day() -> None:
    assert "DUPLICATA du 1er avril 2028" in read_aloud(
        render_pdf(a_snapshot(), duplicate_on=date(2028, 4, 1))
    )


@pytest.mark.parametrize("snapshot", [a_snapshot(), a_company_snapshot()], ids=["person", "company"])
def test_a_camera_that_looks_at_the_receipt_finds_its_page_for_checking(snapshot: dict[str, Any]) -> None:

    picture = Image.open(BytesIO(picture_of(render_pdf(snapshot))))
    (found,) = zxingcpp.read_barcodes(picture)

    assert found.text == snapshot["verify_url"]
    assert found.text.endswith("/recus/verifier/?numero=2027-000123&code=7K3M9QTX2B4F")


def test_an_address_of_six_lines_is_printed_whole() -> None:
    street = ", ".join([SIX_LINES] * 4)

    text = read_aloud(
        render_pdf(a_snapshot(donor={"street": street, "city": "Saint-Médard-en-Jalles Cedex"}))
    )

    assert squeezed(street) in squeezed(text)


def test_a_donor_too_long_for_every_size_of_type_is_refused() -> None:
    snapshot = a_snapshot()
    snapshot["donor"]["street"] = "rue sans fin " * 300

    with pytest.raises(RenderRefused, match="2027-000123 does not fit"):
        render_pdf(snapshot)
