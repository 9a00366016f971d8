"""A laid-out page that many receipts share, with places to fill in: drawn once, then joined with the rest.

It works on what the renderer makes of a page, its tree of boxes and the operators that it writes. That is no
public interface of WeasyPrint: the version is pinned, and test_sheet.py shows what must still hold."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from donors.receipts.archive import as_bytes


class Sheet:
    """The shared half of a first page: costly to make, cheap to use, and by one thread at a time.

    Its places are the elements with an id; what is filled in has the same ids."""

    def __init__(self, document: Any) -> None:
        """Draws the laid-out document once, to remember how."""
        page = document.pages[0]
        self._page_box = page._page_box
        self._places = {box.element.get("id"): box for box in _boxes(self._page_box) if _has_id(box)}
        draw = page.paint

        def remember(stream: Any, scale: Any = 1) -> None:
            start = len(stream.stream)
            draw(stream, scale)
            self._operators = as_bytes(stream.stream[start:])
            self._tags = dict(stream._tags)
            self._states = dict(stream._resources["ExtGState"])
            self._fonts = {key: _as_used(font) for key, font in stream._fonts.items()}

        page.paint = remember
        document.write_pdf(pdf_tags=True)

    @property
    def fits(self) -> bool:
        """Whether nothing runs into the notes at the foot of the page."""
        body = self._page_box.children[0].children[0]
        notes = next((box for box in body.children if box.element.get("class") == "notes"), None)
        if notes is None:
            return False
        above = [box for child in body.children if child is not notes for box in _boxes(child)]
        return all(box.position_y + box.height <= notes.position_y for box in above)

    @property
    def css(self) -> str:
        """The rules that put each block that is filled in onto its place."""
        page = self._page_box
        left, top = page.content_box_x(), page.content_box_y()
        return "".join(
            f"#{name}{{position:absolute;left:{place.content_box_x() - left:.3f}px;"
            f"top:{place.content_box_y() - top:.3f}px;width:{place.width:.3f}px}}"
            for name, place in self._places.items()
        )

    def holds(self, page: Any) -> bool:
        """Whether everything that was filled in stays within the height of its place."""
        filled = _filled(page)
        return all(filled[name].height <= place.height for name, place in self._places.items())

    def joined(self, page: Any) -> Any:
        """The page on this sheet: drawn over it, and read aloud in its order."""
        for name, box in _filled(page).items():
            self._places[name].children = [box]
        whole = copy(page)
        whole._page_box = self._page_box

        def draw(stream: Any, scale: Any = 1) -> None:
            stream.stream.append(self._operators)
            stream._tags.update(self._tags)
            stream._resources["ExtGState"].update(self._states)
            stream._fonts.update({key: _as_used(font) for key, font in self._fonts.items()})
            page.paint(stream, scale)

        whole.paint = draw
        return whole


def _as_used(font: Any) -> Any:
    """A font with the glyphs that were drawn until now, for one document to add its own to."""
    twin = copy(font)
    twin.widths, twin.to_unicode, twin.missing = dict(font.widths), dict(font.to_unicode), dict(font.missing)
    return twin


def _filled(page: Any) -> dict[str, Any]:
    return {box.element.get("id"): box for box in _boxes(page._page_box) if _has_id(box)}


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in box.children:
        yield from _boxes(child)


def _has_id(box: Any) -> bool:
    return box.element is not None and bool(box.element.get("id"))
