"""The architecture guards can fail: each finder meets a small breach, and a small lawful twin."""

import pytest

from tests.source import (
    Module,
    breaches,
    find_floats,
    find_local_imports,
    find_long_signatures,
    find_on_delete,
    find_one_way_data_migrations,
    find_positional_flags,
    imports,
)


def module(text: str) -> Module:
    return Module("a.py", text)


def test_code_lines_leave_out_blanks_comments_and_docstrings() -> None:
    head = '"""What it is.\n\nMore."""\n\n# why\nx = 1  # here\n'
    function = '\n\ndef f():\n    """Does."""\n    return (\n        x\n    )\n'
    assert module(head + function).code_lines == {6, 9, 11, 12, 13}


def test_a_string_that_is_no_docstring_is_code() -> None:
    assert module('x = """a\nb\nc"""\n').size == 3


def test_a_functions_size_is_its_own() -> None:
    found = module("def f():\n    # why\n    return 1\n\n\ndef g(): ...\n")
    assert [found.function_size(function) for function in found.functions()] == [2, 1]


@pytest.mark.parametrize(
    "text",
    [
        "x = 0.5",
        "x = float(y)",
        "def f(x: float): ...",
        "x = models.FloatField()",
        "x = models.DecimalField()",
        "x = amount_cents / 100",
        "x = total / row.goal_cents",
    ],
)
def test_floats_are_found(text: str) -> None:
    assert list(find_floats(module(text)))


@pytest.mark.parametrize(
    "text", ["x = 5", "x = '0.5'", "x = amount_cents // 100", "x = folder / 'a'", "floats = 1"]
)
def test_whole_numbers_texts_and_paths_are_no_floats(text: str) -> None:
    assert not list(find_floats(module(text)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import stripe", True),
        ("import stripe.error as e", True),
        ("from stripe import Webhook", True),
        ("from stripe.checkout import Session", True),
        ("if TYPE_CHECKING:\n    import stripe", True),
        ("def f():\n    import stripe", True),
        ("import stripe_sandbox", False),
        ("from donors import stripe", False),
        ("stripe = 1", False),
    ],
)
def test_importers_are_found(text: str, found: bool) -> None:
    assert imports(module(text), "stripe") is found


def test_an_import_from_a_parent_counts_for_the_child() -> None:
    assert imports(module("from django import http"), "django.http")
    assert not imports(module("from django import forms"), "django.http")


def test_an_import_in_a_function_is_found_but_not_in_ready() -> None:
    assert list(find_local_imports(module("def f():\n    if 1:\n        from a import b"))) == [
        "3 import inside f"
    ]
    assert not list(find_local_imports(module("class C:\n    def ready(self):\n        import a")))
    assert not list(find_local_imports(module("import a")))


def test_parameters_are_counted_without_self() -> None:
    six = "class C:\n    def f(self, a, b, c, *, d, e, f): ..."
    assert list(find_long_signatures(module(six), 5)) == ["2 f takes 6"]
    assert not list(find_long_signatures(module(six.replace(", f)", ", **more)")), 5))


def test_a_flag_must_be_keyword_only() -> None:
    assert list(find_positional_flags(module("def f(now: bool): ...")))
    assert not list(find_positional_flags(module("def f(*, now: bool): ...")))


def test_a_cascade_is_found_with_its_field() -> None:
    text = "class Gift(models.Model):\n    donor = models.ForeignKey(Donor, on_delete=models.{})"
    assert list(find_on_delete(module(text.format("CASCADE")), "CASCADE")) == ["Gift.donor"]
    assert not list(find_on_delete(module(text.format("PROTECT")), "CASCADE"))


@pytest.mark.parametrize(
    ("call", "one_way"),
    [
        ("migrations.RunPython(forwards)", True),
        ("migrations.RunSQL('x')", True),
        ("migrations.RunPython(forwards, backwards)", False),
        ("migrations.RunPython(forwards, reverse_code=migrations.RunPython.noop)", False),
        ("migrations.RunSQL('x', reverse_sql='y')", False),
    ],
)
def test_a_one_way_data_migration_is_found(call: str, one_way: bool) -> None:
    assert bool(list(find_one_way_data_migrations(module(call)))) is one_way


def test_breaches_name_the_place() -> None:
    found = module("x = 0.5")
    assert breaches([(found, find_floats(found))]) == ["a.py:1 0.5"]
