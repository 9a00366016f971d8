"""A PDF chosen or dropped on the page, in a real browser: its hash leaves, the file never does."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

STATIC = Path(settings.BASE_DIR) / "campaign" / "static"
SITE = "http://127.0.0.1:9"  # a browser computes hashes on such an address and on https alone
CONTENT = b"%PDF-1.7 un recu tres personnel"

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

DROP = """content => {
    const files = new DataTransfer();
    files.items.add(new File([content], "recu.pdf", { type: "application/pdf" }));
    document.querySelector("h1").dispatchEvent(
        new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: files }));
}"""


@pytest.fixture
def sent() -> list[str]:
    return []


@pytest.fixture
def page(client: Client, browser: Browser, sent: list[str]) -> Iterator[Page]:
    """The page and its answer, rendered first and then handed to Chromium, which reaches nothing else."""
    asked = client.get("/recus/verifier/")
    policy = {"Content-Security-Policy": asked["Content-Security-Policy"]}
    answered = client.post("/recus/verifier/", {"empreinte": hashlib.sha256(CONTENT).hexdigest()})

    def answer(route: Route) -> None:
        if "/static/" in route.request.url:
            route.fulfill(path=STATIC / route.request.url.split("/static/")[1])
            return
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
        body = answered.content if route.request.method == "POST" else asked.content
        route.fulfill(body=body, content_type="text/html", headers=policy)

    opened = browser.new_page(viewport={"width": 390, "height": 800})
    opened.route("**/*", answer)
    opened.goto(f"{SITE}/recus/verifier/")
    yield opened
    opened.close()


def check_only_the_hash_left(page: Page, sent: list[str]) -> None:
    expect(page.get_by_role("alert")).to_contain_text("Ce reçu nous est inconnu")
    [body] = sent
    assert parse_qs(body)["empreinte"] == [hashlib.sha256(CONTENT).hexdigest()]
    assert "personnel" not in body


def choose(page: Page, content: bytes) -> None:
    page.locator("#id_file").set_input_files(
        {"name": "recu.pdf", "mimeType": "application/pdf", "buffer": content}
    )


def test_a_chosen_file_is_hashed_here(page: Page, sent: list[str]) -> None:
    choose(page, CONTENT)

    check_only_the_hash_left(page, sent)


def test_a_dropped_file_is_hashed_here_wherever_it_falls(page: Page, sent: list[str]) -> None:
    page.evaluate(DROP, CONTENT.decode())

    check_only_the_hash_left(page, sent)


def test_another_kind_of_file_is_named_and_nothing_is_sent(page: Page, sent: list[str]) -> None:
    choose(page, b"GIF89a")

    expect(page.get_by_role("status")).to_contain_text("n’est pas un PDF")
    assert sent == []


def test_the_file_field_is_reached_with_the_keyboard(page: Page) -> None:
    expect(page.locator("[data-verify-missing]")).to_be_hidden()
    page.get_by_role("button", name="Vérifier").focus()
    page.keyboard.press("Tab")

    expect(page.locator("#id_file")).to_be_focused()


def test_without_a_script_number_and_code_remain(client: Client, browser: Browser) -> None:
    words = client.get("/recus/verifier/").content.decode()
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.set_content(words)

    expect(opened.locator("[data-verify-missing]")).to_be_visible()
    expect(opened.locator("#id_file")).to_be_hidden()
    expect(opened.locator("#id_code")).to_be_visible()
    context.close()


@pytest.mark.parametrize("asked", [False, True])
def test_the_page_and_its_answer_have_no_fault_for_assistive_tools(page: Page, asked: bool) -> None:
    if asked:
        choose(page, CONTENT)
        expect(page.get_by_role("alert")).to_be_visible()

    assert Axe().run(page).response["violations"] == []
