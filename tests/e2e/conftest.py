import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.site import Site, eventually


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(var_dir=tmp_path_factory.mktemp("demo"))
    running.start(gifts=8)
    yield running
    assert running.stop() == 0


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of somebody who comes for the first time; any script error fails the test."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    opened = visitor.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on(
        "console",
        lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield opened
    assert errors == []


def raised_cents(site: Site, code: str = "juin") -> int:
    """What the public feed says was raised, by a figure that was computed after this call."""
    asked = datetime.now(UTC)

    def fresh() -> int | None:
        with urlopen(f"{site.url}/api/campaigns/{code}/progress.json") as answer:  # noqa: S310  our own site
            found = json.load(answer)
        return int(found["raised_cents"]) if datetime.fromisoformat(found["computed_at"]) > asked else None

    raised = eventually(fresh, seconds=15)
    assert raised is not None, "the figure is older than it may be"
    return raised


def serious_faults(page: Page) -> list[str]:
    """What axe finds serious or critical, as `rule: element`."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


def picture(page: Page, folder: Path, name: str) -> Path:
    path = folder / f"{name}.png"
    page.screenshot(path=str(path), full_page=True)
    return path
