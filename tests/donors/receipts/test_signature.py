import pytest

from donors.receipts.signature import MOST_CHARACTERS, UnsafeSignature, read_signature
from tests.factories import SIGNATURE


def drawing(inside: str, attributes: str = 'viewBox="0 0 100 40"') -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'


def test_the_strokes_of_a_signature_are_kept() -> None:
    found = read_signature(SIGNATURE)

    assert found["view_box"] == "0 0 180 70"
    assert len(found["strokes"]) == 1
    assert found["strokes"][0]["d"].startswith("M14 46C20 22")
    assert found["strokes"][0]["attributes"] == {"fill": "none", "stroke": "#12324a"}


def test_a_group_hands_its_colours_to_its_strokes() -> None:
    svg = drawing('<g stroke="black"><path d="M0 0L9 9"/><path d="M1 1z" stroke="#f00"/></g>')

    colours = [stroke["attributes"]["stroke"] for stroke in read_signature(svg)["strokes"]]

    assert colours == ["black", "#f00"]


def test_an_xml_declaration_a_title_and_line_breaks_do_no_harm() -> None:
    svg = '\n<?xml version="1.0" encoding="UTF-8"?>\n' + drawing(
        '<title>Claire</title><path d="M0 0\n L9 9"/>', 'viewBox="0,0, 100 40"'
    )

    found = read_signature(svg)

    assert found["view_box"] == "0 0 100 40"
    assert found["strokes"][0]["d"] == "M0 0 L9 9"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<image href="http://example.org/a.png"/>',
        '<image href="file:///etc/passwd"/>',
        '<use href="#a"/>',
        "<style>@import url(http://example.org/a.css);</style>",
        "<foreignObject><p>texte</p></foreignObject>",
        "<text>Claire</text>",
        '<a href="http://example.org/"><path d="M0 0L9 9"/></a>',
        '<animate attributeName="d"/>',
        '<path xmlns="http://www.w3.org/1999/xhtml" d="M0 0L9 9"/>',
        '<path d="M0 0L9 9" onload="alert(1)"/>',
        '<path d="M0 0L9 9" style="fill:url(http://example.org/a)"/>',
        '<path d="M0 0L9 9" fill="url(#a)"/>',
        '<path d="M0 0L9 9" stroke-width="1;x"/>',
        '<path d="M0 0L9 9" transform="scale(99)"/>',
        '<path d="M0 0L9 9"><set attributeName="d"/></path>',
        '<path d="url(http://example.org)"/>',
        '<path d=""/>',
        "<path/>",
        '<g filter="url(#a)"><path d="M0 0L9 9"/></g>',
    ],
)
def test_anything_but_plain_strokes_is_refused(inside: str) -> None:
    with pytest.raises(UnsafeSignature):
        read_signature(drawing(inside))


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "pas un dessin",
        "<svg",
        "<p>un texte</p>",
        drawing(""),
        drawing('<path d="M0 0L9 9"/>', ""),
        drawing('<path d="M0 0L9 9"/>', 'viewBox="0 0 100"'),
        drawing('<path d="M0 0L9 9"/>', 'viewBox="0 0 100 40" onload="alert(1)"'),
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + drawing('<path d="M0 0L9 9"/>'),
        '<!DOCTYPE svg SYSTEM "http://example.org/a.dtd">' + drawing('<path d="M0 0L9 9"/>'),
        '<?xml-stylesheet href="http://example.org/a.css"?>' + drawing('<path d="M0 0L9 9"/>'),
        drawing("<!-- un mot --><path d='M0 0L9 9'/>"),
        "\x00" + drawing('<path d="M0 0L9 9"/>'),
    ],
)
def test_what_is_no_drawing_is_refused(svg: str) -> None:
    with pytest.raises(UnsafeSignature):
        read_signature(svg)


def test_a_huge_drawing_is_refused() -> None:
    with pytest.raises(UnsafeSignature, match="trop lourd"):
        read_signature(drawing(f'<path d="{"M0 0" * MOST_CHARACTERS}"/>'))


def test_the_refusal_names_what_it_met() -> None:
    with pytest.raises(UnsafeSignature, match="« image »"):
        read_signature(drawing("<image/>"))
