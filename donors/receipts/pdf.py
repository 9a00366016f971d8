"""Draw a receipt from its frozen facts. The one place that renders; it reads no database and no clock."""

import json
import warnings
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from donors.receipts.archive import claim_both, finish, set_apart_page_number
from donors.receipts.layout import DENSITIES, filled_html, sheet_facts, sheet_html
from donors.receipts.sheet import Sheet
from donors.receipts.snapshot import canonical_json

FONTS = Path(__file__).resolve().parent / "fonts"

# Archive for six years (LPF art. L. 102 E) and readable aloud: PDF/A keeps all that it needs inside itself,
# level A carries the tags of a structured document, part 3 the frozen facts as an attached file.
PDF_VARIANT = "pdf/a-3a"

# Organisations, kinds of receipt and sizes of type that are at work at one time.
SHEETS_KEPT = 8

_one_at_a_time = Lock()  # the engine below is shared, and Pango's font map is not made for threads


class RenderRefused(Exception):
    """The page asked for a file that is not ours, or does not fit on one page."""


class OwnFilesOnly(URLFetcher):
    """Hands out the receipts' fonts and nothing else: no network, no other file, no data: address."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False, fail_on_errors=True)
        self._files = {path.as_uri(): path for path in FONTS.glob("*.ttf")}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raises ValueError, which stops the rendering, for anything but a font of ours."""
        if url not in self._files:
            raise ValueError(f"a receipt fetches nothing but its fonts, not {url[:200]}")
        return URLFetcherResponse(url, self._files[url].read_bytes(), {"Content-Type": "font/ttf"})


class _Engine:
    """What every receipt shares, built once a process: fonts and styles take longer than a page."""

    def __init__(self) -> None:
        self.fetcher = OwnFilesOnly()
        self.fonts = FontConfiguration()
        self.base_url = f"{FONTS.as_uri()}/"
        self.cache: dict[Any, Any] = {}
        self.style = self.css(render_to_string("receipts/receipt.css"))
        self.sheet = lru_cache(maxsize=SHEETS_KEPT)(self._sheet)

    def css(self, rules: str) -> CSS:
        return CSS(string=rules, base_url=self.base_url, url_fetcher=self.fetcher, font_config=self.fonts)

    def laid_out(self, html: str, *styles: CSS) -> Any:
        page = HTML(string=html, base_url=self.base_url, url_fetcher=self.fetcher)
        return page.render(stylesheets=[self.style, *styles], font_config=self.fonts, cache=self.cache)

    def _sheet(self, facts: str, density: str) -> tuple[Sheet, CSS] | None:
        """The sheet with these facts and the styles of its places; None if it takes more than one page."""
        sheet = Sheet(self.laid_out(sheet_html(json.loads(facts), density=density)))
        return (sheet, self.css(sheet.css)) if sheet.fits else None


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


def render_pdf(snapshot: dict[str, Any], *, duplicate_on: date | None = None) -> bytes:
    """The receipt as a PDF: one A4 page, and a list of the gifts on further pages where there are several.

    The same snapshot gives the same bytes (until an upgrade of the renderer or of a font, which is why the
    bytes are stored). A later copy says so, with its day. Raises RenderRefused."""
    with _one_at_a_time, warnings.catch_warnings():
        # The renderer leaves the file of its colour profile to be closed by the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            document = _joined(snapshot, duplicate_on)
        except FatalURLFetchingError as error:
            raise RenderRefused(str(error)) from error
        claim_both(document)
        return bytes(
            document.write_pdf(pdf_variant=PDF_VARIANT, attachments=[_facts(snapshot)], finisher=finish)
        )


def _joined(snapshot: dict[str, Any], duplicate_on: date | None) -> Any:
    engine, facts = _engine(), canonical_json(sheet_facts(snapshot)).decode()
    for density in DENSITIES:
        found = engine.sheet(facts, density)
        if found is None:
            continue
        sheet, places = found
        document = engine.laid_out(filled_html(snapshot, density=density, duplicate_on=duplicate_on), places)
        if sheet.holds(document.pages[0]):
            first, *others = document.pages
            return document.copy([set_apart_page_number(page) for page in (sheet.joined(first), *others)])
    raise RenderRefused(f"receipt {snapshot['number']} does not fit on its page")


def _facts(snapshot: dict[str, Any]) -> Attachment:
    """What the receipt says, for machines: the very bytes that its hash is made of."""
    issued_at = datetime.fromisoformat(snapshot["issued_at"])
    return Attachment(
        string=canonical_json(snapshot),
        name=f"recu-{snapshot['number']}.json",
        description="Les faits du reçu, lisibles par une machine",
        created=issued_at,
        modified=issued_at,
        relationship="Data",
        url_fetcher=_engine().fetcher,
    )
