"""The signature that a receipt prints: read from the SVG of an organisation into plain strokes.

What the treasurer pasted is never printed as markup. It is taken apart, and only the strokes are kept; the
template draws them anew. Anything but strokes is refused: it could fetch, run or hide something."""

import re
from typing import TypedDict
from xml.etree import ElementTree

MOST_CHARACTERS = 100_000

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"
_VIEW_BOX = re.compile(rf"^\s*{_NUMBER}(?:[\s,]+{_NUMBER}){{3}}\s*$")
_STROKES = re.compile(r"^[MmZzLlHhVvCcSsQqTtAa0-9eE.,+\-\s]+$")
_COLOUR = re.compile(r"^(?:none|currentColor|[a-z]+|#[0-9a-fA-F]{3,8})$")
_ATTRIBUTES = {
    "fill": _COLOUR,
    "stroke": _COLOUR,
    "stroke-width": re.compile(rf"^{_NUMBER}(?:px)?$"),
    "stroke-linecap": re.compile(r"^(?:butt|round|square)$"),
    "stroke-linejoin": re.compile(r"^(?:miter|round|bevel)$"),
    "fill-rule": re.compile(r"^(?:nonzero|evenodd)$"),
}
_ABOUT_THE_DRAWING = {"viewBox", "width", "height", "version", "role", "aria-label", "aria-hidden"}


class Stroke(TypedDict):
    d: str
    attributes: dict[str, str]


class Drawing(TypedDict):
    view_box: str
    strokes: list[Stroke]


class UnsafeSignature(ValueError):
    """The signature is no plain drawing; the message says why, in French, for the treasurer."""


def read_signature(svg: str) -> Drawing:
    """The strokes of a signature. Raises UnsafeSignature for all that is not plain `<path>`s."""
    svg = svg.strip()
    if len(svg) > MOST_CHARACTERS:
        raise UnsafeSignature("Le dessin de la signature est trop lourd.")
    if "<!" in svg or "<?" in svg.removeprefix("<?xml "):
        raise UnsafeSignature("Le fichier de la signature contient autre chose qu’un dessin.")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  no DTD passes the line above: nothing can expand
    except (ElementTree.ParseError, ValueError) as error:
        raise UnsafeSignature("La signature n’est pas un dessin SVG lisible.") from error
    if _name(root) != "svg":
        raise UnsafeSignature("La signature n’est pas un dessin SVG.")
    view_box = root.get("viewBox", "")
    if not _VIEW_BOX.match(view_box):
        raise UnsafeSignature("Le dessin de la signature n’indique pas ses dimensions (viewBox).")
    inherited = _checked(root, allowed_too=_ABOUT_THE_DRAWING)
    strokes = _strokes(root, inherited)
    if not strokes:
        raise UnsafeSignature("Le dessin de la signature est vide.")
    return {"view_box": " ".join(view_box.replace(",", " ").split()), "strokes": strokes}


def _strokes(parent: ElementTree.Element, inherited: dict[str, str]) -> list[Stroke]:
    found: list[Stroke] = []
    for element in parent:
        match _name(element):
            case "g":
                found += _strokes(element, inherited | _checked(element, allowed_too=set()))
            case "path":
                attributes = inherited | _checked(element, allowed_too={"d"})
                d = " ".join(element.get("d", "").split())
                if not _STROKES.match(d) or len(element):
                    raise UnsafeSignature("La signature contient un tracé illisible.")
                found.append({"d": d, "attributes": attributes})
            case "title" | "desc":
                continue
            case other:
                raise UnsafeSignature(f"La signature contient « {other} » : seuls des tracés sont permis.")
    return found


def _checked(element: ElementTree.Element, *, allowed_too: set[str]) -> dict[str, str]:
    """The attributes that may be drawn. Raises UnsafeSignature for any that could do more than draw."""
    kept = {}
    for name, value in element.attrib.items():
        if name in allowed_too:
            continue
        if name not in _ATTRIBUTES or not _ATTRIBUTES[name].match(value.strip()):
            raise UnsafeSignature(f"La signature contient « {name} » : seuls des tracés simples sont permis.")
        kept[name] = value.strip()
    return kept


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).removeprefix(_NAMESPACE)
