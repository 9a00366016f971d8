"""Draw a receipt from its frozen facts. The one place that renders; it reads no database and no clock."""

import warnings
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.template.loader import get_template, render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from donors.receipts.wording import BENEFICIARY, RECEIVED, SPECIMEN, day_in_french, days_in_french

FONTS = Path(__file__).resolve().parent / "fonts"

# Archive for six years (LPF art. L. 102 E) and readable aloud: PDF/A keeps all that it needs inside itself,
# level A carries the tags of a structured document. Part 3 may later hold the facts as an attached file.
PDF_VARIANT = "pdf/a-3a"

# Long names and purposes take smaller type, so that a receipt is always one page.
DENSITIES = ("airy", "dense", "tight")

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
        style = render_to_string("receipts/receipt.css")
        self.style = CSS(
            string=style, base_url=self.base_url, url_fetcher=self.fetcher, font_config=self.fonts
        )
        self.cache: dict[Any, Any] = {}


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


def render_pdf(snapshot: dict[str, Any]) -> bytes:
    """The receipt as a PDF of one A4 page. The same snapshot gives the same bytes (until an upgrade of the
    renderer or of a font, which is why the bytes are stored). Raises RenderRefused."""
    with _one_at_a_time:
        for density in DENSITIES:
            try:
                document = _layout(html_of(snapshot, density=density))
            except FatalURLFetchingError as error:
                raise RenderRefused(str(error)) from error
            if len(document.pages) == 1:
                return _write(document)
    raise RenderRefused(f"receipt {snapshot['number']} does not fit on one page")


def _write(document: Any) -> bytes:
    with warnings.catch_warnings():
        # The renderer leaves the file of its colour profile to be closed by the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        return bytes(document.write_pdf(pdf_variant=PDF_VARIANT))


def html_of(snapshot: dict[str, Any], *, density: str = DENSITIES[0]) -> str:
    """The page, with every fact of the snapshot escaped as text."""
    context = {
        "receipt": snapshot,
        "density": density,
        "issued_on": day_in_french(date.fromisoformat(snapshot["issued_on"])),
        "paid_on": days_in_french(snapshot["gift"]),
        "beneficiary": BENEFICIARY,
        "received": RECEIVED,
        "specimen": "" if snapshot["livemode"] else SPECIMEN,
    }
    return get_template("receipts/receipt.html").render(context)


def _layout(html: str) -> Any:
    engine = _engine()
    page = HTML(string=html, base_url=engine.base_url, url_fetcher=engine.fetcher)
    return page.render(stylesheets=[engine.style], font_config=engine.fonts, cache=engine.cache)
