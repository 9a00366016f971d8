"""What the house promises about its own code. tests/test_source.py shows that these guards can fail."""

import ast
import re
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.source import (
    CODE,
    ROOT,
    Module,
    breaches,
    code,
    find_floats,
    find_local_imports,
    find_long_signatures,
    find_on_delete,
    find_one_way_data_migrations,
    find_positional_flags,
    imports,
    read,
)

ALLOWED_AT_THE_TOP = set(
    """README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md Makefile pyproject.toml manage.py
    requirements.txt requirements-dev.txt
    campaign cms_pages donors stripe_sandbox templates tests docs""".split()  # noqa: SIM905
)
MADE_AT_RUN_TIME = {"var", "__pycache__"}

FORBIDDEN_NAMES = set(
    "utils.py helpers.py common.py mixins.py managers.py services.py constants.py signals.py misc.py".split()  # noqa: SIM905
)

# A library that shapes what we do is known to as few modules as possible. A folder ends with a slash.
IMPORTERS = {
    "stripe": ("donors/payments/gateway/", "stripe_sandbox/"),
    "wagtail": ("cms_pages/", "donors/office/", "donors/wagtail_hooks.py", "campaign/"),
    "weasyprint": ("donors/receipts/pdf.py",),
    "pyhanko": ("donors/receipts/seal.py",),
    "cryptography": ("donors/receipts/seal.py", "campaign/demo/seal.py"),
    "num2words": ("donors/money.py",),
    "altcha": ("donors/payments/gate/proof.py",),
    "openpyxl": ("donors/accounting/",),
    "requests": ("donors/payments/gateway/", "stripe_sandbox/", "campaign/demo/"),
    "stripe_sandbox": ("stripe_sandbox/", "campaign/"),
    "django.http": ("donors/giving/", "donors/office/", "donors/wagtail_hooks.py", "cms_pages/", "campaign/"),
    "django.contrib.admin": (),
    "django.db.models.signals": (),
    "unittest": (),
}

# Money is PROTECTed; only what belongs to its owner alone goes with it.
CASCADES = {"donors/campaigns/models.py": {"GiftPreset.campaign", "Goal.campaign"}}

# Where a number with a point is right: never money.
FLOATS = {"donors/payments/checkout.py": "seconds to wait for the other click"}

# Signatures that a library dictates.
DICTATED_SIGNATURES: set[str] = set()

# Where the clock is read; everything below is given `at`.
READS_THE_CLOCK = (
    "donors/giving/",
    "donors/office/",
    "donors/management/",
    "donors/tasks.py",
    "donors/wagtail_hooks.py",
    "donors/payments/gateway/webhooks.py",  # how old a webhook's signature is
)


def test_only_the_known_names_stand_at_the_top() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - ALLOWED_AT_THE_TOP - MADE_AT_RUN_TIME == set()


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [m.path for m in code("tests", *CODE) if m.path.rsplit("/", 1)[1] in FORBIDDEN_NAMES] == []


def test_modules_are_small() -> None:
    sizes = {module.path: module.size for module in code() if module.size}
    assert {path: size for path, size in sizes.items() if size > 300} == {}
    assert median(sizes.values()) <= 60


def test_functions_fit_on_a_screen() -> None:
    sizes = {
        f"{module.path}:{function.lineno} {function.name}": module.function_size(function)
        for module in code()
        for function in module.functions()
    }
    assert {name: size for name, size in sizes.items() if size > 50} == {}
    long = sum(size > 25 for size in sizes.values())
    assert long <= len(sizes) / 10, sorted(sizes.items(), key=lambda item: -item[1])[:long]


def test_functions_take_at_most_five_parameters() -> None:
    found = breaches([(module, find_long_signatures(module, 5)) for module in code()])
    assert [line for line in found if line.split(":")[0] not in DICTATED_SIGNATURES] == []


def test_a_flag_is_named_where_it_is_given() -> None:
    assert breaches([(module, find_positional_flags(module)) for module in code()]) == []


def test_no_float_touches_money() -> None:
    modules = [module for module in code("donors", "cms_pages") if module.path not in FLOATS]
    assert breaches([(module, find_floats(module)) for module in modules]) == []


def test_the_float_exceptions_are_still_needed() -> None:
    found = {module.path for module in code("donors", "cms_pages") if list(find_floats(module))}
    assert set(FLOATS) <= found


def own_models() -> Iterator[type[models.Model]]:
    for label in ("donors", "cms_pages", "campaign"):
        yield from apps.get_app_config(label).get_models()


def own_fields() -> Iterator[tuple[str, "models.Field[Any, Any]"]]:
    for model in own_models():
        for field in model._meta.local_fields:
            yield f"{model.__name__}.{field.name}", field


def test_amounts_are_whole_cents() -> None:
    integers = (models.IntegerField, models.BigIntegerField)
    named = {name: field for name, field in own_fields() if name.endswith("_cents")}
    assert len(named) >= 4
    assert [name for name, field in named.items() if not isinstance(field, integers)] == []
    fractions = (models.FloatField, models.DecimalField)
    assert [name for name, field in own_fields() if isinstance(field, fractions)] == []


def test_a_columns_name_says_whether_it_is_a_day_or_a_moment() -> None:
    moments = [name for name, field in own_fields() if isinstance(field, models.DateTimeField)]
    days = [name for name, field in own_fields() if type(field) is models.DateField]
    assert [name for name in moments if not name.endswith(("_at", "_until", ".at"))] == []
    assert [name for name in days if not name.endswith(("_on", "_from", "_until"))] == []


@pytest.mark.parametrize("package", IMPORTERS)
def test_a_library_has_its_door(package: str) -> None:
    doors = IMPORTERS[package]
    strangers = [m.path for m in code() if imports(m, package) and not m.path.startswith(doors or ("-",))]
    assert strangers == []


