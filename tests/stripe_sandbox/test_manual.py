"""docs/sandbox.md names what there is: endpoints, faults, policies, keys, accounts and buttons."""

from dataclasses import fields
from pathlib import Path

import pytest

from stripe_sandbox.actions import ACTIONS
from stripe_sandbox.api import ROUTES
from stripe_sandbox.bank_accounts import ACCOUNTS
from stripe_sandbox.control import HANDLERS
from stripe_sandbox.dashboard.frame import PAGES
from stripe_sandbox.faults import KINDS
from stripe_sandbox.permissions import RESOURCES
from stripe_sandbox.webhooks import WebhookPolicy

MANUAL = (Path(__file__).parents[2] / "docs/sandbox.md").read_text("utf-8")


def resource(path: str) -> str:
    """`/v1/billing_portal/sessions/{id}` → `billing_portal/sessions`: a folder has two words."""
    parts = path.removeprefix("/v1/").split("/")
    folders = ("billing_portal", "checkout", "radar")
    return "/".join(parts[: 2 if parts[0] in folders else 1])


@pytest.mark.parametrize("name", sorted({resource(route.path) for route in ROUTES}))
def test_every_endpoint_is_in_the_table(name: str) -> None:
    table = MANUAL.split("## Endpoints")[1].split("\n## ")[0]
    assert f"`{name}`" in table


@pytest.mark.parametrize("name", [*KINDS, *RESOURCES])
def test_every_fault_and_every_permission_is_named(name: str) -> None:
    assert f"`{name}`" in MANUAL


def test_every_part_of_the_control_api_is_shown() -> None:
    parts = {path.removeprefix("/_sandbox/") for _, path in HANDLERS}
    assert {part for part in parts if f"$at/{part}" not in MANUAL and f"say {part}" not in MANUAL} == set()
    assert {field.name for field in fields(WebhookPolicy) if f'"{field.name}"' not in MANUAL} == set()


def test_every_test_account_is_listed() -> None:
    assert {iban for iban in ACCOUNTS if iban not in MANUAL.replace(" ", "")} == set()


def test_the_clicks_name_buttons_and_pages_that_exist() -> None:
    table = MANUAL.split("| Scenario | Clicks |")[1].split("\n\n")[0]
    assert {page for page in PAGES.values() if page not in MANUAL} == {"Accueil"}
    missing = {button.label for button in ACTIONS.values() if button.label not in table}
    assert missing == set()
