"""The documents say what the code does: settings, commands, events, addresses, links."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from donors.gifts.models import Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.returns import Dispute, Refund
from donors.payments.events import HANDLERS
from tests.source import ROOT, code

OPERATIONS = "docs/operations.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows_of(section: str) -> list[list[str]]:
    """The cells of the table under a heading of docs/operations.md, without its head."""
    body = text(OPERATIONS).split(f"## {section}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def settings_read() -> dict[str, str | None]:
    """Each variable that campaign/settings.py reads, with its default as written there."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse(text("campaign/settings.py"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="env")), args=[ast.Constant(value=str() as name), *rest]
            ):
                found[name] = ast.unparse(rest[0]) if rest else None
    return found


def test_every_setting_stands_in_the_table_and_nothing_else_does() -> None:
    documented = [row[0].strip("`") for row in rows_of("Settings")]
    assert sorted(documented) == sorted(settings_read())


def test_the_table_says_which_settings_are_required() -> None:
    code_says = {name for name, default in settings_read().items() if default is None}
    optional = {"ALLOWED_HOSTS", "STRIPE_WEBHOOK_SECRETS", "BEHIND_PROXY", "DEBUG", "DEMO"}
    table_says = {row[0].strip("`") for row in rows_of("Settings") if "required" in row[1]}
    assert table_says == code_says - optional


@pytest.mark.parametrize("name", ["SITE_URL", "STRIPE_API_BASE", "EMAIL_URL", "MAIL_FROM", "LOG_LEVEL"])
def test_the_table_gives_the_default_that_the_code_has(name: str) -> None:
    default = settings_read()[name]
    table = {row[0].strip("`"): row[1].strip("`") for row in rows_of("Settings")}
    assert default is not None
    assert table[name] == ast.literal_eval(default)


def test_no_other_module_reads_the_environment() -> None:
    """One settings module. What starts processes passes the environment on; that is all."""
    may: tuple[str, ...] = (
        "campaign/env.py",
        "campaign/settings.py",
        "campaign/demo_environment.py",
        "campaign/setup/",
    )
    may += ("campaign/wsgi.py", "campaign/management/commands/demo.py", "campaign/demo/")
    readers = [m.path for m in code() if re.search(r"os\.(environ|getenv)", m.text)]
    assert [path for path in readers if not path.startswith(may)] == []


def own_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in {"campaign", "donors", "cms_pages"})


def test_every_command_is_described() -> None:
    described = " ".join(row[0] for row in rows_of("Commands"))
    assert own_commands()
    assert [name for name in own_commands() if f"manage.py {name}" not in described] == []


def test_every_command_says_what_it_does() -> None:
    for module in code("campaign/management", "donors/management"):
        if "class Command" in module.text:
            assert re.search(r"\n    help = ", module.text), module.path


def test_every_handled_stripe_event_is_in_the_table_and_no_other() -> None:
    table = text(OPERATIONS).split("## Stripe")[1].split("\n## ")[0]
    rows = "\n".join(line for line in table.splitlines() if line.startswith("| `"))
    listed = re.findall(r"`([a-z_]+\.[a-z_.]+)`", rows)
    assert sorted(listed) == sorted(HANDLERS)


def test_the_schedule_in_the_docs_is_the_one_that_runs() -> None:
    tree = ast.parse(text("campaign/settings.py"))
    schedule = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SCHEDULE"
    )
    units = {"s": 1, "min": 60, "h": 3600, "day": 86400}
    listed = {}
    for row in rows_of("The schedule"):
        number, unit = row[1].split()
        listed[row[0].strip("`")] = int(number) * units[unit]
    assert listed == schedule


def scenarios_in_the_table() -> dict[int, list[str]]:
    """Number and tests of each row of the table in docs/life-of-a-gift.md."""
    table = text("docs/life-of-a-gift.md").split("## Fifty ways")[1]
    rows = [line.split(" | ") for line in table.splitlines() if re.match(r"\| \d", line)]
    return {int(row[0].strip("| ")): re.findall(r"`(\d\d_\w+)`", row[-1]) for row in rows}


def scenarios_played() -> list[str]:
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [
        name for file in files for name in re.findall(r"\ndef test_scenario_(\d\d_\w+)", file.read_text())
    ]


def test_each_of_the_fifty_scenarios_has_a_row_and_the_row_its_tests() -> None:
    table = scenarios_in_the_table()
    assert list(table) == list(range(1, 51))
    assert [number for number, tests in table.items() if not tests] == []
    assert [n for number, tests in table.items() for n in tests if int(n[:2]) != number] == []


def test_the_table_names_every_test_of_a_scenario_and_no_other() -> None:
    named = sorted(name for tests in scenarios_in_the_table().values() for name in tests)
    assert named == sorted(scenarios_played())


def test_the_table_of_moves_knows_every_state() -> None:
    moves = text("docs/life-of-a-gift.md").split("### Who may move what")[1].split("\n## ")[0]
    rows = [line for line in moves.splitlines() if line.startswith("| ")]
    models = {
        "gift": Status,
        "refund": Refund.Status,
        "dispute": Dispute.Stage,
        "monthly gift": MonthlyGift.Status,
    }
    for name, states in models.items():
        told = {word for row in rows if row.startswith(f"| {name} |") for word in re.findall(r"`(\w+)`", row)}
        assert set(states.values) - told == set(), name


def patterns(prefix: str, found: list[URLPattern | URLResolver]) -> dict[str, str]:
    names: dict[str, str] = {}
    for pattern in found:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            names |= patterns(address, pattern.url_patterns)
        elif pattern.name:
            names[pattern.name] = address
    return names


def test_the_public_addresses_stay_where_others_expect_them() -> None:
    names = patterns("/", get_resolver().url_patterns)
    expected = {
        "give": "/don/<",
        "thanks": "/don/merci/<",
        "stripe_webhook": "/stripe/webhook/",
        "progress": "/api/campaigns/<",
        "campaign_page": "/c/<",
        "health_live": "/health/live",
        "health_ready": "/health/ready",
        "wagtailadmin_home": "/admin/",
    }
    assert {
        name: address for name, address in expected.items() if not names.get(name, "").startswith(address)
    } == {}


@pytest.mark.parametrize("address", ["/stripe/webhook/", "/health/live", "/health/ready", "/admin/"])
def test_what_an_operator_must_know_stands_in_the_docs(address: str) -> None:
    assert address in text(OPERATIONS)


def test_the_readme_fits_on_two_screens() -> None:
    assert len(text("README.md").splitlines()) <= 120


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", document.read_text("utf-8"))
    assert [link for link in links if not leads_somewhere(document, link)] == []


def leads_somewhere(document: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (document.parent / file).resolve() if file else document
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target)


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("# One thing\n[a](b.md) [c](#one-thing) [d](#nothing)\n")
    assert [leads_somewhere(document, link) for link in ("b.md", "#one-thing", "#nothing")] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_a_document_names_exist(document: Path) -> None:
    """`donors/gifts/status.py` in a text is a promise; run-time files and patterns are not."""
    rooms = "campaign|cms_pages|donors|stripe_sandbox|tests|templates|docs"
    named = re.findall(rf"`((?:{rooms})/[\w./-]+)`", document.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_and_have_their_three_parts() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    parts = ("**Context.**", "**Decision", "**Consequence.**")
    assert [file.name for file in files if not all(part in file.read_text() for part in parts)] == []