def test_no_import_hides_in_a_function() -> None:
    assert breaches([(module, find_local_imports(module)) for module in code()]) == []


def test_use_cases_are_told_the_time() -> None:
    """They take `at`: one moment for everything that one use case writes."""
    modules = [module for module in code("donors") if not module.path.startswith(READS_THE_CLOCK)]
    clocks = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|localdate\(\)|time\.time\(")
    assert [module.path for module in modules if clocks.search(module.text)] == []


def test_deleting_never_cascades_into_money() -> None:
    modules = code("donors", "cms_pages")
    found = {(module.path, field) for module in modules for field in find_on_delete(module, "CASCADE")}
    assert [(path, field) for path, field in found if field not in CASCADES.get(path, set())] == []


def own_migrations() -> list[Module]:
    return [m for m in read("0*.py", "campaign", "cms_pages", "donors") if "/migrations/" in m.path]


def test_migrations_are_named_by_hand() -> None:
    names = [module.path.rsplit("/", 1)[1] for module in own_migrations()]
    made_by_machine = re.compile(r"_auto_|_initial\.|_and_more\.|_alter_|_squashed_")
    assert names
    assert [name for name in names if made_by_machine.search(name)] == []


def test_data_migrations_can_go_back() -> None:
    assert breaches([(module, find_one_way_data_migrations(module)) for module in own_migrations()]) == []


def lines_of(pattern: str, *folders: str) -> dict[str, int]:
    return {module.path: len(module.text.splitlines()) for module in read(pattern, *folders)}


def test_templates_and_styles_are_small() -> None:
    templates = lines_of("*.html", "templates") | lines_of("*.txt", "templates")
    assert {path: lines for path, lines in templates.items() if lines > 80} == {}
    styles = lines_of("*.css", "campaign/static", "templates")
    assert {path: lines for path, lines in styles.items() if lines > 200} == {}


def test_templates_show_what_people_typed_as_text() -> None:
    """A text e-mail has nothing to escape; elsewhere escaping stays on."""
    html = read("*.html", "templates")
    unsafe = re.compile(r"\|\s*safe\b|autoescape off|\bsafeseq\b")
    assert [module.path for module in html if unsafe.search(module.text)] == []
    assert [m.path for m in code() if re.search(r"\bmark_safe\(|SafeString\(", m.text)] == []


def test_public_templates_keep_to_the_content_security_policy() -> None:
    """No inline style, no inline script without a nonce. Letters and receipts meet no such policy."""
    own_rules = ("templates/letters/", "templates/receipts/")
    pages = [module for module in read("*.html", "templates") if not module.path.startswith(own_rules)]
    inline = re.compile(r"\sstyle=|\son[a-z]+=[\"']|<style\b|<script(?![^>]*\b(?:src|nonce)=)")
    assert [module.path for module in pages if inline.search(module.text)] == []


def test_tests_outweigh_the_code() -> None:
    """The pretend Stripe is itself made for tests; what they send through it is checked by its types."""
    machinery = (
        "tests/lanes.py",
        "tests/postgres.py",
        "tests/bench/",
        "tests/chaos/",
        "tests/stripe_sandbox/",
    )
    tests = sum(module.size for module in read("*.py", "tests") if not module.path.startswith(machinery))
    written = sum(module.size for module in code() if not module.path.startswith("stripe_sandbox/"))
    assert tests >= 1.3 * written, f"{tests} lines of tests for {written} of code: {tests / written:.2f}"


def test_tests_stand_where_the_code_stands() -> None:
    of_their_own = {"tests", "tests/e2e", "tests/bench", "tests/scenarios"}
    folders = {module.path.rsplit("/", 1)[0] for module in read("test_*.py", "tests")} - of_their_own
    assert [folder for folder in folders if not (ROOT / folder.removeprefix("tests/")).is_dir()] == []


def test_every_room_is_tested() -> None:
    rooms = {path.parent.relative_to(ROOT) for path in (ROOT / "donors").glob("*/__init__.py")}
    rooms = {room for room in rooms if room.name not in {"migrations", "management"} and has_code(str(room))}
    assert [str(room) for room in rooms if not list((ROOT / "tests" / room).glob("test_*.py"))] == []


def has_code(folder: str) -> bool:
    return any(next(module.functions(), None) for module in code(folder))


def test_every_test_checks_something() -> None:
    """By an assertion of its own, or by calling a function of its module that has one."""
    words = re.compile(r"raises|warns|assert|expect|check|until|eventually")

    def checks(function: ast.AST, trusted: set[str]) -> bool:
        calls = [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
        own = any(isinstance(node, ast.Assert) for node in ast.walk(function))
        return own or any(words.search(call) or call in trusted for call in calls)

    idle = []
    for module in read("test_*.py", "tests"):
        trusted = {function.name for function in module.functions() if checks(function, set())}
        for function in module.functions():
            if function.name.startswith("test_") and not checks(function, trusted):
                idle.append(f"{module.path}:{function.lineno} {function.name}")
    assert idle == []


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    """An address of a registry binds the project to it; a home folder to one person's machine."""
    registries = r"\b(py[p]i|files\.python[h]osted|registry\.npm[j]s|deb\.deb[i]an)\.(org|com)\b"
    homes = r"(?<![\w.])/(?:root|work|home/\w+)/"
    files = [*read("*.py", *CODE, "tests"), *read("*.md", "docs"), *read("*.sh", "campaign")]
    files += [
        Module(name, (ROOT / name).read_text()) for name in ALLOWED_AT_THE_TOP if (ROOT / name).is_file()
    ]
    found = re.compile(f"{registries}|{homes}")
    assert [(m.path, hit.group()) for m in files if (hit := found.search(m.text))] == []
