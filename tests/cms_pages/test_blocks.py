"""Each piece of a story, as the visitor sees it."""

import re
from typing import Any

import pytest
from django.test import Client

from cms_pages.blocks import StoryBlock
from tests.cms_pages.pages import a_campaign_page, a_picture, picture_block

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>"


def story(client: Client, *blocks: tuple[str, Any]) -> str:
    page = a_campaign_page(story=list(blocks))
    html = client.get(page.get_url()).content.decode()
    found = re.search(r'<div class="story">(.*)</div>\s*</article>', html, re.DOTALL)
    assert found
    return found[1].replace("\u00a0", " ")


def test_text_keeps_its_form(client: Client) -> None:
    html = story(client, ("text", "<p>Un <b>lieu</b>.</p><ul><li>ouvert</li></ul>"))

    assert "<b>lieu</b>" in html
    assert "<li>ouvert</li>" in html


def test_a_heading_is_of_second_rank(client: Client) -> None:
    assert '<h2 class="story__heading">Un lieu</h2>' in story(client, ("heading", "Un lieu"))


def test_a_picture_has_its_words_its_legend_and_its_credit(client: Client) -> None:
    block = picture_block(a_picture(), caption="Aux ateliers", credit="Dessin : Léa")

    html = story(client, block)

    assert 'alt="Trois personnes"' in html
    assert 'loading="lazy"' in html
    assert re.search(r"<figcaption>Aux ateliers.*Dessin : Léa", html)
    assert "width=" in html
    assert "height=" in html, "the place is kept while the picture comes"


def test_a_picture_without_legend_has_no_empty_one(client: Client) -> None:
    assert "figcaption" not in story(client, picture_block(a_picture()))


def test_a_picture_that_was_deleted_leaves_the_page_standing(client: Client) -> None:
    image = a_picture()
    page = a_campaign_page(story=[picture_block(image, caption="Aux ateliers")])
    image.delete()

    response = client.get(page.get_url())

    assert response.status_code == 200
    assert "Aux ateliers" in response.content.decode()


def test_a_testimony_stands_between_french_quotation_marks(client: Client) -> None:
    html = story(client, ("quote", {"text": "J’ose.", "author": "Jeanne", "role": "bénévole"}))

    assert "« J’ose. »" in html
    assert "<strong>Jeanne</strong>, bénévole" in html


def test_a_testimony_may_be_nobodys(client: Client) -> None:
    html = story(client, ("quote", {"text": "J’ose.", "author": "", "role": ""}))

    assert "figcaption" not in html


def test_figures_are_terms_with_their_values(client: Client) -> None:
    figures = [{"number": "13 %", "text": "des Français"}, {"number": "40 %", "text": "des plus précaires"}]

    html = story(client, ("figures", {"title": "Trop", "figures": figures, "source": "Juin 2017"}))

    assert html.count("<dt>") == html.count("<dd>") == 2
    assert "<dd>13 %</dd>" in html
    assert "Juin 2017" in html


def test_figures_without_a_title_have_a_name_all_the_same(client: Client) -> None:
    figures = [{"number": "13 %", "text": "des Français"}]

    html = story(client, ("figures", {"title": "", "figures": figures, "source": ""}))

    assert 'aria-label="Chiffres clés"' in html
    assert "figures__source" not in html


def test_the_gauge_is_that_of_the_page(client: Client) -> None:
    html = story(client, ("gauge", None))

    assert 'class="gauge"' in html
    assert "jours restants" in html


def test_presets_are_links_to_the_filled_in_form(client: Client) -> None:
    html = story(client, ("gifts", {"title": "Votre don", "text": "Choisissez."}))

    assert re.findall(r"montant=([\d,]+)", html) == ["20", "50", "80", "150"]
    assert "Donner 80 €" in html
    assert "Choisir un autre montant" in html
    assert "Choisissez." in html


@pytest.mark.parametrize(
    "block",
    [
        ("heading", EVIL),
        ("quote", {"text": EVIL, "author": EVIL, "role": EVIL}),
        ("figures", {"title": EVIL, "figures": [{"number": "1", "text": EVIL}], "source": EVIL}),
        ("gifts", {"title": EVIL, "text": EVIL}),
    ],
    ids=lambda block: block[0],
)
def test_html_in_a_block_is_shown_as_text(client: Client, block: tuple[str, Any]) -> None:
    html = story(client, block)

    assert EVIL not in html
    assert "&lt;script&gt;" in html


def test_html_around_a_picture_is_shown_as_text(client: Client) -> None:
    html = story(client, picture_block(a_picture(), alt='"><script>', caption=EVIL, credit=EVIL))

    assert "<script>" not in html


def test_an_editor_cannot_leave_out_what_a_picture_shows() -> None:
    alt = StoryBlock().child_blocks["picture"].child_blocks["alt"]

    assert alt.required
